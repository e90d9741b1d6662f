"""A pass-through valued for the calculator: yield or price, risk, matrix, settlement, sensitivity, returns, cash flows.

All from `portfolios.domain.valuation`; nothing is read from the database here but the terms of a pool that was chosen.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np

from accounts.models import User
from config.ui import numbers
from portfolios.domain.cashflow.passthrough import CashFlows, PassThrough, cash_flows
from portfolios.domain.factor import current_face
from portfolios.domain.forecast import BAND, scaled
from portfolios.domain.prepayment import Speed, SpeedKind
from portfolios.domain.terms import month_after
from portfolios.domain.valuation import (
    AverageLifeTime,
    Settlement,
    Terms,
    Valuation,
    actual_delay,
    days_30_360,
    effective_measures,
    horizon_value,
    price_matrix,
    receipt_times,
    settlement,
    total_percentage_return,
    total_rate_of_return,
    value_at_price,
    value_at_yield,
    yield_matrix,
)
from portfolios.domain.valuation.passthrough import flows_at
from portfolios.models import Security
from portfolios.queries.poolpage.matrix import Asked as PoolAsked
from portfolios.queries.poolpage.matrix import choice, terms_at
from portfolios.queries.poolpage.working import Line, Working, result
from portfolios.queries.series import series

COLUMNS = {
    SpeedKind.PSA: (0.0, 50.0, 100.0, 150.0, 200.0, 300.0, 400.0, 500.0),
    SpeedKind.CPR: (0.0, 2.0, 5.0, 8.0, 10.0, 15.0, 20.0, 30.0),
    SpeedKind.SMM: (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0),
}
PRICE_STEPS = tuple(step * 0.5 for step in range(-4, 5))
YIELD_STEPS = tuple(step * 0.25 for step in range(-4, 5))
USUAL_SHIFT = 10.0  # basis points
FLOWS_SHOWN = 24
MOST_POOLS = 500


@dataclass(frozen=True, slots=True)
class Question:
    """What is valued. price or semiannual is given, percent; face in USD; shift in basis points, horizon in months."""

    terms: Terms
    face: Decimal
    factor: Decimal
    settle: date
    speed: Speed
    price: float | None = None
    semiannual: float | None = None
    life: AverageLifeTime = AverageLifeTime.SETTLEMENT
    shift: float = USUAL_SHIFT
    speed_up: Speed | None = None
    speed_down: Speed | None = None
    horizon: int | None = None
    sale_price: float | None = None
    reinvestment: float | None = None


@dataclass(frozen=True, slots=True)
class Effective:
    """Duration (years) and convexity when speeds move with rates by `shift` basis points."""

    duration: float
    convexity: float
    shift: float


@dataclass(frozen=True, slots=True)
class Return:
    """What holding it for some months gives: worth at start and end per 100, rates in percent."""

    start: float
    end: float
    rate: float
    percentage: float
    months: int


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The same pool at a tenth slower or faster: price at the same yield, yield at the same price, life in years."""

    label: str
    speed: Speed
    price: float
    semiannual: float | None
    life: float
    price_change: float


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


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the page shows of one question."""

    question: Question
    value: Valuation
    settlement: Settlement
    matrix: Matrix
    sensitivity: Sequence[Sensitive]
    effective: Effective | None
    total_return: Return | None
    flows: Sequence["FlowRow"]
    months: int
    workings: Sequence[Working]

    @property
    def current_face(self) -> Decimal:
        """Face times factor, USD."""
        return current_face(self.question.face, self.question.factor)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """A month's payment to the holder of the whole face, USD."""

    number: int
    paid_on: date
    years: float
    begin: float
    interest: float
    scheduled: float
    prepaid: float
    total: float
    end: float


def question(data: dict[str, Any], *, life: AverageLifeTime, speeds: dict[str, Speed | None]) -> Question:
    """A question from the calculator's cleaned fields; speeds under the names speed, speed_up and speed_down."""
    settle: date = data["settle"]
    terms = Terms(
        gross=float(data["wac"]),
        net=float(data["coupon"]),
        remaining=data["remaining"],
        age=data["age"],
        delay=actual_delay(data["delay_days"]),
        elapsed=days_30_360(settle.replace(day=1), settle),
    )
    by_price, shift = data["given"] == "price", data.get("shift")
    assert speeds["speed"] is not None  # the form demands it
    return Question(
        terms=terms,
        face=data["face"],
        factor=data["factor"],
        settle=settle,
        speed=speeds["speed"],
        price=float(data["price"]) if by_price else None,
        semiannual=None if by_price else float(data["semiannual"]),
        life=life,
        shift=USUAL_SHIFT if shift is None else float(shift),
        speed_up=speeds["speed_up"],
        speed_down=speeds["speed_down"],
        horizon=data.get("horizon"),
        sale_price=None if data.get("sale_price") is None else float(data["sale_price"]),
        reinvestment=None if data.get("reinvestment") is None else float(data["reinvestment"]),
    )


