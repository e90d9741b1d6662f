"""Exact winner determination: the set of bids that pays most, each lot sold at most once, as a 0-1 program (HiGHS).

Whole cents are the only unit, so equal is equal. The solver only proposes: what it chose is checked and added up again
here in Decimal. A bidder's bids that share a lot exclude each other because a lot is sold once.
"""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import scipy

from portfolios.domain.awards.bids import Bid, Sale

HALF_CENT = 0.5
SAFE = 1e-9  # of the whole: how far a bound in floating point may be off


class Unsolved(Exception):
    """The best awards could not be found or proven; nothing is awarded."""


def best_value(sale: Sale, bids: Sequence[Bid]) -> Decimal:
    """The most that these bids can pay together, in USD."""
    return sum((sale.total(bid) for bid in solved(sale, bids, [])), Decimal(0))


def solved(sale: Sale, bids: Sequence[Bid], forbidden: Sequence[tuple[Bid, ...]]) -> tuple[Bid, ...]:
    """The best feasible set that is none of the forbidden ones; Unsolved where the optimum is not proven.

    The solver works in floating point and may go over a cap by a cent: such a set is forbidden, and it looks again.
    """
    barred = list(forbidden)
    while chosen := proposed(sale, bids, barred):
        if within_caps(sale, chosen):
            return chosen
        barred.append(chosen)
    return ()


def proposed(sale: Sale, bids: Sequence[Bid], forbidden: Sequence[tuple[Bid, ...]]) -> tuple[Bid, ...]:
    """What the solver holds for best; empty where nothing is left to choose."""
    if not bids:
        return ()
    cents = np.array([int(sale.total(bid) * 100) for bid in bids], dtype=float)
    result = scipy.optimize.milp(
        -cents,
        constraints=_constraints(sale, bids, forbidden),
        integrality=np.ones(len(bids)),
        bounds=scipy.optimize.Bounds(0, 1),
        options={"mip_rel_gap": 0.0},
    )
    if result.status == 2:  # infeasible: every set is forbidden
        return ()
    if result.x is None or result.status != 0 or abs(result.mip_dual_bound + cents @ np.round(result.x)) > HALF_CENT:
        raise Unsolved(f"The best awards could not be proven: {result.message}")
    chosen = tuple(bid for bid, taken in zip(bids, result.x, strict=True) if round(taken))
    sold = [code for bid in chosen for code in bid.lots]
    if len(sold) != len(set(sold)):
        raise Unsolved("The solver sold a lot twice.")
    return chosen


def hopeless(sale: Sale, bids: Sequence[Bid], best: Decimal) -> frozenset[str]:
    """Codes of bids that are in no set that pays so much, by the bound of the relaxed program; it may miss some."""
    cents = np.array([int(sale.total(bid) * 100) for bid in bids], dtype=float)
    limits = _constraints(sale, bids, [])
    found = scipy.optimize.linprog(-cents, A_ub=limits.A, b_ub=limits.ub, bounds=(0, 1), method="highs")
    if found.status != 0:
        return frozenset()
    least = float(best * 100) * (1 - SAFE) - 1
    with_each = -(found.fun + found.lower.marginals)
    return frozenset(bid.code for bid, bound in zip(bids, with_each, strict=True) if bound < least)


def _constraints(
    sale: Sale, bids: Sequence[Bid], forbidden: Sequence[tuple[Bid, ...]]
) -> "scipy.optimize.LinearConstraint":
    """Each lot once, each bidder within its caps, and none of the forbidden sets."""
    rows: list[tuple[dict[int, float], float]] = []
    for lot in sale.lots:
        rows.append(({at: 1.0 for at, bid in enumerate(bids) if lot.code in bid.lots}, 1.0))
    for bidder, most in sale.most_dollars.items():
        mine = {at: float(sale.total(bid) * 100) for at, bid in enumerate(bids) if bid.bidder == bidder}
        rows.append((mine, max(float(most * 100), 0.0)))
    for bidder, count in sale.most_lots.items():
        rows.append(({at: float(len(bid.lots)) for at, bid in enumerate(bids) if bid.bidder == bidder}, float(count)))
    for found in forbidden:
        inside = {bid.code for bid in found}
        signs = {at: 1.0 if bid.code in inside else -1.0 for at, bid in enumerate(bids)}
        rows.append((signs, len(found) - 1.0))
    matrix = scipy.sparse.lil_matrix((len(rows), len(bids)))
    for number, (row, _) in enumerate(rows):
        for at, value in row.items():
            matrix[number, at] = value
    return scipy.optimize.LinearConstraint(matrix.tocsr(), -np.inf, np.array([limit for _, limit in rows]))


def within_caps(sale: Sale, chosen: Sequence[Bid]) -> bool:
    """Whether every bidder keeps within its caps, in exact arithmetic."""
    for bidder in {bid.bidder for bid in chosen}:
        mine = [bid for bid in chosen if bid.bidder == bidder]
        if sum(map(sale.total, mine)) > sale.most_dollars.get(bidder, Decimal("Infinity")):
            return False
        if sum(len(bid.lots) for bid in mine) > sale.most_lots.get(bidder, len(sale.lots)):
            return False
    return True


def with_less_room(sale: Sale, taken: Sequence[Bid]) -> Sale:
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
