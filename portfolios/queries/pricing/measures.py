"""What follows from a value: sensitivity to speed, effective measures, total return."""

from dataclasses import dataclass

import numpy as np

from portfolios.domain.forecast import BAND, scaled
from portfolios.domain.prepayment import Speed
from portfolios.domain.valuation import (
    Valuation,
    effective_measures,
    horizon_value,
    total_percentage_return,
    total_rate_of_return,
    value_at_price,
    value_at_yield,
)
from portfolios.domain.valuation.passthrough import flows_at
from portfolios.queries.pricing.question import Question


@dataclass(frozen=True, slots=True)
class Sensitive:
    """The same pool at a tenth slower or faster: price at the same yield, yield at the same price, life in years."""

    label: str
    speed: Speed
    price: float
    semiannual: float | None
    life: float
    price_change: float

    @property
    def price_apart(self) -> float:
        """By how much the price differs, without its sign."""
        return abs(self.price_change)


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
