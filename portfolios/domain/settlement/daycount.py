"""How days of interest are counted, named so that both sides of a sale reach the same cent at the end of February.

30/360 has variants that part at the last day of February. Two are offered: that of American bonds and mortgages, where
this day counts as the 30th, and the bond basis, where it does not. Sources: 30/360 US, the end-of-month rules of the
Securities Industry Association's "Standard Securities Calculation Methods" (as restated in the documentation of public
day-count libraries, read); the bond basis, 2006 ISDA Definitions, section 4.16(f), with ISDA's table of examples
(read as restated in test suites).
"""

import calendar
from collections.abc import Callable
from datetime import date
from enum import StrEnum

FEBRUARY = 2


class DayCount(StrEnum):
    """The announced count. The codes are what is stored and hashed."""

    THIRTY_360 = "30/360"  # 30/360 US
    BOND_BASIS = "30/360 bond basis"
    ACTUAL_365 = "actual/365"

    @property
    def year(self) -> int:
        """Days of a year."""
        return 365 if self is DayCount.ACTUAL_365 else 360

    @property
    def words(self) -> str:
        """The count and what it does at the end of February, for terms and agreements."""
        return WORDS[self]

    def days(self, first: date, last: date) -> int:
        """Days from one day up to another; negative where the second comes first."""
        return COUNTS[self](first, last) if first <= last else -COUNTS[self](last, first)


def days_us(first: date, last: date) -> int:
    """30/360 US from a day up to one that does not come before it: the last day of February counts as the 30th.

    It does so at the end of the period only where the period begins on such a day, too.
    """
    start, end = first.day, last.day
    if _ends_february(first):
        start, end = 30, 30 if _ends_february(last) else end
    return _between(first, min(start, 30), last, 30 if end == 31 and start >= 30 else end)


def days_bond_basis(first: date, last: date) -> int:
    """30/360 of the bond basis: a 31st counts as the 30th, at the end only after one; February as it falls."""
    end = 30 if last.day == 31 and first.day >= 30 else last.day
    return _between(first, min(first.day, 30), last, end)


def actual_days(first: date, last: date) -> int:
    return (last - first).days


def _between(first: date, start: int, last: date, end: int) -> int:
    return 360 * (last.year - first.year) + 30 * (last.month - first.month) + end - start


def _ends_february(day: date) -> bool:
    return day.month == FEBRUARY and day.day == calendar.monthrange(day.year, FEBRUARY)[1]


WORDS = {
    DayCount.THIRTY_360: "30/360 US (the last day of February counts as the 30th)",
    DayCount.BOND_BASIS: "30/360 bond basis (February as it falls)",
    DayCount.ACTUAL_365: "actual/365",
}
COUNTS: dict[DayCount, Callable[[date, date], int]] = {
    DayCount.THIRTY_360: days_us,
    DayCount.BOND_BASIS: days_bond_basis,
    DayCount.ACTUAL_365: actual_days,
}
