"""Days and times: the 30/360 count, the delay of a payment, and when each cash flow is received."""

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

DAYS_FROM_STATED_TO_ACTUAL = 31


class AverageLifeTime(StrEnum):
    """From when to when the time of a principal payment runs. Name it beside every average life."""

    SETTLEMENT = "settlement to receipt, actual delay included (SF-48)"
    WHOLE_MONTHS = "whole months, k/12 (Fabozzi & Jones, table 30.9)"
    TWENTY_FIFTH = "paid on the 25th of the same month, (30k − 5)/360 (Fabozzi & Jones, measured)"


def days_30_360(start: date, end: date) -> int:
    """Days on the 30/360 calendar (SF-44), never below 0.

    The end of February at the start counts as the 30th, so does a 31st; a 31st at the end does if the start is a 30th.
    """
    first, last = start.day, end.day
    if start.month == 2 and first == calendar.monthrange(start.year, 2)[1]:
        first = 30
    first = min(first, 30)
    if first == 30 and last == 31:
        last = 30
    return max(360 * (end.year - start.year) + 30 * (end.month - start.month) + last - first, 0)


def actual_delay(stated: int) -> int:
    """Actual delay in days of a stated delay that counts the accrual date (SF-45): stated less 31."""
    return stated - DAYS_FROM_STATED_TO_ACTUAL


def receipt_times(months: int, *, delay: int, elapsed: int = 0) -> NDArray[np.float64]:
    """Years (30/360) from settlement to the receipt of payments 1 to `months`: (30k + delay − elapsed)/360 (SF-50).

    delay: actual delay in days. elapsed: days from the first of the accrual month to settlement.
    """
    return (30.0 * np.arange(1, months + 1, dtype=np.float64) + (delay - elapsed)) / 360.0


def principal_times(convention: AverageLifeTime, months: int, *, delay: int, elapsed: int = 0) -> NDArray[np.float64]:
    """Years to the principal payments 1 to `months` under a named convention."""
    match convention:
        case AverageLifeTime.WHOLE_MONTHS:
            return np.arange(1, months + 1) / 12.0
        case AverageLifeTime.TWENTY_FIFTH:
            return receipt_times(months, delay=-5)
        case AverageLifeTime.SETTLEMENT:
            return receipt_times(months, delay=delay, elapsed=elapsed)


@dataclass(frozen=True, slots=True)
class DatedTerms:
    """Issue, settlement and maturity of a pool, and the months and days that follow from them.

    Accrual months begin on the day of the month of the maturity.
    """

    issue: date
    settle: date
    maturity: date

    @property
    def remaining(self) -> int:
        """Payments from the accrual month of the settlement to maturity."""
        months = 12 * (self.maturity.year - self.settle.year) + self.maturity.month - self.settle.month
        return months + (1 if self.settle.day < self.maturity.day else 0)

    @property
    def term(self) -> int:
        """Months from issue to maturity."""
        return 12 * (self.maturity.year - self.issue.year) + self.maturity.month - self.issue.month

    @property
    def age(self) -> int:
        """Months from issue to the accrual month of the settlement."""
        return self.term - self.remaining

    @property
    def elapsed(self) -> int:
        """Days (30/360) from the start of the accrual month to settlement."""
        return days_30_360(self._accrual_start, self.settle)

    @property
    def _accrual_start(self) -> date:
        back = 12 * self.maturity.year + self.maturity.month - 1 - self.remaining
        year, month = divmod(back, 12)
        return date(year, month + 1, min(self.maturity.day, calendar.monthrange(year, month + 1)[1]))
