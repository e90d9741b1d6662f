"""The watchlist: all pools an organization follows, worst first. Figures stand on the pool and on its last look."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, F, FloatField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from portfolios.domain.securities import FlagState
from portfolios.models import Look, Portfolio, RedFlag, Security
from portfolios.queries.redflags.workings import Line

PAGE = 50
WORDS = {"all": "All pools", "watched": "On the watchlist", "red": "With red flags"}
SHOWN: dict[str, Q] = {"all": Q(), "watched": Q(watched_at__isnull=False), "red": Q(red_flags__gt=0)}
HEAVY = ("collateral", "assumed", "forecast")
FLAGS_SHOWN = 3


@dataclass(frozen=True)
class Row:
    """A pool with its last look and the flags of its newest month."""

    pool: Security
    look: Look | None
    lines: list[Line]

    @property
    def shown_lines(self) -> list[Line]:
        return self.lines[:FLAGS_SHOWN]

    @property
    def more(self) -> int:
        """Flags that the row does not name."""
        return max(len(self.lines) - FLAGS_SHOWN, 0)

    @property
    def is_new(self) -> bool:
        """Whether nobody looked at one of its flags yet."""
        return any(line.flag.state == FlagState.NEW for line in self.lines)

    @property
    def gap(self) -> float | None:
        """CPR of three months less the expected one, in points."""
        return self.look.gap if self.look else None


@dataclass(frozen=True)
class Page:
    """A stretch of the watchlist with the numbers of every filter."""

    rows: list[Row]
    shown: str
    portfolio: int | None
    counts: Mapping[str, int]
    flagged: int
    next: str
    rest: int
    portfolios: list[Portfolio]

    @property
    def total(self) -> int:
        return self.counts[self.shown]


def pools(user: User) -> QuerySet[Security]:
    """The pools that are followed."""
    return Security.objects.followed_by(user).active()


def page(user: User, *, shown: str = "all", portfolio: str = "", after: str = "") -> Page:
    """Fifty pools by open red flags, amber flags, and distance from the forecast; four queries."""
    chosen = shown if shown in SHOWN else "all"
    within = int(portfolio) if portfolio.isdecimal() and len(portfolio) < 19 else None
    found = pools(user) if within is None else pools(user).filter(portfolio=within)
    rows = list(behind(in_order(found.filter(SHOWN[chosen])), after)[: 2 * PAGE + 1])
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    flags = flags_of(rows[:PAGE])
    counts = counted(found)
    return Page(
        rows=[Row(pool, getattr(pool, "look", None), flags.get(pool.pk, [])) for pool in rows[:PAGE]],
        shown=chosen,
        portfolio=within,
        counts=counts,
        flagged=counts["flagged"],
        next=place_of(last) if last else "",
        rest=max(len(rows) - PAGE, 0),
        portfolios=list(Portfolio.objects.visible_to(user).only("name")),
    )


def in_order(found: QuerySet[Security]) -> QuerySet[Security]:
    """Worst first; pools that nobody looked at yet come last."""
    distance = Coalesce(F("look__distance"), Value(-1.0), output_field=FloatField())
    ordered = found.annotate(distance=distance).order_by("-red_flags", "-amber_flags", "-distance", "pk")
    return ordered.select_related("look", "portfolio").defer(*HEAVY)


def place_of(pool: Security) -> str:
    """Where a pool stands in the list, for the address of the next page."""
    return f"{pool.red_flags}_{pool.amber_flags}_{pool.distance!r}_{pool.pk}"  # type: ignore[attr-defined]


def behind(found: QuerySet[Security], after: str) -> QuerySet[Security]:
    """The pools after a place; anything that is no place begins at the start."""
    try:
        red, amber, distance, pk = (
            kind(part) for kind, part in zip((int, int, float, int), after.split("_"), strict=True)
        )
    except ValueError:
        return found
    same_red, same_amber = Q(red_flags=red), Q(red_flags=red, amber_flags=amber)
    return found.filter(
        Q(red_flags__lt=red)
        | same_red & Q(amber_flags__lt=amber)
        | same_amber & Q(distance__lt=distance)
        | same_amber & Q(distance=distance, pk__gt=pk)
    )


def counted(found: QuerySet[Security]) -> dict[str, int]:
    """Pools under each filter, and those with any open flag."""
    flagged = Q(red_flags__gt=0) | Q(amber_flags__gt=0)
    named = {name: Count("pk", filter=condition) for name, condition in SHOWN.items() if condition}
    return found.order_by().aggregate(all=Count("pk"), flagged=Count("pk", filter=flagged), **named)


def flags_of(rows: Iterable[Security]) -> dict[int, list[Line]]:
    """The flags of now of these pools, worst first."""
    found = RedFlag.objects.filter(security__in=list(rows), current=True).order_by("security_id", "level", "code")
    return {
        pk: [Line(flag) for flag in flags if flag.is_open]
        for pk, flags in groupby(found, key=lambda flag: flag.security_id)
    }
