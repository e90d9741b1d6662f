"""The PSA speed that gives the same price, yield, duration or convexity as another assumption."""

from collections.abc import Callable

import scipy

from portfolios.domain.prepayment.speeds import Speed, SpeedKind

FASTEST_PSA = 5_000.0


def implied_psa(measure: Callable[[Speed], float], wanted: float, *, fastest: float = FASTEST_PSA) -> float | None:
    """The PSA speed at which a measure takes a value, solved by iteration; None where 0 to `fastest` does not hold one.

    The measure is one of a valuation, such as `lambda speed: value_at_price(terms, speed, 101).modified_duration`.
    """

    def miss(psa: float) -> float:
        return measure(Speed.flat(SpeedKind.PSA, psa)) - wanted

    if miss(0.0) * miss(fastest) > 0:
        return None
    return float(scipy.optimize.brentq(miss, 0.0, fastest, xtol=1e-9))
