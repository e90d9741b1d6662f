"""The payments of a pass-through to the holder of the whole face."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from portfolios.domain.cashflow.passthrough import CashFlows, PassThrough, cash_flows
from portfolios.domain.terms import month_after
from portfolios.domain.valuation import (
    receipt_times,
)
from portfolios.queries.pricing.question import Question


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
