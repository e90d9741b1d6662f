"""The least-cost look of a receiver: the bids beside what the lots bring if they are not sold, as it was sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.awards import Outcome
from portfolios.queries.ceremonies.bids import Group, OpenedBids


@dataclass(frozen=True, slots=True)
class LeastCostLine:
    """The best bid for some lots, and what these bring unsold, USD; `ahead` is below 0 where keeping brings more."""

    title: str
    bidder: str
    bid: Decimal
    unsold: Decimal

    @property
    def ahead(self) -> Decimal:
        return self.bid - self.unsold

    @property
    def worse(self) -> bool:
        return self.ahead < 0


@dataclass(frozen=True, slots=True)
class LeastCost:
    """Line by line, and for the awards together where the value of every awarded lot is known."""

    lines: tuple[LeastCostLine, ...]
    together: LeastCostLine | None

    @property
    def worse(self) -> tuple[str, ...]:
        """For which lots keeping brings more than the best bid."""
        return tuple(line.title for line in self.lines if line.worse)


def least_cost(opened: OpenedBids, outcome: Outcome, unsold: Mapping[str, Decimal]) -> LeastCost | None:
    """The bids beside not selling; None where the seller sealed no such value."""
    if not unsold:
        return None
    found = (_line(group, unsold) for group in opened.groups)
    return LeastCost(tuple(line for line in found if line), _together(outcome, unsold))


def _line(group: Group, unsold: Mapping[str, Decimal]) -> LeastCostLine | None:
    leader, lots = group.leader, group.scope.lots
    if leader is None or not lots <= unsold.keys():
        return None
    return LeastCostLine(group.scope.title, leader.bidder, leader.total, sum((unsold[lot] for lot in lots), Decimal(0)))


def _together(outcome: Outcome, unsold: Mapping[str, Decimal]) -> LeastCostLine | None:
    lots = {lot for award in outcome.awards for lot in award.bid.lots}
    if not lots or not lots <= unsold.keys():
        return None
    value = sum((unsold[lot] for lot in lots), Decimal(0))
    return LeastCostLine("What wins together", "", outcome.total, value)
