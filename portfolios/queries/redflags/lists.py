"""Red flags as lists: those of now across all pools, and those of one pool through its months."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from portfolios.domain.redflags import FlagKind
from portfolios.domain.securities import FlagState
from portfolios.domain.terms import month_after
from portfolios.models import Portfolio, RedFlag, Security
from portfolios.queries.redflags.workings import Line

PAGE = 50
MONTHS = 12
LEVELS = {"red": RedFlag.RED, "amber": RedFlag.AMBER}
STATES: dict[str, tuple[str, ...]] = {
    "open": (FlagState.NEW, FlagState.SEEN),
    "new": (FlagState.NEW,),
    "seen": (FlagState.SEEN,),
    "explained": (FlagState.EXPLAINED,),
}
NOT_HERE = ("security__collateral", "security__assumed", "security__forecast")
Group = tuple[int, str, str]  # level, kind, state


@dataclass(frozen=True)
class Filters:
    """What a list of flags is narrowed to; anything unknown is taken as no filter."""

    level: str = ""
    kind: str = ""
    state: str = "open"
    portfolio: int | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """Read from an address."""
        portfolio = given.get("portfolio", "")
        return cls(
            level=given.get("level", "") if given.get("level") in LEVELS else "",
            kind=given.get("kind", "") if given.get("kind") in set(FlagKind) else "",
            state=given.get("state", "") if given.get("state") in STATES else "open",
            portfolio=int(portfolio) if portfolio.isdecimal() and len(portfolio) < 19 else None,
        )

    def takes(self, group: Group, *, but: str = "") -> bool:
        """Whether a group of flags passes all filters but one."""
        level, kind, state = group
        return (
            (but == "level" or not self.level or level == LEVELS[self.level])
            and (but == "kind" or not self.kind or kind == self.kind)
            and (but == "state" or state in STATES[self.state])
        )


@dataclass(frozen=True)
class Page:
    """A stretch of the flags of now, with the numbers of every filter under the other ones."""

    lines: list[Line]
    filters: Filters
    groups: Mapping[Group, int]
    next: str
    portfolios: list[Portfolio]
    rest: int = 0

    @property
    def total(self) -> int:
        return self.count()

    @property
    def pools_open(self) -> int:
        """Flags of now that nobody explained, whatever the filters say of kind and level."""
        return sum(n for (_, _, state), n in self.groups.items() if state in STATES["open"])

    @property
    def everything(self) -> int:
        """Flags of now in any state."""
        return sum(self.groups.values())

    def count(self, *, but: str = "", **chosen: str) -> int:
        """Flags under the filters; with `but` under the others, and `chosen` instead of that one."""
        filters = self.filters if not but else Filters(**{**vars(self.filters), **chosen})
        return sum(n for group, n in self.groups.items() if filters.takes(group))


def current(user: User) -> QuerySet[RedFlag]:
    """Flags of now on the pools that the person's organization follows."""
    return RedFlag.objects.visible_to(user).filter(current=True, security__archived_at__isnull=True)


def page(user: User, filters: Filters, *, after: str = "") -> Page:
    """Fifty flags, red before amber and newest first, in four queries."""
    found = current(user)
    if filters.portfolio is not None:
        found = found.filter(security__portfolio=filters.portfolio)
    groups = Counter(dict(_counted(found)))
    narrowed = found.filter(state__in=STATES[filters.state])
    if filters.level:
        narrowed = narrowed.filter(level=LEVELS[filters.level])
    if filters.kind:
        narrowed = narrowed.filter(kind=filters.kind)
    # Numbers first: the rows of ten thousand pools are too wide to be sorted with their flags.
    wanted = list(behind(narrowed, after).values_list("pk", flat=True)[: 2 * PAGE + 1])
    rows = list(
        in_order(RedFlag.objects.filter(pk__in=wanted[:PAGE]).select_related("security__portfolio").defer(*NOT_HERE))
    )
    last = rows[PAGE - 1] if len(wanted) > PAGE else None
    return Page(
        lines=[Line(flag) for flag in rows],
        filters=filters,
        groups=groups,
        next=f"{last.level}.{last.month:%Y%m}.{last.pk}" if last else "",
        portfolios=list(Portfolio.objects.visible_to(user).only("name")),
        rest=max(len(wanted) - PAGE, 0),
    )


def _counted(found: QuerySet[RedFlag]) -> list[tuple[Group, int]]:
    rows = found.order_by().values_list("level", "kind", "state").annotate(n=Count("pk"))
    return [((level, kind, state), n) for level, kind, state, n in rows]


def in_order(found: QuerySet[RedFlag]) -> QuerySet[RedFlag]:
    """By level, newest month and number."""
    return found.order_by("level", "-month", "-pk")


def behind(found: QuerySet[RedFlag], after: str) -> QuerySet[RedFlag]:
    """The flags after a place."""
    ordered = in_order(found)
    parts = after.split(".")
    if len(parts) != 3 or not all(part.isdecimal() and len(part) < 19 for part in parts) or len(parts[1]) != 6:
        return ordered
    level, month, pk = int(parts[0]), date(int(parts[1][:4]), int(parts[1][4:]), 1), int(parts[2])
    place = Q(level__gt=level) | Q(level=level, month__lt=month) | Q(level=level, month=month, pk__lt=pk)
    return ordered.filter(place)


@dataclass(frozen=True)
class Month:
    """The flags of one month of a pool, worst first."""

    month: date
    lines: list[Line]
    of_now: bool


@dataclass(frozen=True)
class Run:
    """A flag of now and since when it stands without a break."""

    line: Line
    since: date
    months: int


@dataclass(frozen=True)
class PoolPage:
    """Months of a pool with flags, newest first, and how long those of now have stood."""

    months: list[Month]
    runs: list[Run]
    next: str
    total: int
    withdrawn: bool


def pool_page(security: Security, *, after: str = "", withdrawn: bool = False) -> PoolPage:
    """Twelve months with flags, before a month where one is given; two queries."""
    keys = list(security.flags.values_list("month", "code", "withdrawn_at"))
    shown = sorted({month for month, _, gone in keys if withdrawn or gone is None}, reverse=True)
    rest = [month for month in shown if not after or f"{month:%Y-%m}" < after]
    wanted = rest[:MONTHS]
    flags = security.flags.filter(month__in=wanted).select_related("security__portfolio")
    flags = flags.order_by("-month", "level", "code")
    if not withdrawn:
        flags = flags.filter(withdrawn_at=None)
    months = [
        Month(month, [Line(flag) for flag in of_month], any(flag.current for flag in of_month))
        for month, of_month in ((month, list(group)) for month, group in groupby(flags, key=lambda flag: flag.month))
    ]
    standing = {(month, code) for month, code, gone in keys if gone is None}
    now = [line for month in months if month.of_now for line in month.lines] if not after else []
    return PoolPage(
        months=months,
        runs=[run_of(line, standing) for line in now],
        next=f"{wanted[-1]:%Y-%m}" if len(rest) > MONTHS else "",
        total=len(shown),
        withdrawn=withdrawn,
    )


def run_of(line: Line, standing: set[tuple[date, str]]) -> Run:
    """Since when a flag was raised in every month."""
    first, months = line.flag.month, 1
    while (month_after(first, -1), line.flag.code) in standing:
        first, months = month_after(first, -1), months + 1
    return Run(line, first, months)


def of_now(security: Security) -> Sequence[RedFlag]:
    """The flags of a pool's newest month, worst first, for its own page."""
    return list(security.flags.filter(current=True).order_by("level", "code"))
