"""What each bid changed: what a winner added to the sale, and by how much the others fell short."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.awards.bids import Bid, Sale, conforming
from portfolios.domain.awards.solving import best_value, with_less_room
from portfolios.domain.awards.winners import Outcome, meets_reserve


@dataclass(frozen=True, slots=True)
class Change:
    """One conforming bid. `lost` is for winners: what the best awards without it bring less. `short` is for the others:
    how much more it had to pay to be among the best awards, 0 where a tie fell to another. Amounts in USD.
    """

    bid: Bid
    lost: Decimal | None = None
    short: Decimal | None = None


def changes(sale: Sale, bids: Sequence[Bid], result: Outcome) -> list[Change]:
    """For every conforming bid what it changed, in the order given."""
    good, _ = conforming(sale, bids)
    eligible = [bid for bid in good if meets_reserve(sale, bid)]
    won = {award.bid.code for award in result.awards}
    return [
        Change(bid, lost=lost_without(sale, eligible, bid, result.total))
        if bid.code in won
        else Change(bid, short=short_of(sale, eligible, bid, result.total))
        for bid in good
    ]


def lost_without(sale: Sale, eligible: Sequence[Bid], bid: Bid, best: Decimal) -> Decimal:
    """How much less the best awards would bring without this bid."""
    return best - best_value(sale, [other for other in eligible if other.code != bid.code])


def short_of(sale: Sale, eligible: Sequence[Bid], bid: Bid, best: Decimal) -> Decimal:
    """How much more this bid had to pay to stand in the best awards, with the others as they are."""
    rest = [other for other in eligible if not other.lots & bid.lots]
    with_it = sale.total(bid) + best_value(with_less_room(sale, [bid]), rest)
    reserve = sum((sale.lot(code).reserve for code in bid.lots), Decimal(0))
    return max(best - with_it, reserve - sale.total(bid), Decimal(0))
