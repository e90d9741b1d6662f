"""Yields by price and speed, or prices by yield and speed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.valuation import (
    Valuation,
    price_matrix,
    value_at_price,
    value_at_yield,
    yield_matrix,
)
from portfolios.queries.pricing.question import Question

COLUMNS = {
    SpeedKind.PSA: (0.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 500.0),
    SpeedKind.CPR: (0.0, 2.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0),
    SpeedKind.SMM: (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0),
}
PRICE_STEPS = tuple(step * 0.5 for step in range(-4, 5))
YIELD_STEPS = tuple(step * 0.25 for step in range(-4, 5))


@dataclass(frozen=True, slots=True)
class Column:
    """A speed of the matrix with its average life and modified duration in years."""

    label: str
    is_asked: bool
    life: float | None
    duration: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """A price or a yield of the matrix, and what it gives under each speed; `heat` tints the asked row and column."""

    head: float
    is_asked: bool
    cells: Sequence[tuple[float | None, int]]


@dataclass(frozen=True, slots=True)
class Matrix:
    columns: Sequence[Column]
    rows: Sequence[Row]


def matrix(asked: Question, value: Valuation) -> Matrix:
    """Yields around the price, or prices around the yield, by speed; the asked speed has its own column."""
    kind = asked.speed.kind
    flat = [Speed.flat(kind, number) for number in COLUMNS.get(kind, COLUMNS[SpeedKind.CPR])]
    speeds = sorted({*flat, asked.speed}, key=lambda speed: (len(speed.values) > 1, speed.values))
    by_price = asked.price is not None
    steps = PRICE_STEPS if by_price else YIELD_STEPS
    heads = [(value.price if by_price else value.bond_equivalent_yield) + step for step in steps]
    if by_price:
        cells = yield_matrix(asked.terms, speeds, heads).bond_equivalent_yield
    else:
        cells = price_matrix(asked.terms, speeds, heads)
    here = speeds.index(asked.speed)
    rows = [
        Row(head, step == 0, [(_known(cell), 2 * ((step == 0) + (at == here))) for at, cell in enumerate(line)])
        for head, step, line in zip(heads, steps, cells.T.tolist(), strict=True)
    ]
    columns = [_column(asked, value, speed) for speed in speeds]
    return Matrix(columns, rows)


def _column(asked: Question, value: Valuation, speed: Speed) -> Column:
    label = f"{speed.values[0]:g}" if len(speed.values) == 1 else "Vector"
    try:
        at = valued_again(asked, value, speed)
    except ValueError:
        return Column(label, speed == asked.speed, None, None)
    return Column(label, speed == asked.speed, at.average_life, at.modified_duration)


def valued(asked: Question) -> Valuation:
    if asked.price is not None:
        return value_at_price(asked.terms, asked.speed, asked.price, life=asked.life)
    return value_at_yield(asked.terms, asked.speed, asked.semiannual or 0.0, life=asked.life)


def valued_again(asked: Question, value: Valuation, speed: Speed) -> Valuation:
    """The same price, or the same yield, under another speed."""
    if asked.price is not None:
        return value_at_price(asked.terms, speed, value.price, life=asked.life)
    return value_at_yield(asked.terms, speed, value.bond_equivalent_yield, life=asked.life)


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None
