"""One loan in one pass-through coupon: where the note rate goes, and what that is worth.

    note rate = pass-through + servicing + guaranty fee after buy-up or buy-down

What the note rate has over the pass-through rate, base servicing and the contract fee is taken as excess servicing and
buy-up, the one that pays more first; what it lacks is bought down, as long as the fee stays at least 0. That is the
best split in closed form, so it never enters the optimizer. Windows and caps are dated terms of the agency, ratios and
multiples the lender's dated grids.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
TINY = 1e-9  # percent: a note rate is a multiple of 0.001, so this only takes up binary fractions


@dataclass(frozen=True, slots=True)
class CouponTerms:
    """The agency's limits, in percent: the note rate's window above the pass-through rate, servicing, and buy-up."""

    least_spread: float
    most_spread: float
    base_servicing: float
    most_servicing: float
    most_buy_up: float


@dataclass(frozen=True, slots=True)
class Multiples:
    """What a percent is worth in points: servicing, excess servicing, bought-up fee; and what buying down costs."""

    servicing: float
    excess_servicing: float
    buy_up: float
    buy_down: float


@dataclass(frozen=True, slots=True)
class Split:
    """For each loan, in percent: excess servicing, buy-up, buy-down; and whether the coupon takes the loan at all.

    `inside` is whether the note rate is inside the window; a loan inside that is not eligible cannot be split.
    """

    inside: NDArray[np.bool_]
    eligible: NDArray[np.bool_]
    excess_servicing: Floats
    buy_up: Floats
    buy_down: Floats

    def points(self, terms: CouponTerms, worth: Multiples) -> Floats:
        """What servicing and fees are worth, points of balance; not a number where the loan is not eligible."""
        points = (
            terms.base_servicing * worth.servicing
            + self.excess_servicing * worth.excess_servicing
            + self.buy_up * worth.buy_up
            - self.buy_down * worth.buy_down
        )
        return np.where(self.eligible, points, np.nan)


def split(
    note_rate: ArrayLike,
    pass_through: float,
    fee: ArrayLike,
    terms: CouponTerms,
    worth: Multiples,
    lender_paid: ArrayLike = 0.0,
) -> Split:
    """The best split of each note rate over one pass-through rate; rates and contract guaranty fees in percent.

    `lender_paid` is the rate that pays for mortgage insurance: it comes out of the note rate and counts as servicing.
    """
    note, contract = np.asarray(note_rate, dtype=float), np.asarray(fee, dtype=float)
    insurance = np.asarray(lender_paid, dtype=float)
    spread = note - pass_through
    over = spread - terms.base_servicing - contract - insurance
    down = np.maximum(-over, 0.0)
    room = np.maximum(over, 0.0)
    most_excess = np.maximum(terms.most_servicing - terms.base_servicing - insurance, 0.0)
    most = (most_excess, terms.most_buy_up)
    servicing_first = worth.excess_servicing >= worth.buy_up
    first = np.minimum(room, most[0] if servicing_first else most[1])
    second = np.minimum(room - first, most[1] if servicing_first else most[0])
    kept = room - first - second
    inside = (spread >= terms.least_spread - TINY) & (spread <= terms.most_spread + TINY)
    return Split(
        inside=inside,
        eligible=inside & (down <= contract + TINY) & (kept <= TINY),
        excess_servicing=first if servicing_first else second,
        buy_up=second if servicing_first else first,
        buy_down=down,
    )
