"""Speeds that happened, from factors and balances at two dates.

Balances are added up first, speeds are never averaged (SF-12). An agency factor counts repurchased delinquent loans as
prepaid; `split_smm` takes them apart where the file tells their balance.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from portfolios.domain.amortization import balance_ratio
from portfolios.domain.prepayment.rates import psa_to_smm

FACTOR_ROUNDING = 1e-8  # half a unit of the eighth place at each end of the period
FASTEST_PSA = 100.0 / 0.2 * 100.0  # 100 CPR in the first loan month; no higher speed changes anything


@dataclass(frozen=True, slots=True)
class PoolPeriod:
    """One pool over a period: original face in USD, factors, remaining months, months passed, gross coupon in percent.

    `age` is the loan age in months at the start; SF-12 comes out only with original less remaining term (measured).
    """

    face: float
    factor_start: float
    factor_end: float
    remaining_start: int
    months: int
    gross: float
    age: int

    @property
    def scheduled_end(self) -> float:
        """Balance in USD at the end without any prepayment (SF-12)."""
        remaining = self.remaining_start
        return self.face * self.factor_start * float(balance_ratio(self.gross, remaining, remaining - self.months))

    @property
    def actual_end(self) -> float:
        """Balance in USD at the end by the factor (SF-12)."""
        return self.face * self.factor_end

    def end_at(self, psa: float) -> float:
        """Balance in USD at the end had the pool paid at a PSA speed all through."""
        loan_months = self.age + 1 + np.arange(self.months)
        return self.scheduled_end * float(np.prod(1.0 - psa_to_smm(psa, loan_months) / 100.0))


def scheduled_factor(factor_start: float, balance_start: float, balance_end: float) -> float:
    """Factor at the end without prepayment (SF-7): F1·BAL2/BAL1. BAL: amortized balances of a loan of 1.00."""
    return factor_start * balance_end / balance_start


def observed_smm(scheduled: float, actual: float) -> float | None:
    """One-month SMM in percent (SF-5): 100·(Fsched − F2)/Fsched. None where nothing was scheduled to be left.

    Takes factors or balances. A negative result points to a wrong factor, rate or term (SF-7).
    """
    return 100.0 * (scheduled - actual) / scheduled if scheduled > 0 else None


def average_smm(actual_end: float, scheduled_end: float, months: int) -> float | None:
    """Average SMM in percent over n months (SF-12): 100·[1 − (actual/scheduled)^(1/n)]; None without a schedule."""
    return _average(actual_end, scheduled_end, 1.0 / months)


def average_cpr(actual_end: float, scheduled_end: float, months: int) -> float | None:
    """Average CPR in percent over n months (SF-12), exponent 12/n; the 3-month CPR has n = 3. None as above."""
    return _average(actual_end, scheduled_end, 12.0 / months)


def _average(actual_end: float, scheduled_end: float, exponent: float) -> float | None:
    return 100.0 * (1.0 - (actual_end / scheduled_end) ** exponent) if scheduled_end > 0 else None


def total_balances(pools: Sequence[PoolPeriod]) -> tuple[float, float]:
    """Actual and scheduled balances in USD at the end, summed over the pools (SF-12)."""
    return sum(pool.actual_end for pool in pools), sum(pool.scheduled_end for pool in pools)


def average_psa(pools: Sequence[PoolPeriod]) -> float | None:
    """The one PSA speed which, pool by pool over the whole period, gives the actual final balance (SF-12, SF-13).

    Solved by iteration. Factors have eight places: a difference that their rounding explains is a speed of 0. None
    where no speed of at least 0 does: a pool that grew, or one paid off faster than 100 CPR.
    """
    actual, scheduled = total_balances(pools)
    rounding = FACTOR_ROUNDING * sum(pool.face for pool in pools)

    def excess(psa: float) -> float:
        return sum(pool.end_at(psa) for pool in pools) - actual

    if actual >= scheduled - rounding:
        return 0.0 if actual <= scheduled + rounding else None
    if excess(FASTEST_PSA) >= 0:
        return None
    return float(scipy.optimize.brentq(excess, 0.0, FASTEST_PSA, xtol=1e-10, rtol=1e-14))


def average_abs(factor_ratio: float, balance_ratio_: float, age_start: int, age_end: int) -> float:
    """ABS speed in percent over a period (SF-14), from F2/F1, BAL2/BAL1 and the loan ages in months at both ends."""
    return 100.0 * (factor_ratio - balance_ratio_) / (age_start * factor_ratio - age_end * balance_ratio_)


def split_smm(smm: float, removed: float, scheduled: float) -> tuple[float, float]:
    """Voluntary and involuntary SMM in percent; `removed` is the balance in USD of loans taken out involuntarily.

    Ordinary arithmetic over the disclosure field "Involuntary Loan Removal (Prior Month UPB)", not a published rule.
    """
    involuntary = 100.0 * removed / scheduled
    return smm - involuntary, involuntary
