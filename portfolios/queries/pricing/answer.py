"""All that the calculator's page shows of one question."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.factor import current_face
from portfolios.domain.valuation import (
    Settlement,
    Valuation,
    settlement,
)
from portfolios.queries.poolpage.working import Working
from portfolios.queries.pricing.flows import FlowRow, flow_rows
from portfolios.queries.pricing.matrix import Matrix, matrix, valued
from portfolios.queries.pricing.measures import Effective, Return, Sensitive, effective_of, return_of, sensitivity
from portfolios.queries.pricing.question import Question
from portfolios.queries.pricing.workings import workings

FLOWS_SHOWN = 24


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
    flows: Sequence[FlowRow]
    months: int
    workings: Sequence[Working]

    @property
    def current_face(self) -> Decimal:
        """Face times factor, USD."""
        return current_face(self.question.face, self.question.factor)


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
