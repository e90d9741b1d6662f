"""All flags of a pool, month by month: what the series shows goes in, the flags of every month come out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

import numpy as np

from portfolios.domain.redflags.data import MonthData, blocking, data_flags
from portfolios.domain.redflags.drivers import Driver, driver_flags
from portfolios.domain.redflags.flag import DEFAULTS, Flag, Thresholds
from portfolios.domain.redflags.pool import Collateral, Credit, collateral_flags, credit_flags
from portfolios.domain.redflags.speed import SpeedHistory, speed_flags

Key = tuple[date, str]

# Share of the loan count, for pools of which only the count is known. Measured: 0.82 to 0.84 over six years of a pool
# of 1,468 Freddie Mac loans, 0.85 to 0.86 in another of 268.
EFFECTIVE_SHARE = 0.8
HALF_A_YEAR = 6
WRONG_FACTOR = frozenset({"rose", "above_one", "fell", "smm_range", "zero_with_loans"})


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """One month of a pool; None for what is not known, a factor of None for a gap. Balances in USD, rates in percent.

    data: as the files tell it. scheduled_factor, expected_factor: from issue, without prepayments and as forecast.
    cohort_smm: of pools alike. unscheduled, involuntary: principal paid besides the schedule, and of it by removals.
    """

    month: date
    data: MonthData
    scheduled_factor: float | None = None
    expected_factor: float | None = None
    smm: float | None = None
    expected_smm: float | None = None
    cohort_smm: float | None = None
    loan_count: int | None = None
    effective_loans: float | None = None
    largest_share: float | None = None
    top_state: str = ""
    top_state_share: float | None = None
    late_share: float | None = None
    unscheduled: Decimal | None = None
    involuntary: Decimal | None = None
    drivers: Sequence[Driver] = ()

    @property
    def loans(self) -> float | None:
        """Effective number of loans, estimated where only their count is known."""
        if self.effective_loans is not None:
            return self.effective_loans
        return None if self.loan_count is None else EFFECTIVE_SHARE * self.loan_count


@dataclass(frozen=True)
class History:
    """The months of a pool, oldest first and without a hole, and the limits they are held against.

    accepted: data flags that a person explained, by month and code; they no longer silence the others.
    """

    months: Sequence[MonthFacts]
    limits: Thresholds = DEFAULTS
    accepted: Collection[Key] = frozenset()

    def flags(self) -> dict[date, list[Flag]]:
        """The flags of every month; months without one stand with an empty list."""
        return {month.month: self._of(at) for at, month in enumerate(self.months)}

    def z(self, at: int = -1, *, cohort: bool = False) -> float | None:
        """How far the speed of the months up to one lies above the forecast, or the cohort, in standard errors."""
        return self.speed(at % len(self.months), cohort=cohort).z(self.limits.months)

    @cached_property
    def data(self) -> list[list[Flag]]:
        """The flags of the data, month by month."""
        return [data_flags(month.data, self.limits) for month in self.months]

    @cached_property
    def speeds(self) -> list[float]:
        """SMM by month, NaN where it is not known or follows from a factor that cannot be right."""
        wrong = [any(flag.code in WRONG_FACTOR for flag in self._blocking(at)) for at in range(len(self.months))]
        return [
            np.nan if month.smm is None or wrong[at] or (at > 0 and wrong[at - 1]) else month.smm
            for at, month in enumerate(self.months)
        ]

    def speed(self, at: int, *, cohort: bool = False) -> SpeedHistory:
        """The months that the speed flags of one month look at."""
        first = max(at - self.limits.months, 1)  # the issue month has no speed
        window = self.months[first : at + 1]
        expected = [month.cohort_smm if cohort else month.expected_smm for month in window]
        starts = [month.loans for month in self.months[first - 1 : at]]
        now = self.months[at]
        return SpeedHistory(
            observed=self.speeds[first : at + 1],
            expected=[np.nan if smm is None else smm for smm in expected],
            loans=[np.nan if loans is None else loans for loans in starts],
            factor=None if cohort or now.data.factor is None else float(now.data.factor),
            expected_factor=None if cohort else now.expected_factor,
            against="its cohort" if cohort else "the forecast",
            code="fast_cohort" if cohort else "fast",
        )

    def _of(self, at: int) -> list[Flag]:
        data = self.data[at]
        if self._blocking(at) or self.months[at].data.ended:
            return data
        return [*data, *self._others(at)]

    def _blocking(self, at: int) -> list[Flag]:
        month = self.months[at].month
        return [flag for flag in blocking(self.data[at]) if (month, flag.code) not in self.accepted]

    def _others(self, at: int) -> list[Flag]:
        month, limits = self.months[at], self.limits
        found = speed_flags(self.speed(at), limits) + speed_flags(self.speed(at, cohort=True), limits)
        found += driver_flags(list(month.drivers), limits)
        found += collateral_flags(self._collateral(month), limits)
        return found + credit_flags(self._credit(at), limits)

    def _collateral(self, month: MonthFacts) -> Collateral:
        return Collateral(
            loans=month.loan_count,
            largest_loan=month.largest_share,
            state_now=month.top_state_share,
            state_at_issue=self.months[0].top_state_share,
            state=month.top_state,
        )

    def _credit(self, at: int) -> Credit:
        month = self.months[at]
        return Credit(
            involuntary=float(month.involuntary or 0),
            unscheduled=float(month.unscheduled or 0),
            late_now=month.late_share,
            late_before=self.months[at - HALF_A_YEAR].late_share if at >= HALF_A_YEAR else None,
        )
