"""Price grids as their pages show them: which hold now, what stands in them, and what each kind has."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString

from accounts.models import User
from config.ui import dates, numbers
from config.ui.filters import GREY_DASH
from portfolios.domain.grids import KINDS, CellType, Column, Kind
from portfolios.models.plans import PoolingPlan, PriceGrid

PAGE = 50
ROWS = 200
SYNTHETIC = "synthetic"
SAMPLES = Path(__file__).parents[2] / "reference" / "grids"
SHOWN = {"current": "Current", "expired": "Expired", "retired": "Retired", "all": "All"}
NUMERIC = frozenset(
    {CellType.PRICE, CellType.POINTS, CellType.PERCENT, CellType.RATIO, CellType.USD, CellType.WHOLE}
)  # fmt: skip
WORDS = {
    "fannie_mae": "Fannie Mae", "freddie_mac": "Freddie Mac", "ginnie_mae": "Ginnie Mae", "new_york": "New York",
    "low_score": "Low credit score", "high_balance": "High balance", "units_2_4": "2 to 4 units", "refused": "Refused",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class GridLine:
    """A grid in a list: its kind in words, where it stands, and in how many plans it was used."""

    grid: PriceGrid
    kind: str
    state: str
    synthetic: bool
    plans: int


@dataclass(frozen=True, slots=True)
class GridsPage:
    """Fifty grids under a filter, with the numbers of every filter."""

    lines: Sequence[GridLine]
    shown: str
    counts: dict[str, int]
    next: str
    rest: int


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind of prices: what it prices, how many grids of it hold now, and whether a sample ships."""

    kind: Kind
    current: int
    sample: bool


def state_of(grid: PriceGrid, at: datetime) -> str:
    """Where a grid stands, as the interface names it."""
    if grid.retired_at is not None:
        return "grid_retired"
    expired = grid.expires_at is not None and grid.expires_at <= at
    return "grid_expired" if expired else "grid_current"


def is_synthetic(grid: PriceGrid) -> bool:
    """Whether the source says that the prices are made up, as the samples do."""
    return SYNTHETIC in grid.source.lower()


def kind_title(code: str) -> str:
    kind = KINDS.get(code)
    return kind.title if kind else code


def under(shown: str, at: datetime) -> Q:
    """The condition of a filter of the list."""
    in_use, ended = Q(retired_at=None), Q(expires_at__lte=at)
    return {
        "current": in_use & ~(ended & Q(expires_at__isnull=False)),
        "expired": in_use & ended,
        "retired": ~in_use,
    }.get(shown, Q())


def grids_of(user: User) -> QuerySet[PriceGrid]:
    """The lender's grids without their prices, newest prices first."""
    grids = PriceGrid.objects.visible_to(user).defer("rows").select_related("loaded_by")
    return grids.order_by("-as_of", "-pk")


def grids_page(user: User, *, shown: str, after: str, at: datetime) -> GridsPage:
    """Fifty grids, the newest first, after a place."""
    chosen = shown if shown in SHOWN else "current"
    counts = {name: PriceGrid.objects.visible_to(user).filter(under(name, at)).count() for name in SHOWN}
    listed = PriceGrid.objects.visible_to(user).filter(under(chosen, at)).defer("rows").order_by("-pk")
    if after.isdecimal():
        listed = listed.filter(pk__lt=int(after))
    rows = list(listed.annotate(used=Count("plans"))[: 2 * PAGE + 1])
    lines = [line_of(grid, at) for grid in rows[:PAGE]]
    more = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return GridsPage(lines, chosen, counts, more, max(len(rows) - PAGE, 0))


def line_of(grid: Any, at: datetime) -> GridLine:
    return GridLine(grid, kind_title(grid.kind), state_of(grid, at), is_synthetic(grid), grid.used)


def kind_lines(user: User, *, at: datetime) -> list[KindLine]:
    """Every kind of prices with the number of its current grids."""
    current = Counter(PriceGrid.objects.visible_to(user).filter(under("current", at)).values_list("kind", flat=True))
    return [KindLine(kind, current[code], sample_path(code).is_file()) for code, kind in KINDS.items()]


def expired_words(plan: PoolingPlan, at: datetime) -> str:
    """Which prices of a plan had expired when it was made, or have since; empty where none has."""
    grids = plan.grids.filter(expires_at__lte=at).order_by("expires_at", "name")
    said = [f"{grid.name} {_ended(grid, plan.created_at)} {said_when(grid.expires_at)}" for grid in grids]
    return f"{'; '.join(said)}." if said else ""


