"""Sets of bids that pay the same, told apart by the announced rule without listing them all.

Twenty lots on each of which two bidders bid the same are a million sets that pay the same, and still only twenty
choices. So what is tied is taken apart: bids that share no lot and no cap with each other do not depend on each other,
and the rule decides each knot of bids by itself. Sums of conditions, sums of deposits and the latest receipts of a
whole are least where they are least in every knot. Within a knot all sets are compared; of one with more than
`MOST_TIES` sets the earliest receipts decide whatever the rule, bid by bid, which needs no list.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.awards.bids import Bid, Sale, TieRule
from portfolios.domain.awards.solving import hopeless, solved, with_less_room

MOST_TIES = 24  # sets of one knot that are compared by the rule
Set = tuple[Bid, ...]


@dataclass(frozen=True, slots=True)
class Tied:
    """The set that the rule prefers, and the others it was told from: one knot at a time has another choice in them."""

    chosen: Set
    sets: tuple[Set, ...]


@dataclass(frozen=True, slots=True)
class Knot:
    """Bids that depend on each other, the sets of them that pay the most, and whether these are all."""

    bids: Set
    sets: tuple[Set, ...]
    complete: bool


def told_apart(sale: Sale, bids: Sequence[Bid]) -> Tied:
    """The best set by the announced rule; raises Unsolved where the best is not proven."""
    first = solved(sale, bids, [])
    other = solved(sale, bids, [first]) if first else ()
    if not first or _value(sale, other) < _value(sale, first) or not other:
        return Tied(first, (first,))
    always, open_bids = _settled(sale, bids, first, other)
    rest = with_less_room(sale, always)
    knots = [_knot(rest, group) for group in _groups(sale, open_bids)]
    choices = [_preferred_of(rest, knot) for knot in knots]
    return Tied(_in_order(bids, always, *choices), tuple(_all(bids, always, knots, choices)))


def preferred(sale: Sale, sets: Sequence[Set]) -> Set:
    """Of sets that pay the same, the one the announced rule prefers."""
    keys: dict[TieRule, Callable[[Set], tuple[object, ...]]] = {
        TieRule.RECEIPT: _receipts,
        TieRule.BEST_AND_FINAL: _receipts,  # shown as a proposal only: the outcome says it is undecided
        TieRule.STIPULATIONS: lambda found: (
            sum(len(bid.stipulations) for bid in found),
            -sum(bid.deposit for bid in found),
            *_receipts(found),
        ),
        TieRule.DRAW: lambda found: (_ticket(sale.seed, found),),
    }
    return min(sets, key=keys[sale.tie_rule])


def _value(sale: Sale, found: Sequence[Bid]) -> Decimal:
    return sum(map(sale.total, found), Decimal(0))


def _settled(sale: Sale, bids: Sequence[Bid], *known: Set) -> tuple[Set, Set]:
    """The bids of all best sets, and those of some but not of all; each is tried out once."""
    best = _value(sale, known[0])
    some, every = set().union(*map(_codes, known)), set.intersection(*map(_codes, known))

    def learn(found: Set) -> None:
        if _value(sale, found) == best:
            some.update(_codes(found))
            every.intersection_update(_codes(found))

    never = hopeless(sale, bids, best)
    for bid in bids:
        if bid.code in every:
            learn(solved(sale, [each for each in bids if each is not bid], []))
        if bid.code not in some and bid.code not in never:
            learn(_with(sale, bids, bid))
    chosen = [bid for bid in bids if bid.code in some]
    return tuple(b for b in chosen if b.code in every), tuple(b for b in chosen if b.code not in every)


def _with(sale: Sale, bids: Sequence[Bid], bid: Bid) -> Set:
    """The best set that holds a bid."""
    others = [each for each in bids if not each.lots & bid.lots]
    return (bid, *solved(with_less_room(sale, [bid]), others, []))


def _codes(found: Sequence[Bid]) -> set[str]:
    return {bid.code for bid in found}


def _groups(sale: Sale, bids: Sequence[Bid]) -> list[list[Bid]]:
    """Bids that hang together: by a lot, or by a bidder whose caps they share."""
    capped = sale.most_dollars.keys() | sale.most_lots.keys()
    groups: list[tuple[set[str], list[Bid]]] = []
    for bid in bids:
        ties = {f"lot {code}" for code in bid.lots} | ({f"cap {bid.bidder}"} if bid.bidder in capped else set())
        touching = [group for group in groups if group[0] & ties]
        merged = (
            ties.union(*(names for names, _ in touching)),
            [each for _, held in touching for each in held] + [bid],
        )
        groups = [group for group in groups if group not in touching] + [merged]
    return [held for _, held in groups]


def _knot(sale: Sale, bids: Sequence[Bid]) -> Knot:
    """The sets of these bids that pay the most, found one after another by forbidding those found before."""
    found = [solved(sale, bids, [])]
    best = _value(sale, found[0])
    while len(found) < MOST_TIES:
        another = solved(sale, bids, found)
        if not another or _value(sale, another) < best:
            return Knot(tuple(bids), tuple(found), complete=True)
        found.append(another)
    return Knot(tuple(bids), tuple(found), complete=False)


def _preferred_of(sale: Sale, knot: Knot) -> Set:
    return preferred(sale, knot.sets) if knot.complete else _earliest(sale, knot)


def _earliest(sale: Sale, knot: Knot) -> Set:
    """The set whose latest bids came earliest: the latest bid goes out where the rest still pays the most."""
    chosen, best, left = knot.sets[0], _value(sale, knot.sets[0]), list(knot.bids)
    fixed: list[Bid] = []
    for bid in sorted(knot.bids, key=lambda each: (each.came, each.code), reverse=True):
        left.remove(bid)
        if bid not in chosen:
            continue
        room = [each for each in left if not any(each.lots & held.lots for held in fixed)]
        without = (*fixed, *solved(with_less_room(sale, fixed), room, []))
        if _value(sale, without) == best:
            chosen = without
        else:
            fixed.append(bid)
    return chosen


def _all(bids: Sequence[Bid], always: Set, knots: Sequence[Knot], choices: Sequence[Set]) -> Iterator[Set]:
    """What was chosen, and each set that differs from it in one knot."""
    yield _in_order(bids, always, *choices)
    for at, knot in enumerate(knots):
        for other in knot.sets:
            if _codes(other) != _codes(choices[at]):
                yield _in_order(bids, always, *choices[:at], other, *choices[at + 1 :])


def _in_order(bids: Sequence[Bid], *parts: Set) -> Set:
    codes = {bid.code for part in parts for bid in part}
    return tuple(bid for bid in bids if bid.code in codes)


def _receipts(found: Sequence[Bid]) -> tuple[object, ...]:
    """Receipts, the latest first: the set whose latest bid came earliest is preferred; the code settles the rest."""
    return tuple(sorted((bid.came for bid in found), reverse=True)), tuple(bid.code for bid in found)


def _ticket(seed: str, found: Sequence[Bid]) -> str:
    """A set's ticket in the draw: anybody who knows the seed can work it out again."""
    return hashlib.sha256("|".join([seed, *sorted(bid.code for bid in found)]).encode()).hexdigest()
