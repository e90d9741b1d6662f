"""The awards of a sale: the set of bids that pays most, told from its equals by the announced rule, with covers."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.awards.bids import Bid, Refused, Sale, TieRule, conforming
from portfolios.domain.awards.solving import solved, with_less_room
from portfolios.domain.awards.ties import preferred, told_apart


@dataclass(frozen=True, slots=True)
class Cover:
    """The best conforming bid of a different bidder for the same lots; `lots` is one lot for a stand-alone cover."""

    lots: frozenset[str]
    amount: Decimal
    bid: str


@dataclass(frozen=True, slots=True)
class Award:
    """A winning bid and what it pays, beside what others bid for the same lots.

    `alone` is for a linked bid: for each of its lots the best stand-alone bid of a different bidder. `instead` is what
    the others could have paid together for these lots, within their caps, had this bid not been there.
    """

    bid: Bid
    amount: Decimal
    cover: Cover | None
    alone: tuple[Cover, ...]
    instead: Decimal | None
    instead_bids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The awards, their total, the lots left unsold, the bids that did not count, and the sets that paid the same."""

    awards: tuple[Award, ...]
    total: Decimal
    unsold: tuple[str, ...]
    refused: tuple[Refused, ...]
    below_reserve: tuple[Bid, ...]
    ties: tuple[tuple[str, ...], ...]
    tie_rule: TieRule
    undecided: bool = False  # a tie that the announced rule leaves to one more round


def award(sale: Sale, bids: Sequence[Bid]) -> Outcome:
    """The awards of a sale by its announced terms. Deterministic: the order of the bids does not matter."""
    good, refused = conforming(sale, sorted(bids, key=lambda bid: bid.code))
    eligible = different(sale, [bid for bid in good if meets_reserve(sale, bid)])
    tied = told_apart(sale, eligible)
    sets, chosen = tied.sets, sorted(tied.chosen, key=lambda bid: sorted(bid.lots))
    awards = tuple(_award(sale, bid, good, eligible, chosen) for bid in chosen)
    sold = {code for bid in chosen for code in bid.lots}
    return Outcome(
        awards=awards,
        total=sum((each.amount for each in awards), Decimal(0)),
        unsold=tuple(lot.code for lot in sale.lots if lot.code not in sold),
        refused=tuple(refused),
        below_reserve=tuple(bid for bid in good if not meets_reserve(sale, bid)),
        ties=tuple(tuple(bid.code for bid in found) for found in sets) if len(sets) > 1 else (),
        tie_rule=sale.tie_rule,
        undecided=sale.tie_rule is TieRule.BEST_AND_FINAL and not sale.last_round and len(set(map(winners, sets))) > 1,
    )


def winners(chosen: Sequence[Bid]) -> frozenset[tuple[str, str]]:
    """Who gets which lot: two sets of one bidder's own bids are no tie between bidders."""
    return frozenset((code, bid.bidder) for bid in chosen for code in bid.lots)


def different(sale: Sale, bids: Sequence[Bid]) -> list[Bid]:
    """Bids without those that repeat one of the same bidder: the same lots at the same total, told apart by the rule.

    A bidder who repeats itself twenty times must not make thousands of sets that pay the same.
    """
    kept: dict[tuple[str, frozenset[str], Decimal], Bid] = {}
    for bid in bids:
        key = (bid.bidder, bid.lots, sale.total(bid))
        kept[key] = preferred(sale, [(kept.get(key, bid),), (bid,)])[0]
    return list(kept.values())


def meets_reserve(sale: Sale, bid: Bid) -> bool:
    """Whether a bid pays at least the reserves of its lots together."""
    return sale.total(bid) >= sum((sale.lot(code).reserve for code in bid.lots), Decimal(0))


def _award(sale: Sale, bid: Bid, good: Sequence[Bid], eligible: Sequence[Bid], chosen: Sequence[Bid]) -> Award:
    rest = [each for each in chosen if each is not bid]
    within = [other for other in eligible if other.bidder != bid.bidder and other.lots <= bid.lots]
    instead = solved(with_less_room(sale, rest), within, [])
    alone = [cover_of(sale, bid.bidder, frozenset({code}), good) for code in sorted(bid.lots)]
    return Award(
        bid=bid,
        amount=sale.total(bid),
        cover=cover_of(sale, bid.bidder, bid.lots, good),
        alone=tuple(each for each in alone if each) if len(bid.lots) > 1 else (),
        instead=sum(map(sale.total, instead), Decimal(0)) if instead else None,
        instead_bids=tuple(other.code for other in instead),
    )


def cover_of(sale: Sale, bidder: str, lots: frozenset[str], bids: Sequence[Bid]) -> Cover | None:
    """The best of these bids for exactly these lots by anybody but the bidder; of equal ones the earliest."""
    others = [other for other in bids if other.bidder != bidder and other.lots == lots]
    if not others:
        return None
    best = min(others, key=lambda other: (-sale.total(other), other.came, other.code))
    return Cover(lots, sale.total(best), best.code)
