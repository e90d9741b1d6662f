"""What one outlet pays for each loan: a pool, a buyer, a bid or the lender's own portfolio.

Prices are kept as whole millionths of a point, so that every sum is exact and can be made again by hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.pooling import ShareRule

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Micros = NDArray[np.int64]
MICRO = 1_000_000
PAR = 100 * MICRO
RETAINED = "retained"

PARTS = ("base", "pay_up", "adjusters", "srp", "servicing", "excess_servicing", "buy_up", "buy_down")
"""What a price is built up from, in points; together, less 100, they are what the loan is worth over par."""

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "": "",
        "product": "It takes another kind of mortgage.",
        "term": "It takes loans of another term.",
        "adjustable": "It takes fixed-rate loans only.",
        "lien": "It takes first liens only.",
        "blank": "A value that the price needs is blank on the tape.",
        "over_limit": "The loan is over the loan limit.",
        "delinquent": "A payment is late.",
        "late": "A payment was 30 days late in the loan's first year.",
        "seasoned": "The loan is too old for a pool of several lenders.",
        "months_left": "Too few months are left to maturity.",
        "ltv": "The LTV is above what the pool takes.",
        "story": "The loan is not of the kind that this pool holds.",
        "spread_low": "The note rate is too little above the pass-through rate.",
        "spread_high": "The note rate is too far above the pass-through rate.",
        "split_low": "The guaranty fee cannot be bought down so far.",
        "split_high": "Servicing and buy-up cannot take up so high a note rate.",
        "no_price": "The grid has no price for this note rate.",
        "no_servicing": "No grid prices the servicing of this loan.",
        "no_adjuster": "The price adjusters have no cell for this score, LTV or purpose.",
        "refused": "The buyer's adjusters refuse the loan.",
        "bid_terms": "Its rate, score or LTV is outside what the bidder takes.",
        "too_few": "All loans that fit add up to less than the pool's minimum.",
    }
)
"""Why an outlet does not take a loan, by code."""
CODES = tuple(REASONS)
NUMBERS = MappingProxyType({code: number for number, code in enumerate(CODES)})


class Screen:
    """Which loans an outlet takes, and the first reason against each of the others."""

    def __init__(self, loans: int) -> None:
        self.refused = np.zeros(loans, dtype=np.uint8)

    def refuse(self, code: str, loans: Flags) -> None:
        """Refuse these loans for a reason, unless one was found before."""
        self.refused[(self.refused == 0) & loans] = NUMBERS[code]

    def copy(self) -> "Screen":
        other = Screen(0)
        other.refused = self.refused.copy()
        return other

    @property
    def taken(self) -> Flags:
        return self.refused == 0


@dataclass(frozen=True, slots=True)
class Outlet:
    """A pool, a buyer, a bid or the own portfolio: what it is called, and what it asks of its loans together.

    Amounts are cents. `keeps_servicing` counts against the budget of servicing; `is_sold` is False for loans kept.
    """

    code: str
    title: str
    kind: str
    agency: str = ""
    term: int | None = None
    coupon: float | None = None
    story: str = ""
    minimum: int = 0
    maximum: int | None = None
    fixed_cost: int = 0
    rules: tuple[ShareRule, ...] = ()
    all_or_none: bool = False
    keeps_servicing: bool = False
    is_sold: bool = True


@dataclass(frozen=True, slots=True)
class Quote:
    """An outlet's prices. `parts` and `servicing_to` belong to the taken loans, in order; `refused` to all."""

    outlet: Outlet
    refused: NDArray[np.uint8]
    parts: Mapping[str, Micros]
    servicing_to: NDArray[np.int64] | None = None
    """Numbers of `names`; None where servicing goes with the loan."""
    names: tuple[str, ...] = ()
    buyer: str = ""
    """Whose adjusters were taken."""
    loans: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "loans", np.flatnonzero(self.refused == 0))

    @property
    def over_par(self) -> Micros:
        """Millionths of a point over par."""
        return np.asarray(sum(self.parts.values(), np.zeros(len(self.loans), dtype=np.int64)) - PAR)


def micros(points: Floats | float, loans: NDArray[np.int64] | None = None) -> Micros:
    """Points as whole millionths, of these loans where the points are of all."""
    wanted = points if loans is None else np.asarray(points, dtype=float)[loans]
    return np.rint(np.asarray(wanted, dtype=float) * MICRO).astype(np.int64)


def cents_of(balances: NDArray[np.int64], over_par: Micros) -> NDArray[np.int64]:
    """Balance in cents times points over par, rounded half away from zero to whole cents. Exact."""
    product = balances * np.abs(over_par)
    return np.sign(over_par) * ((product + PAR // 2) // PAR)
