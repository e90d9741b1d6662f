"""The strip plot of bids on a price axis, with the plumb line at the reserve: places in SVG units."""

from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from config.ui import numbers
from portfolios.queries.ceremonies.bids import Group, Row

WIDTH, EDGE = 760.0, 24.0
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
TICKS = 8
LABEL_ROOM = 120.0  # between two labels that stand side by side
MARGIN = 0.12


@dataclass(frozen=True, slots=True)
class Dot:
    """One bid on the axis."""

    x: float
    radius: float
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    """A word on the plot: where it stands, and whether it runs to the left of that place or is only quiet."""

    x: float
    text: str
    y: float = 48.0
    end: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Plumb:
    """The reserve: the line and its words beside it."""

    x: float
    text_x: float
    text: str
    end: bool


@dataclass(frozen=True, slots=True)
class Band:
    """From the cover to the leading bid."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Plot:
    """Everything the template draws."""

    dots: tuple[Dot, ...]
    ticks: tuple[Label, ...]
    reserve: Plumb | None
    band: Band | None
    labels: tuple[Label, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Axis:
    """From values to places."""

    low: float
    high: float
    step: float
    in_percent: bool

    def x(self, value: float) -> float:
        return round(EDGE + (value - self.low) / (self.high - self.low) * (WIDTH - 2 * EDGE), 1)

    def words(self, value: float) -> str:
        """A price as it is said: three decimals in percent, whole dollars otherwise."""
        return numbers.fixed(value, 3) if self.in_percent else numbers.money(value)

    def tick(self, value: float) -> str:
        if not self.in_percent:
            return numbers.money_short(value)
        return numbers.fixed(value, max(0, min(3, 1 - floor(log10(self.step)))) if self.step < 1 else 0)


def plot_of(group: Group) -> Plot | None:
    """The plot of a group's bids that can be ranked; None where there is none."""
    ranked = [row for row in group.rows if row.total]
    if not group.leader or not ranked:
        return None
    reserve = value_of(group, group.scope.reserve) if group.scope.reserve else None
    values = [value_of(group, row.total) for row in ranked]
    axis = axis_of([*values, *([reserve] if reserve is not None else [])], group.scope.in_percent)
    dots = tuple(dot_of(axis, row, value) for row, value in zip(ranked, values, strict=True))
    return Plot(
        dots=tuple(sorted(dots, key=lambda dot: dot.radius)),
        ticks=ticks_of(axis),
        reserve=None if reserve is None else plumb_of(axis, reserve),
        band=band_of(axis, group),
        labels=labels_of(axis, group),
        said=said_of(axis, group, reserve),
    )


def value_of(group: Group, total: Decimal) -> float:
    price = group.scope.price(total)
    return float(total if price is None else price)


def axis_of(values: list[float], in_percent: bool) -> Axis:
    """An axis whose ends are round and leave the outer bids some room."""
    spread = (max(values) - min(values)) or max(abs(values[0]) * 0.005, 0.01)
    raw = spread * (1 + 2 * MARGIN) / TICKS
    size = 10.0 ** floor(log10(raw))
    step = next(each * size for each in STEPS if each * size >= raw)
    low = floor((min(values) - spread * MARGIN) / step) * step
    high = ceil((max(values) + spread * MARGIN) / step) * step
    return Axis(low, high, step, in_percent)


def ticks_of(axis: Axis) -> tuple[Label, ...]:
    count = round((axis.high - axis.low) / axis.step)
    values = [axis.low + number * axis.step for number in range(count + 1)]
    return tuple(Label(axis.x(value), axis.tick(value)) for value in values)


def dot_of(axis: Axis, row: Row, value: float) -> Dot:
    if row.leading:
        return Dot(axis.x(value), 7.0, "f1")
    return Dot(axis.x(value), 5.5, "off" if row.below_reserve or not row.rank else "f0")


def plumb_of(axis: Axis, reserve: float) -> Plumb:
    x = axis.x(reserve)
    end = x > WIDTH - LABEL_ROOM
    return Plumb(x, x + (-6 if end else 6), f"Reserve {axis.words(reserve)}", end)


def band_of(axis: Axis, group: Group) -> Band | None:
    if group.leader is None or group.cover is None:
        return None
    start, end = axis.x(value_of(group, group.cover.total)), axis.x(value_of(group, group.leader.total))
    return Band(start, round(end - start, 1)) if end > start else None


def labels_of(axis: Axis, group: Group) -> tuple[Label, ...]:
    """The leading bid to the right of its dot, its cover to the left, and between them how far they are apart.

    A leading bid near the right edge runs to the left too; its cover then stands a line higher.
    """
    if group.leader is None:
        return ()
    best = value_of(group, group.leader.total)
    flip = axis.x(best) > WIDTH - LABEL_ROOM
    leading = Label(axis.x(best) + (-4 if flip else 4), f"{axis.words(best)} leading", end=flip)
    if group.cover is None:
        return (leading,)
    second = value_of(group, group.cover.total)
    low = flip and axis.x(best) - axis.x(second) < LABEL_ROOM
    cover = Label(axis.x(second) + 2, f"{axis.words(second)} cover", y=32.0 if low else 48.0, end=True)
    if best <= second or low:
        return (leading, cover)
    middle = round((axis.x(best) + axis.x(second)) / 2, 1)
    return (leading, cover, Label(middle, f"{axis.words(best - second)} apart", y=32.0, quiet=True))


def said_of(axis: Axis, group: Group, reserve: float | None) -> str:
    """The finding for people who cannot see the plot."""
    assert group.leader
    parts = [f"Leading bid {axis.words(value_of(group, group.leader.total))}"]
    if group.cover:
        parts.append(f"cover bid {axis.words(value_of(group, group.cover.total))}")
    if reserve is not None:
        parts.append(f"reserve {axis.words(reserve)}")
    return f"{len(group.ranked)} bids: {', '.join(parts)}"