def answer(asked: Question) -> Answer:
    """Value it; ValueError with a sentence where price, yield and cash flows do not belong together."""
    value = valued(asked)
    if not math.isfinite(value.price) or value.price <= 0:
        raise ValueError("At this yield the pool would be worth nothing. A lower yield has a price.")
    paid = settlement(
        face=asked.face,
        factor=asked.factor,
        price=Decimal(repr(value.price)),
        coupon=Decimal(repr(asked.terms.net)),
        elapsed=asked.terms.elapsed,
    )
    effective, total_return = effective_of(asked, value), return_of(asked, value)
    rows = flow_rows(asked)
    return Answer(
        question=asked,
        value=value,
        settlement=paid,
        matrix=matrix(asked, value),
        sensitivity=sensitivity(asked, value),
        effective=effective,
        total_return=total_return,
        flows=rows[:FLOWS_SHOWN],
        months=len(rows),
        workings=workings(asked, value, paid, effective, total_return),
    )


def valued(asked: Question) -> Valuation:
    if asked.price is not None:
        return value_at_price(asked.terms, asked.speed, asked.price, life=asked.life)
    return value_at_yield(asked.terms, asked.speed, asked.semiannual or 0.0, life=asked.life)


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


def valued_again(asked: Question, value: Valuation, speed: Speed) -> Valuation:
    """The same price, or the same yield, under another speed."""
    if asked.price is not None:
        return value_at_price(asked.terms, speed, value.price, life=asked.life)
    return value_at_yield(asked.terms, speed, value.bond_equivalent_yield, life=asked.life)


def _known(number: float) -> float | None:
    return number if math.isfinite(number) else None


def sensitivity(asked: Question, value: Valuation) -> list[Sensitive]:
    """A tenth slower, as asked, and a tenth faster."""
    found = []
    for label, multiple in (("10% slower", 1 - BAND), ("As asked", 1.0), ("10% faster", 1 + BAND)):
        speed = scaled(asked.speed, multiple)
        at_yield = value_at_yield(asked.terms, speed, value.bond_equivalent_yield, life=asked.life)
        try:
            at_price: float | None = value_at_price(asked.terms, speed, value.price).bond_equivalent_yield
        except ValueError:
            at_price = None
        change = at_yield.price - value.price
        found.append(Sensitive(label, speed, at_yield.price, at_price, at_yield.average_life, change))
    return found


def effective_of(asked: Question, value: Valuation) -> Effective | None:
    """Effective measures where both speeds are told; None otherwise, since a duration with fixed speeds is another."""
    if asked.speed_up is None or asked.speed_down is None:
        return None
    duration, convexity = effective_measures(
        asked.terms,
        now=asked.speed,
        rates_up=asked.speed_up,
        rates_down=asked.speed_down,
        semiannual=value.bond_equivalent_yield,
        shift=asked.shift / 100.0,
    )
    return Effective(duration, convexity, asked.shift)


def return_of(asked: Question, value: Valuation) -> Return | None:
    """Total return over a holding period: payments of its months, reinvested, and what is left sold at its end."""
    if asked.horizon is None or asked.sale_price is None:
        return None
    months, terms = asked.horizon, asked.terms
    flows = flows_at(terms, asked.speed)
    left = 1.0 - float(np.sum(flows.principal[:months])) / 100.0
    sale = max(left, 0.0) * (asked.sale_price + terms.accrued)
    rate = value.bond_equivalent_yield if asked.reinvestment is None else asked.reinvestment
    start = value.price + terms.accrued
    end = horizon_value(sale, flows.cash[:months], flows.times[:months], months / 12.0, rate)
    return Return(
        start, end, total_rate_of_return(start, end, months / 12.0), total_percentage_return(start, end), months
    )


def flow_rows(asked: Question) -> list[FlowRow]:
    """Every payment to the holder of the whole face, USD, until the last one."""
    flows, times = dollar_flows(asked)
    last = int(np.flatnonzero(flows.balance_begin > 0.005).max(initial=-1)) + 1
    return [
        FlowRow(
            number=at + 1,
            paid_on=paid_on(asked.settle, at + 1, asked.terms.delay),
            years=float(times[at]),
            begin=float(flows.balance_begin[at]),
            interest=float(flows.net_interest[at]),
            scheduled=float(flows.scheduled[at]),
            prepaid=float(flows.prepaid[at]),
            total=float(flows.investor[at]),
            end=float(flows.balance_end[at]),
        )
        for at in range(last)
    ]


def dollar_flows(asked: Question) -> tuple[CashFlows, Any]:
    terms = asked.terms
    pool = PassThrough(float(asked.face * asked.factor), terms.gross, terms.net, terms.remaining)
    flows = cash_flows(pool, asked.speed.smm(age=terms.age, months=terms.remaining))
    return flows, receipt_times(terms.remaining, delay=terms.delay, elapsed=terms.elapsed)


