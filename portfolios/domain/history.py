"""A pool's months in a row: what was due, what happened, and at which speed; arrays with NaN where a month is a gap.

Rate and terms of a month are those recorded for it, else the last recorded ones moved on a month a month (SF-39). Past
speeds stay as they were first computed: a rate or term that arrives later changes only the months from its own on.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from portfolios.domain.amortization import balance_ratio
from portfolios.domain.prepayment.ages import FULL_TERMS
from portfolios.domain.prepayment.observed import FACTOR_ROUNDING
from portfolios.domain.prepayment.rates import psa_ramp

Floats = NDArray[np.float64]

BISECTIONS = 60  # halves the widest bracket of PSA speeds to less than 1e-10


@dataclass(frozen=True, slots=True)
class TermsAt:
    """Gross rate in percent, remaining months and loan age in months, a number a month; the months may be gaps."""

    gross: Floats
    remaining: Floats
    age: Floats


def carried_forward(gross: Floats, remaining: Floats, age: Floats, *, to_maturity: Floats) -> TermsAt:
    """Fill unknown months (NaN) from the last known one; the first month must be known.

    Remaining terms shrink and ages grow by a month a month. No remaining term is longer than the months to maturity,
    and with a term of 180 or 360 months the age is at most term less remaining term (SF-41).
    """
    place = np.arange(len(gross))
    left = np.minimum(_last(remaining) - (place - _known(remaining)), to_maturity)
    left = np.maximum(left, 0.0)
    grown = _last(age) + (place - _known(age))
    term = next((full for full in FULL_TERMS if left[0] <= full), None)
    return TermsAt(_last(gross), left, grown if term is None else np.clip(grown, 0.0, term - left))


def _known(values: Floats) -> NDArray[np.int64]:
    """For each place the last place up to it with a value."""
    return np.maximum.accumulate(np.where(np.isnan(values), 0, np.arange(len(values))))


def _last(values: Floats) -> Floats:
    return values[_known(values)]


@dataclass(frozen=True, slots=True)
class FactorHistory:
    """A pool month by month, oldest first: factors (NaN in a gap), and the terms in force at the end of each month.

    due: scheduled balance at the end of a month over the balance at its start, from loans; NaN where only rate and
    term are known, and the annuity of SF-4 takes its place.
    """

    factor: Floats
    terms: TermsAt
    due: Floats

    @property
    def ratio(self) -> Floats:
        """Scheduled balance at the end of a month over that at its start: BAL2/BAL1 (SF-7); NaN in the first month."""
        gross, left = self.terms.gross[:-1], self.terms.remaining[:-1]
        annuity = np.concatenate([[np.nan], np.atleast_1d(balance_ratio(gross, left, left - 1.0))])
        return np.where(np.isnan(self.due), annuity, self.due)

    def scheduled(self, months: int = 1) -> Floats:
        """Factor at the end of each month had only scheduled principal been paid for a number of months (SF-12)."""
        found = np.full(len(self.factor), np.nan)
        if len(self.factor) > months:
            windows = sliding_window_view(self.ratio[1:], months)
            found[months:] = self.factor[:-months] * windows.prod(axis=1)
        return found

    def speeds(self, months: int = 1) -> "Speeds":
        """What the pool prepaid over the `months` up to each month (SF-5, SF-12); NaN where one end is a gap."""
        due = self.scheduled(months)
        left = np.divide(self.factor, due, out=np.full(len(due), np.nan), where=due > 0)
        with np.errstate(invalid="ignore"):
            monthly = np.where(left >= 0, left ** (1.0 / months), np.nan)
        return Speeds(100.0 * (1.0 - monthly), 100.0 * (1.0 - monthly**12), self._psa(months, due, left))

    def _psa(self, months: int, due: Floats, left: Floats) -> Floats:
        found = np.full(len(due), np.nan)
        rounding = FACTOR_ROUNDING / np.where(due > 0, due, 1.0)
        known = np.isfinite(left)
        found[known & (np.abs(1.0 - left) <= rounding)] = 0.0
        solved = np.flatnonzero(known & (left < 1.0 - rounding))
        if len(solved):
            loan_months = sliding_window_view(self.terms.age, months)[solved - months] + 1.0
            found[solved] = psa_over(left[solved], loan_months)
        return found


@dataclass(frozen=True, slots=True)
class Speeds:
    """SMM, CPR and PSA of each month, in percent; NaN where there is none."""

    smm: Floats
    cpr: Floats
    psa: Floats


def psa_over(left: Floats, loan_months: Floats) -> Floats:
    """The PSA speed that leaves a share of the scheduled balance after some months (SF-12, SF-13), by iteration.

    left: shares below 1, shape (n,). loan_months: loan month of each payment, shape (n, months). NaN where even a CPR
    of 100 leaves more. All are solved at once by bisection between what the slowest and the fastest month would need.
    """
    slope = psa_ramp(loan_months) / 10_000.0  # CPR as a fraction per unit of PSA
    steepest = slope.max(axis=1)
    mean_cpr = 1.0 - np.maximum(left, 0.0) ** (12.0 / slope.shape[1])
    low, high = mean_cpr / steepest, np.minimum(mean_cpr / slope.min(axis=1), 1.0 / steepest)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2.0
        survivors = np.maximum(1.0 - slope * middle[:, np.newaxis], 0.0).prod(axis=1) ** (1.0 / 12.0)
        low, high = np.where(survivors > left, middle, low), np.where(survivors > left, high, middle)
    return np.asarray(np.where(left > 0, (low + high) / 2.0, np.nan), dtype=float)
