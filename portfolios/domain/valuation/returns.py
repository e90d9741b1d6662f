"""Total return over a holding period (SF-50, SF-51)."""

import numpy as np
from numpy.typing import ArrayLike

from portfolios.domain.valuation.yields import discount_factors


def horizon_value(sale: float, cash: ArrayLike, times: ArrayLike, horizon: float, reinvestment: float) -> float:
    """Worth at the horizon: sale with accrued interest, and the cash flows of the period reinvested (SF-50, SF-51).

    times: years from settlement to receipt; a payment received after the horizon is discounted back to it.
    reinvestment: semiannual rate in percent. All amounts per the same face.
    """
    waiting = horizon - np.asarray(times, dtype=float)
    return sale + float(np.sum(np.asarray(cash, dtype=float) * discount_factors(reinvestment, -waiting)))


def total_rate_of_return(start: float, end: float, years: float) -> float:
    """Bond-equivalent total rate of return in percent a year (SF-50): 200·[(PT/P0)^(1/(2T)) − 1]."""
    return 200.0 * ((end / start) ** (1.0 / (2.0 * years)) - 1.0)


def total_percentage_return(start: float, end: float) -> float:
    """Return over the period in percent, not annualized (SF-50): 100·[PT/P0 − 1]."""
    return 100.0 * (end / start - 1.0)
