"""A pass-through valued at a price or at a yield under a speed, per 100 of current face."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from portfolios.domain.cashflow.passthrough import PassThrough, cash_flows
from portfolios.domain.prepayment.speeds import Speed
from portfolios.domain.valuation.risk import (
    average_life,
    cash_flow_convexity,
    effective_convexity,
    effective_duration,
    macaulay_duration,
    modified_duration,
)
from portfolios.domain.valuation.settlement import accrued_interest
from portfolios.domain.valuation.timing import AverageLifeTime, principal_times, receipt_times
from portfolios.domain.valuation.yields import mortgage_yield, present_value, solve_yield

PAR = 100.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What valuation needs of a pool: gross and net rate in percent, remaining months, loan age in months, days.

    delay: actual delay in days (SF-45). elapsed: days (30/360) from the first of the accrual month to settlement.
    """

    gross: float
    net: float
    remaining: int
    age: int
    delay: int
    elapsed: int = 0

    @property
    def accrued(self) -> float:
        """Accrued interest per 100 of current face."""
        return accrued_interest(self.net, self.elapsed)


@dataclass(frozen=True, slots=True)
class InvestorFlows:
    """Cash and principal per 100 of current face, and years from settlement to each receipt."""

    cash: NDArray[np.float64]
    principal: NDArray[np.float64]
    times: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Valuation:
    """Price without accrued interest, yields in percent, years; convexity in years squared."""

    price: float
    accrued: float
    bond_equivalent_yield: float
    mortgage_yield: float
    average_life: float
    average_life_time: AverageLifeTime
    macaulay_duration: float
    modified_duration: float
    convexity: float


def investor_flows(terms: Terms, smm: ArrayLike) -> InvestorFlows:
    """Cash flows to the investor per 100 of current face under SMM in percent, a number a month."""
    flows = cash_flows(PassThrough(PAR, terms.gross, terms.net, terms.remaining), smm)
    times = receipt_times(len(flows.scheduled), delay=terms.delay, elapsed=terms.elapsed)
    return InvestorFlows(flows.investor, flows.principal, times)


def flows_at(terms: Terms, speed: Speed) -> InvestorFlows:
    """Cash flows to the investor per 100 of current face under a named speed."""
    return investor_flows(terms, speed.smm(age=terms.age, months=terms.remaining))


def value_at_price(
    terms: Terms, speed: Speed, price: float, *, life: AverageLifeTime = AverageLifeTime.SETTLEMENT
) -> Valuation:
    """Yield and risk at a price without accrued interest, per 100 of current face."""
    flows = flows_at(terms, speed)
    return _valued(terms, flows, price, solve_yield(price + terms.accrued, flows.cash, flows.times), life)


def value_at_yield(
    terms: Terms, speed: Speed, semiannual: float, *, life: AverageLifeTime = AverageLifeTime.SETTLEMENT
) -> Valuation:
    """Price and risk at a bond-equivalent yield in percent."""
    semiannual, flows = float(semiannual), flows_at(terms, speed)
    price = present_value(flows.cash, flows.times, semiannual) - terms.accrued
    return _valued(terms, flows, price, semiannual, life)


def effective_measures(
    terms: Terms, *, now: Speed, rates_up: Speed, rates_down: Speed, semiannual: float, shift: float = 0.10
) -> tuple[float, float]:
    """Effective duration (years) and convexity (years squared) when speeds move with rates (SF-50, SF-51).

    The three speeds are what a prepayment model expects at the yield in percent and after its shifts by `shift` points.
    """

    def full_price(speed: Speed, move: float) -> float:
        return value_at_yield(terms, speed, semiannual + move).price + terms.accrued

    at, up, down = full_price(now, 0.0), full_price(rates_up, shift), full_price(rates_down, -shift)
    return effective_duration(at, up, down, shift), effective_convexity(at, up, down, shift)


def _valued(terms: Terms, flows: InvestorFlows, price: float, semiannual: float, life: AverageLifeTime) -> Valuation:
    times = principal_times(life, len(flows.cash), delay=terms.delay, elapsed=terms.elapsed)
    return Valuation(
        price=price,
        accrued=terms.accrued,
        bond_equivalent_yield=semiannual,
        mortgage_yield=float(mortgage_yield(semiannual)),
        average_life=average_life(flows.principal, times),
        average_life_time=life,
        macaulay_duration=macaulay_duration(flows.cash, flows.times, semiannual),
        modified_duration=modified_duration(flows.cash, flows.times, semiannual),
        convexity=cash_flow_convexity(flows.cash, flows.times, semiannual),
    )