def paid_on(settle: date, number: int, delay: int) -> date:
    """When payment `number` is received: months after the first of the settlement month, and the actual delay."""
    return month_after(settle, number) + timedelta(days=delay)


def from_pool(security: Security, *, today: date) -> dict[str, Any] | None:
    """Terms of a pool as the calculator's fields; None for one that has ended or has no month yet."""
    months = series(security)
    chosen = choice(months, PoolAsked(), today=today)
    terms = terms_at(months, chosen.settle) if chosen else None
    if chosen is None or terms is None or months.latest is None:
        return None
    return {
        "coupon": security.coupon,
        "wac": round(terms.gross, 6),
        "remaining": terms.remaining,
        "age": terms.age,
        "delay_days": max(security.delay_days, 31),
        "face": security.original_face,
        "factor": months.latest.factor,
        "settle": chosen.settle,
        "given": "price",
        "price": f"{chosen.price:g}",
        "speed_kind": chosen.kind.value,
        "speed": f"{chosen.speed:g}",
        "life": "bma",
    }


def choices_of(user: User) -> list[Security]:
    """Pools whose terms can be taken, for the list of the calculator."""
    followed = Security.objects.followed_by(user).active().filter(factor__gt=0)
    return list(followed.only("name").order_by("name")[:MOST_POOLS])


def workings(
    asked: Question, value: Valuation, paid: Settlement, effective: Effective | None, total: Return | None
) -> list[Working]:
    """How every figure came about, with the page of the standard."""
    terms = asked.terms
    first = (30 + terms.delay - terms.elapsed) / 360
    time = f"(30 + {terms.delay} days delay − {terms.elapsed} days of the month passed) / 360"
    years = Line("First receipt", f"{first:.5f} years", time)
    price = Line("Price and accrued interest", f"{value.price:.6f} + {value.accrued:.6f}", "percent of current face")
    found = [
        Working(
            "yield",
            "Price and yield",
            "price + accrued = Σ cash flow / (1 + Y/200)^(2 · years)",
            (price, years, result("Bond-equivalent yield", f"{value.bond_equivalent_yield:.6f}%")),
            "SF-48",
        ),
        Working(
            "mortgage",
            "Mortgage yield",
            "1200 · [(1 + Y/200)^(1/6) − 1]",
            (
                Line("Bond-equivalent yield", f"{value.bond_equivalent_yield:.6f}%"),
                result("Mortgage yield", f"{value.mortgage_yield:.6f}%"),
            ),
            "SF-48",
        ),
        Working(
            "life",
            "Average life",
            "Σ years · principal / Σ principal",
            (Line("Years", value.average_life_time), result("Average life", f"{value.average_life:.6f} years")),
            "SF-49",
        ),
        Working(
            "duration",
            "Duration and convexity",
            "Macaulay = Σ T·CF·v / P; modified = Macaulay / (1 + Y/200)",
            (
                Line("Macaulay", f"{value.macaulay_duration:.6f} years"),
                Line("Modified", f"{value.modified_duration:.6f} years", "speeds held as they are"),
                result("Convexity", f"{value.convexity:.4f}"),
            ),
            "SF-49; convexity Σ T(T + ½)·CF·v / (P·(1 + Y/200)²)",
        ),
        Working(
            "settlement",
            "Settlement",
            "principal = face · factor · price/100; accrued = face · factor · coupon/100 · N/360",
            (
                Line("Face and factor", f"{numbers.money_cents(asked.face)} · {numbers.factor8(asked.factor)}"),
                Line("Principal", numbers.money_cents(paid.principal)),
                Line("Accrued", numbers.money_cents(paid.accrued), f"N = {terms.elapsed} days on 30/360"),
                result("To pay", numbers.money_cents(paid.cost)),
            ),
            "SF-45, SF-46",
        ),
    ]
    if effective:
        found.append(
            Working(
                "effective",
                "Effective duration and convexity",
                "(P− − P+) / (2·P0·Δ); (P+ + P− − 2·P0) / (P0·Δ²)",
                (
                    Line("Shift", f"{effective.shift:g} basis points"),
                    Line("Speeds", f"{asked.speed_up} after a rise, {asked.speed_down} after a fall"),
                    Line("Effective convexity", f"{effective.convexity:.4f}"),
                    result("Effective duration", f"{effective.duration:.6f} years"),
                ),
                "SF-51; the speeds are yours, not a model's",
            )
        )
    if total:
        found.append(
            Working(
                "return",
                "Total return",
                "200 · [(end / start)^(1/(2·years)) − 1]",
                (
                    Line("Paid at settlement", f"{total.start:.6f}", "per 100, accrued interest included"),
                    Line(f"Worth after {total.months} months", f"{total.end:.6f}", "payments reinvested, rest sold"),
                    Line("Over the period", f"{total.percentage:.4f}%", "not a year's"),
                    result("Total rate of return", f"{total.rate:.6f}%"),
                ),
                "SF-50, SF-51",
            )
        )
    return found
