"""Exact winner determination: the set of bids that pays most, each lot sold at most once, as a 0-1 program (HiGHS).

Whole cents are the only unit, so equal is equal. The solver only proposes: what it chose is checked and added up again
here in Decimal, and every set that pays the same is compared by the announced tie rule.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import lil_matrix

from portfolios.domain.awards.bids import Bid, Refused, Sale, TieRule, conforming

MOST_TIES = 200  # sets of equal value that are compared; more than that are a draw in all but name
HALF_CENT = 0.5


class Unsolved(Exception):
    """The best awards could not be found or proven; nothing is awarded."""


@dataclass(frozen=True, slots=True)
class Award:
    """A winning bid, what it pays, and its cover: the most that others would have paid for the same lots."""

    bid: Bid
    amount: Decimal
    cover: Decimal | None
    cover_bids: tuple[str, ...]
    runner_up: Decimal | None  # the best single bid of another bidder for exactly these lots


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
    eligible = [bid for bid in good if meets_reserve(sale, bid)]
    sets = best_sets(sale, eligible)
    chosen = preferred(sale, sets)
    awards = tuple(_award(sale, bid, eligible, chosen) for bid in chosen)
    sold = {code for bid in chosen for code in bid.lots}
    return Outcome(
        awards=awards,
        total=sum((each.amount for each in awards), Decimal(0)),
        unsold=tuple(lot.code for lot in sale.lots if lot.code not in sold),
        refused=tuple(refused),
        below_reserve=tuple(bid for bid in good if not meets_reserve(sale, bid)),
        ties=tuple(tuple(bid.code for bid in found) for found in sets) if len(sets) > 1 else (),
        tie_rule=sale.tie_rule,
        undecided=len(sets) > 1 and sale.tie_rule is TieRule.BEST_AND_FINAL,
    )


def meets_reserve(sale: Sale, bid: Bid) -> bool:
    """Whether a bid pays at least the reserves of its lots together."""
    return sale.total(bid) >= sum((sale.lot(code).reserve for code in bid.lots), Decimal(0))


def best_value(sale: Sale, bids: Sequence[Bid]) -> Decimal:
    """The most that these bids can pay together, in USD."""
    return sum((sale.total(bid) for bid in solved(sale, bids, [])), Decimal(0))


def best_sets(sale: Sale, bids: Sequence[Bid]) -> list[tuple[Bid, ...]]:
    """Every set of bids that pays the most, found one after another by forbidding those found before."""
    first = solved(sale, bids, [])
    if not first:
        return [()]
    best, found = sum(map(sale.total, first)), [first]
    while len(found) < MOST_TIES:
        another = solved(sale, bids, found)
        if not another or sum(map(sale.total, another)) < best:
            break
        found.append(another)
    return found


def solved(sale: Sale, bids: Sequence[Bid], forbidden: Sequence[tuple[Bid, ...]]) -> tuple[Bid, ...]:
    """The best feasible set that is none of the forbidden ones; Unsolved where the optimum is not proven."""
    if not bids:
        return ()
    cents = np.array([int(sale.total(bid) * 100) for bid in bids], dtype=float)
    result = milp(
        -cents,
        constraints=_constraints(sale, bids, forbidden),
        integrality=np.ones(len(bids)),
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if result.status == 2:  # infeasible: every set is forbidden
        return ()
    if result.x is None or result.status != 0 or abs(result.mip_dual_bound + cents @ np.round(result.x)) > HALF_CENT:
        raise Unsolved(f"The best awards could not be proven: {result.message}")
    chosen = tuple(bid for bid, taken in zip(bids, result.x, strict=True) if round(taken))
    check(sale, chosen)
    return chosen


def _constraints(sale: Sale, bids: Sequence[Bid], forbidden: Sequence[tuple[Bid, ...]]) -> LinearConstraint:
    """Each lot once, each bidder within its caps, and none of the forbidden sets."""
    rows: list[tuple[dict[int, float], float]] = []
    for lot in sale.lots:
        rows.append(({at: 1.0 for at, bid in enumerate(bids) if lot.code in bid.lots}, 1.0))
    for bidder, most in sale.most_dollars.items():
        mine = {at: float(sale.total(bid) * 100) for at, bid in enumerate(bids) if bid.bidder == bidder}
        rows.append((mine, float(most * 100)))
    for bidder, count in sale.most_lots.items():
        rows.append(({at: float(len(bid.lots)) for at, bid in enumerate(bids) if bid.bidder == bidder}, float(count)))
    for found in forbidden:
        inside = {bid.code for bid in found}
        signs = {at: 1.0 if bid.code in inside else -1.0 for at, bid in enumerate(bids)}
        rows.append((signs, len(found) - 1.0))
    matrix = lil_matrix((len(rows), len(bids)))
    for number, (row, _) in enumerate(rows):
        for at, value in row.items():
            matrix[number, at] = value
    return LinearConstraint(matrix.tocsr(), -np.inf, np.array([limit for _, limit in rows]))


def check(sale: Sale, chosen: Sequence[Bid]) -> None:
    """Hold what the solver chose against the terms in exact arithmetic; Unsolved where it breaks one."""
    sold = [code for bid in chosen for code in bid.lots]
    if len(sold) != len(set(sold)):
        raise Unsolved("The solver sold a lot twice.")
    for bidder in {bid.bidder for bid in chosen}:
        mine = [bid for bid in chosen if bid.bidder == bidder]
        if sum(map(sale.total, mine)) > sale.most_dollars.get(bidder, Decimal("Infinity")):
            raise Unsolved(f"The solver went over the funding cap of {bidder}.")
        if sum(len(bid.lots) for bid in mine) > sale.most_lots.get(bidder, len(sale.lots)):
            raise Unsolved(f"The solver gave {bidder} more lots than it may win.")


def preferred(sale: Sale, sets: Sequence[tuple[Bid, ...]]) -> tuple[Bid, ...]:
    """Of sets that pay the same, the one the announced rule prefers."""
    keys = {
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


def _receipts(found: Sequence[Bid]) -> tuple[object, ...]:
    """Receipts, the latest first: the set whose latest bid came earliest is preferred; the code settles the rest."""
    return tuple(sorted((bid.received for bid in found), reverse=True)), tuple(bid.code for bid in found)


def _ticket(seed: str, found: Sequence[Bid]) -> str:
    """A set's ticket in the draw: anybody who knows the seed can work it out again."""
    return hashlib.sha256("|".join([seed, *sorted(bid.code for bid in found)]).encode()).hexdigest()


