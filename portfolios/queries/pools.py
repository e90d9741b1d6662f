"""Pools as their list shows them: filtered, sorted, paged by key; sums add balances and never average speeds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import Count, F, FloatField, Q, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce, Power

from accounts.models import User
from accounts.roles import OrganizationKind
from portfolios.domain.prepayment import average_cpr
from portfolios.domain.terms import month_after
from portfolios.models import PoolMonth, Portfolio, PublishedFactor, Security

PAGE = 50
SPARK_MONTHS = 12
HAND_MONTHS = 120
LARGEST_KEY = 2**31 - 1
ARCHIVED = "archived"
MISSING_SORTS_AS = Decimal(-1)
SORTS = {"name": "name", "factor": "factor", "cpr": "cpr", "face": "original_face"}
DESCENDS_FIRST = frozenset({"cpr", "face"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person asked for: a portfolio's key, or "archived", or all; text; a sort, a leading minus turns it."""

    portfolio: str = ""
    text: str = ""
    sort: str = "name"
    after: str = ""

    @property
    def column(self) -> str:
        name = self.sort.lstrip("-")
        return name if name in SORTS else "name"

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")


@dataclass(frozen=True, slots=True)
class Line:
    """A pool in the list with its last months. Factors as published or computed, WAC in percent."""

    pool: Security
    path: tuple[Decimal, ...]
    change: Decimal | None
    wac: Decimal | None


@dataclass(frozen=True, slots=True)
class Balances:
    """Summed balances of pools in USD: what is left, and what would be left without the prepayments of some months."""

    actual: float = 0.0
    due: float = 0.0

    def __add__(self, other: "Balances") -> "Balances":
        return Balances(self.actual + other.actual, self.due + other.due)

    def cpr(self, months: int) -> float | None:
        """CPR in percent over so many months (SF-12)."""
        return average_cpr(self.actual, self.due, months)


@dataclass(frozen=True, slots=True)
class Sums:
    """What the pools of a portfolio add up to, USD. `counted` of them have a speed; the others have balances only."""

    portfolio: str
    key: int | None
    pools: int = 0
    face: Decimal = Decimal(0)
    balance: Decimal = Decimal(0)
    one: Balances = Balances()
    three: Balances = Balances()
    counted: int = 0
    red: int = 0
    amber: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        numbers = {name: getattr(self, name) + getattr(other, name) for name in ADDED}
        return replace(self, **numbers)

    @property
    def cpr(self) -> float | None:
        """One-month CPR in percent from the summed balances."""
        return self.one.cpr(1)

    @property
    def cpr_three(self) -> float | None:
        """Three-month CPR in percent from the summed balances."""
        return self.three.cpr(3)

    @property
    def factor(self) -> Decimal | None:
        """Balance over face."""
        return self.balance / self.face if self.face else None


ADDED = ("pools", "face", "balance", "one", "three", "counted", "red", "amber")


@dataclass(frozen=True, slots=True)
class PoolList:
    """A stretch of the list, the sums of each portfolio and of all, and where the next stretch begins."""

    lines: Sequence[Line]
    sums: Sequence[Sums]
    total: Sums
    next: str
    matching: int


def is_follower(user: User) -> bool:
    """Purchasers and investors follow pools; lenders and receivers service them."""
    return user.organization.kind in {OrganizationKind.PURCHASER, OrganizationKind.INVESTOR}


def listed(user: User, wanted: Wanted) -> QuerySet[Security]:
    """The pools that the person may see and asked for, without order."""
    pools = Security.objects.visible_to(user)
    if wanted.portfolio == ARCHIVED:
        pools = pools.filter(archived_at__isnull=False)
    elif is_follower(user):
        pools = pools.active()
    if wanted.portfolio.isdecimal() and int(wanted.portfolio) <= LARGEST_KEY:
        pools = pools.filter(portfolio=int(wanted.portfolio))
    return pools.filter(matches(wanted.text)) if wanted.text.strip() else pools


def matches(text: str) -> Q:
    """Name, CUSIP or pool number holding the text."""
    wanted = text.strip()
    return (
        Q(name__icontains=wanted) | Q(published__cusip__iexact=wanted) | Q(published__pool_number__istartswith=wanted)
    )


def pool_list(user: User, wanted: Wanted) -> PoolList:
    """Fifty pools after a place, in five queries whatever the number of pools."""
    pools = listed(user, wanted)
    rows = list(beyond(ordered(pools, wanted), wanted)[: PAGE + 1])
    more = place_of(rows[PAGE - 1], wanted) if len(rows) > PAGE else ""
    sums = list(sums_of(pools))
    total = sum(sums, start=Sums("All pools", None))
    return PoolList(lines_of(rows[:PAGE]), sums, total, more, total.pools)


def ordered(pools: QuerySet[Security], wanted: Wanted) -> QuerySet[Security]:
    """By the wanted column and then by key; a pool without the figure comes before all that have one."""
    related = pools.select_related("portfolio", "published", "organization")
    key = F("name") if wanted.column == "name" else Coalesce(SORTS[wanted.column], Value(MISSING_SORTS_AS))
    if wanted.column == "cpr":
        key = Coalesce("cpr", Value(float(MISSING_SORTS_AS)))
    annotated = related.annotate(sort_key=key)
    return annotated.order_by("-sort_key", "-pk") if wanted.descending else annotated.order_by("sort_key", "pk")


