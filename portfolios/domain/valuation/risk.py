"""Average life, duration and convexity of given cash flows; times in years from settlement to receipt.

"Modified" keeps the cash flows as they are, "effective" lets them move with rates; never print the second as the first
(SF-50). The semiannual yield enters these formulas, never the mortgage yield (SF-49).
"""

import numpy as np
from numpy.typing import ArrayLike

from portfolios.domain.valuation.yields import discount_factors


def average_life(principal: ArrayLike, times: ArrayLike) -> float:
    """Average years to principal, weighted by it (SF-49): Σ T·PR / Σ PR. Negative principal counts (SF-57)."""
    paid = np.asarray(principal, dtype=float)
    return float(np.sum(paid * np.asarray(times, dtype=float)) / np.sum(paid))


def accrual_average_life(principal: ArrayLike, times: ArrayLike) -> float:
    """Average life of a Z-bond (SF-57): only the payments above zero, above and below the line."""
    return average_life(np.maximum(np.asarray(principal, dtype=float), 0.0), times)


def macaulay_duration(cash: ArrayLike, times: ArrayLike, semiannual: float) -> float:
    """Present-value-weighted average years to the cash flows (SF-49), at a yield in percent."""
    return average_life(np.asarray(cash, dtype=float) * discount_factors(semiannual, times), times)


def modified_duration(cash: ArrayLike, times: ArrayLike, semiannual: float) -> float:
    """Fall of the price, as a share of it, per rise of the yield by 1 (SF-49), years: Macaulay / (1 + Y/200)."""
    return macaulay_duration(cash, times, semiannual) / (1.0 + semiannual / 200.0)


def cash_flow_convexity(cash: ArrayLike, times: ArrayLike, semiannual: float) -> float:
    """Σ T(T + ½)·CF·v / (P·(1 + Y/200)²) (SF-49), years squared; some print it divided by 100."""
    years = np.asarray(times, dtype=float)
    worth = np.asarray(cash, dtype=float) * discount_factors(semiannual, years)
    return float(np.sum(years * (years + 0.5) * worth) / np.sum(worth) / (1.0 + semiannual / 200.0) ** 2)


def estimated_price(price: float, duration: float, convexity: float, shift: float) -> float:
    """Price after a yield shift in percentage points (SF-49): P0·[1 − D·Δ + ½·C·Δ²] with Δ = shift/100."""
    change = shift / 100.0
    return price * (1.0 - duration * change + 0.5 * convexity * change**2)


def effective_duration(price: float, price_up: float, price_down: float, shift: float) -> float:
    """(P− − P+) / (2·P0·Δ) (SF-51), years; price_up is the price after yields rise by `shift` percentage points."""
    return (price_down - price_up) / (2.0 * price * shift / 100.0)


def effective_convexity(price: float, price_up: float, price_down: float, shift: float) -> float:
    """(P+ + P− − 2·P0) / (P0·Δ²) (SF-51), years squared; prices as in `effective_duration`."""
    return (price_up + price_down - 2.0 * price) / (price * (shift / 100.0) ** 2)