def _award(sale: Sale, bid: Bid, bids: Sequence[Bid], chosen: Sequence[Bid]) -> Award:
    others = [other for other in bids if other.bidder != bid.bidder and other.lots <= bid.lots]
    rest = [each for each in chosen if each is not bid]
    covering = solved(_with_less_room(sale, rest), others, [])
    same = [sale.total(other) for other in others if other.lots == bid.lots]
    return Award(
        bid=bid,
        amount=sale.total(bid),
        cover=sum((sale.total(other) for other in covering), Decimal(0)) if covering else None,
        cover_bids=tuple(other.code for other in covering),
        runner_up=max(same, default=None),
    )


def _with_less_room(sale: Sale, taken: Sequence[Bid]) -> Sale:
    """The sale with the caps that are left once some bids have won."""
    spent = {
        bidder: sum((sale.total(b) for b in taken if b.bidder == bidder), Decimal(0)) for bidder in sale.most_dollars
    }
    won = {bidder: sum(len(b.lots) for b in taken if b.bidder == bidder) for bidder in sale.most_lots}
    return replace(
        sale,
        most_dollars={bidder: most - spent[bidder] for bidder, most in sale.most_dollars.items()},
        most_lots={bidder: most - won[bidder] for bidder, most in sale.most_lots.items()},
    )
