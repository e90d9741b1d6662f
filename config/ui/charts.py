"""Server-rendered SVG charts: bars, histogram, sparkline. The plumb line marks what is allowed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from config.ui import numbers
from config.ui.registry import register

WIDTH, FLOOR, TOP = 360.0, 200.0, 20.0
ROW, LABEL_UNIT, VALUE_ROOM = 25.0, 7.0, 50.0
LABELLED_BARS = 12
NOTHING = 1e-9  # a longest bar as short as this has no scale: a unit would be infinitely long


@dataclass(frozen=True, slots=True)
class Column:
    """One bar of a histogram in SVG units, with its two labels."""

    label: str
    text: str
    x: float
    y: float
    width: float
    height: float
    counted: bool

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        return round(self.y - 5, 1)


@dataclass(frozen=True, slots=True)
class Row:
    """One horizontal bar in SVG units, with its label and value."""

    label: str
    text: str
    y: float
    length: float
    counted: bool
    text_x: float


@dataclass(frozen=True, slots=True)
class Axis:
    """Where horizontal bars begin, how long one unit is, and where the plumb line stands, in SVG units."""

    start: float
    unit: float
    plumb: float | None

    def clear_of_plumb(self, x: float, text: str) -> float:
        """`x`, or the place just past the plumb line when a text written at `x` would cross it."""
        crosses = self.plumb is not None and x - 4 < self.plumb < x + len(text) * LABEL_UNIT
        return round(self.plumb + 7 if crosses and self.plumb is not None else x, 1)


@register.inclusion_tag("components/histogram.html")
def histogram(
    bars: Sequence[tuple[Any, ...]], label: str, limit: float | None = None, limit_label: str = "", places: int = 1
) -> dict[str, Any]:
    """Bars of a distribution. Each of `bars` is (label, value, counted); `limit` is a place between bars, from 0 at the
    left edge to len(bars) at the right; `label` says the finding for people who cannot see it. Values stand on at most
    twelve bars.
    """
    columns = columns_of(bars, places)
    plumb = None if limit is None or not bars else round(limit / len(bars) * WIDTH, 1)
    return {
        "columns": columns,
        "label": label,
        "plumb": plumb,
        "limit_label": limit_label,
        "flip": plumb is not None and plumb > WIDTH * 0.85,
        "labelled": len(columns) <= LABELLED_BARS,
    }


def columns_of(bars: Sequence[tuple[Any, ...]], places: int = 1) -> list[Column]:
    """The bars as SVG columns: the tallest reaches the top, all stand on the floor, equally wide."""
    heights = [float(numbers.decimal(bar[1]) or 0) for bar in bars]
    top = max(heights, default=0.0) or 1.0
    step = WIDTH / max(len(bars), 1)
    return [
        _column(bar, height / top * (FLOOR - TOP), position * step, step, places)
        for position, (bar, height) in enumerate(zip(bars, heights, strict=True))
    ]


def _column(bar: tuple[Any, ...], height: float, left: float, step: float, places: int) -> Column:
    gap = min(2.0, step * 0.1)
    counted = bool(bar[2]) if len(bar) > 2 else False
    return Column(
        label=str(bar[0]),
        text=numbers.fixed(bar[1], places),
        x=round(left + gap, 1),
        y=round(FLOOR - height, 1),
        width=round(step - 2 * gap, 1),
        height=round(height, 1),
        counted=counted,
    )


@register.inclusion_tag("components/hbars.html")
def hbars(
    rows: Sequence[tuple[Any, ...]],
    label: str,
    limit: Any = None,
    limit_label: str = "",
    places: int = 1,
    after: str = "%",
) -> dict[str, Any]:
    """Horizontal bars in the order given. Each of `rows` is (label, value, counted); `limit` is in the same unit."""
    axis = axis_of(rows, limit)
    drawn = [
        _row(row, top=position * ROW + 23, axis=axis, text=numbers.fixed(row[1], places, after=after))
        for position, row in enumerate(rows)
    ]
    height = len(rows) * ROW + 26
    return {"rows": drawn, "label": label, "axis": axis, "limit_label": limit_label, "height": height}


def axis_of(rows: Sequence[tuple[Any, ...]], limit: Any) -> Axis:
    """The scale on which the longest bar, or the limit if it is longer, just fits beside labels and values."""
    start = max((len(str(row[0])) for row in rows), default=0) * LABEL_UNIT + 20
    cap = numbers.decimal(limit)
    longest = max([_length(row[1]) for row in rows] + [_length(cap)])
    unit = (WIDTH - start - VALUE_ROOM) / (longest if longest > NOTHING else 1.0)
    return Axis(start, unit, None if cap is None else round(start + float(cap) * unit, 1))


def _row(row: tuple[Any, ...], *, top: float, axis: Axis, text: str) -> Row:
    length = round(_length(row[1]) * axis.unit, 1)
    counted = bool(row[2]) if len(row) > 2 else False
    return Row(str(row[0]), text, round(top, 1), length, counted, axis.clear_of_plumb(axis.start + length + 6, text))


def _length(value: Any) -> float:
    return max(float(numbers.decimal(value) or 0), 0.0)


@register.inclusion_tag("components/spark.html")
def spark(values: Sequence[Any]) -> dict[str, Any]:
    """A small line beside its latest number: the course of a figure over equal steps of time."""
    heights = [float(numbers.decimal(value) or 0) for value in values]
    low, high = min(heights, default=0.0), max(heights, default=0.0)
    spread = (high - low) or 1.0
    step = 58 / max(len(heights) - 1, 1)
    points = [
        (round(3 + at * step, 1), round(21 - (height - low) / spread * 18, 1)) for at, height in enumerate(heights)
    ]
    return {"points": " ".join(f"{x},{y}" for x, y in points), "last": points[-1] if points else None}