def place_of(pool: Security, wanted: Wanted) -> str:
    """The place in the list behind a pool: the value it is sorted by, and its key."""
    value = pool.sort_key  # type: ignore[attr-defined]  # annotated by `ordered`
    return f"{pool.pk}~{value!r}" if isinstance(value, float) else f"{pool.pk}~{value}"


def beyond(pools: QuerySet[Security], wanted: Wanted) -> QuerySet[Security]:
    """The pools behind a place; a place that cannot be read is the beginning."""
    key, _, text = wanted.after.partition("~")
    if not key.isdecimal() or int(key) > LARGEST_KEY:
        return pools
    value = value_of(text, wanted.column)
    if value is None:
        return pools
    side = "lt" if wanted.descending else "gt"
    return pools.filter(Q(**{f"sort_key__{side}": value}) | Q(sort_key=value, **{f"pk__{side}": int(key)}))


def value_of(text: str, column: str) -> str | float | Decimal | None:
    """A sort value back from an address."""
    if column == "name":
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number) > Decimal(10) ** 20:
        return None
    return float(text) if column == "cpr" else number


def lines_of(pools: Sequence[Security]) -> list[Line]:
    """Pools with the factors of their last thirteen months, in two queries."""
    paths = recent_factors(pools)
    return [_line(pool, paths.get(pool.pk, {})) for pool in pools]


def _line(pool: Security, months: Mapping[date, tuple[Decimal, Decimal | None]]) -> Line:
    path = tuple(factor for _, (factor, _) in sorted(months.items()))
    before = months.get(month_after(pool.month, -1)) if pool.month else None
    change = pool.factor - before[0] if before and pool.factor is not None else None
    said = [wac for _, (_, wac) in sorted(months.items()) if wac is not None]
    return Line(pool, path, change, said[-1] if said else pool.wac)


def recent_factors(pools: Iterable[Security]) -> dict[int, dict[date, tuple[Decimal, Decimal | None]]]:
    """Factor and WAC of the last thirteen months by pool; a published month goes before a computed one."""
    shown = [pool for pool in pools if pool.month]
    if not shown:
        return {}
    since = min(month_after(pool.month, -SPARK_MONTHS) for pool in shown if pool.month)
    found: dict[int, dict[date, tuple[Decimal, Decimal | None]]] = {pool.pk: {} for pool in shown}
    computed = PoolMonth.objects.filter(security__in=found, latest=True, month__gte=since)
    for key, month, factor, wac in computed.values_list("security_id", "month", "factor", "wac"):
        found[key][month] = (factor, wac)
    by_agency: dict[int, list[int]] = {}
    for pool in shown:
        if pool.published_id:
            by_agency.setdefault(pool.published_id, []).append(pool.pk)
    published = PublishedFactor.objects.filter(pool__in=by_agency, latest=True, month__gte=since)
    for agency, month, factor, wac in published.values_list("pool_id", "month", "factor", "wac"):
        for key in by_agency[agency]:
            found[key][month] = (factor, wac)
    return found


def sums_of(pools: QuerySet[Security]) -> list[Sums]:
    """Face, balance and speed by portfolio. Each balance is taken back to what was scheduled, then both are summed."""
    speed = Q(cpr__isnull=False, cpr__lt=100, balance__gt=0)
    three = Q(cpr_three__isnull=False, cpr_three__lt=100, balance__gt=0)
    rows = (
        pools.order_by("portfolio__name", "portfolio_id")
        .values("portfolio_id", "portfolio__name")
        .annotate(
            pools=Count("pk"),
            face=Sum("original_face"),
            left=Coalesce(Sum("balance"), Value(Decimal(0))),
            counted=Count("pk", filter=speed),
            actual=Sum(Cast("balance", FloatField()), filter=speed),
            due=Sum(_scheduled("cpr", 1), filter=speed),
            actual_three=Sum(Cast("balance", FloatField()), filter=three),
            due_three=Sum(_scheduled("cpr_three", 3), filter=three),
            red=Sum("red_flags"),
            amber=Sum("amber_flags"),
        )
    )
    return [_sums(row) for row in rows]


def _scheduled(name: str, months: int) -> Any:
    """The balance there would be without the prepayments of so many months at a CPR: B / (1 − CPR/100)^(n/12).

    It is the same formula for a pool that took more than its schedule: a speed below 0 has less scheduled than there.
    """
    left = (Value(100.0) - F(name)) / Value(100.0)
    return Cast("balance", FloatField()) / Power(left, Value(months / 12))


def _sums(row: Mapping[str, Any]) -> Sums:
    return Sums(
        portfolio=row["portfolio__name"],
        key=row["portfolio_id"],
        pools=row["pools"],
        face=row["face"],
        balance=row["left"],
        one=Balances(row["actual"] or 0.0, row["due"] or 0.0),
        three=Balances(row["actual_three"] or 0.0, row["due_three"] or 0.0),
        counted=row["counted"],
        red=row["red"],
        amber=row["amber"],
    )


def portfolios_of(user: User) -> list[Portfolio]:
    """The portfolios of the person's organization, for the filter of the list."""
    return list(Portfolio.objects.visible_to(user).only("name"))


def recorded_by_hand(security: Security) -> list[PoolMonth]:
    """The newest months recorded here, corrected versions included, for the page on which they are typed."""
    rows = PoolMonth.objects.filter(security=security).select_related("recorded_by")
    return list(rows.order_by("-month", "-version").defer("facts", "findings")[:HAND_MONTHS])
