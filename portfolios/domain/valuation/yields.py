"""Price and yield of given cash flows. Yields are in percent, semiannual compounding, unless called mortgage yield."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64] | Any  # numbers in give NumPy scalars back, which stubs cannot tell

NEWTON_STEPS = 60
NEWTON_TOLERANCE = 1e-14
LARGEST_RATE = 20.0  # continuous, a year; beyond it a price and its cash flows do not belong together


def mortgage_yield(semiannual: ArrayLike) -> Numbers:
    """Monthly-compounded mortgage yield of a bond-equivalent yield (SF-48): 1200·[(1 + Y/200)^(1/6) − 1]. Percent."""
    return 1200.0 * np.expm1(np.log1p(np.asarray(semiannual, dtype=float) / 200.0) / 6.0)


def bond_equivalent_yield(mortgage: ArrayLike) -> Numbers:
    """Semiannual yield of a monthly-compounded mortgage yield, the inverse of SF-48. Percent in and out."""
    return 200.0 * np.expm1(6.0 * np.log1p(np.asarray(mortgage, dtype=float) / 1200.0))


def discount_factors(semiannual: ArrayLike, times: ArrayLike) -> Numbers:
    """Worth today of 1.00 received in T years (SF-48): (1 + Y/200)^(−2T). Broadcasts."""
    return np.exp(-2.0 * np.asarray(times, dtype=float) * np.log1p(np.asarray(semiannual, dtype=float) / 200.0))


def present_value(cash: ArrayLike, times: ArrayLike, semiannual: float) -> float:
    """Full price, accrued interest included, of cash flows at times in years (SF-48), in the unit of the cash flows."""
    return float(np.sum(np.asarray(cash, dtype=float) * discount_factors(semiannual, times)))


def solve_yield(full_price: float, cash: ArrayLike, times: ArrayLike) -> float:
    """Bond-equivalent yield in percent at which the cash flows are worth a price with accrued interest (SF-48).

    Newton on the logarithm of the price, which is convex in the continuous yield. ValueError where no yield can exist.
    """
    flows, years = np.asarray(cash, dtype=float), np.asarray(times, dtype=float)
    if full_price <= 0 or flows.min(initial=0.0) < 0 or flows.max(initial=0.0) <= 0:
        raise ValueError("A yield needs a price above 0 and cash flows that are never negative.")
    rate, wanted = 0.05, np.log(full_price)
    for _ in range(NEWTON_STEPS):
        worth = flows * np.exp(-rate * years)
        total = worth.sum()
        step = (np.log(total) - wanted) * total / (worth * years).sum()
        rate = min(max(rate + step, -LARGEST_RATE), LARGEST_RATE)
        if abs(step) < NEWTON_TOLERANCE * max(1.0, abs(rate)):
            break
    if abs(rate) >= LARGEST_RATE:
        raise ValueError(f"No yield fits a price of {full_price:g} and these cash flows.")
    return float(200.0 * np.expm1(rate / 2.0))