def _ended(grid: PriceGrid, made: datetime) -> str:
    early = grid.expires_at is not None and grid.expires_at <= made
    return "had expired before the plan was made," if early else "has expired since,"


def used_grids(plan: PoolingPlan) -> list[tuple[PriceGrid, str]]:
    """The grids of a plan, each with its kind in words."""
    return [(grid, kind_title(grid.kind)) for grid in plan.grids.defer("rows").order_by("kind", "-as_of")]


def sample_path(code: str) -> Path:
    """Where the sample of a kind ships; KINDS names it, so nothing of an address gets into the path."""
    return SAMPLES / f"{KINDS[code].code}.csv"


def samples() -> list[str]:
    """Kinds that have a sample, in the order in which people load them."""
    return [code for code in KINDS if sample_path(code).is_file()]


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a grid as people read it."""

    text: str | SafeString
    numeric: bool


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column of prices."""

    title: str
    help: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class PricesPage:
    """Two hundred rows of a grid, each with its number in the grid; `first` is the row to begin with."""

    heads: Sequence[Head]
    rows: Sequence[tuple[int, Sequence[Cell]]]
    total: int
    next: str
    rest: int


def prices_page(grid: PriceGrid, *, after: str) -> PricesPage:
    """The prices of a grid, after a row."""
    kind = KINDS.get(grid.kind)
    columns = [column for column in (kind.columns if kind else ()) if filled(grid.rows, column.name)]
    begin = int(after) if after.isdecimal() else 0
    chosen = grid.rows[begin : begin + ROWS]
    places = {column.name: places_in(grid.rows, column.name) for column in columns if column.type in NUMERIC}
    rows = [
        (begin + at, [cell(row.get(column.name), column, places.get(column.name, 0)) for column in columns])
        for at, row in enumerate(chosen, start=1)
    ]
    rest = max(len(grid.rows) - begin - ROWS, 0)
    heads = [Head(title_of(column), column.help, column.type in NUMERIC) for column in columns]
    return PricesPage(heads, rows, len(grid.rows), str(begin + ROWS) if rest else "", rest)


def filled(rows: Iterable[dict[str, Any]], name: str) -> bool:
    """Whether any row says something in a column; what is open in all of them needs no column."""
    return any(row.get(name) is not None for row in rows)


def cell(value: Any, column: Column, places: int) -> Cell:
    """A value in the unit of its column, with so many decimals."""
    numeric = column.type in NUMERIC and not isinstance(value, str)
    return Cell(GREY_DASH if value is None else written(value, column.type, places), numeric)


def written(value: Any, kind: CellType, places: int) -> str:
    """A value of a grid in words; points with their sign."""
    if isinstance(value, str):
        return in_words(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if kind is CellType.USD:
        return numbers.money(value)
    if kind is CellType.WHOLE:
        return str(value)
    return numbers.fixed(value, places, after="%" if kind is CellType.PERCENT else "", plus=kind is CellType.POINTS)


def places_in(rows: Iterable[dict[str, Any]], name: str) -> int:
    """The decimals with which a column lines up: three, or as many as one of its prices needs, six at most."""
    values = {row.get(name) for row in rows}
    return max((places_of(value) for value in values if isinstance(value, int | float)), default=3)


def places_of(value: float) -> int:
    exponent = Decimal(str(value)).normalize().as_tuple().exponent
    return min(max(3, -exponent if isinstance(exponent, int) else 3), 6)


def in_words(text: str) -> str:
    """A word of a template as people read it; months and names stay as they are."""
    if text in WORDS:
        return WORDS[text]
    if text.startswith("max_") and text.endswith("k"):
        return f"At most ${text[4:-1]},000"
    if text.startswith("ltv_"):
        return "LTV " + " to ".join(f"{bound}%" for bound in text.split("_")[1:])
    return text.replace("_", " ").capitalize() if text.islower() and "_" in text else text


def title_of(column: Column) -> str:
    """The head of a column: base_multiple becomes Base multiple."""
    return {"srp": "SRP", "cpr": "CPR"}.get(column.name, column.name.replace("_", " ").capitalize())


def said_when(moment: datetime | None) -> str:
    """A day in a choice of a form."""
    return dates.day_year(moment.date() if moment else None)
