"""Months of dates, read from tables with a place for every day: calendar arithmetic costs five times as much."""

from functools import cache

import numpy as np
import polars as pl

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Years of the dates that are reckoned."""

# Tables by NumPy, not by Polars: a worker forks after its imports, and Polars' threads do not survive a fork.
_DAYS = np.arange("1800-01-01", "2300-01-01", dtype="datetime64[D]")
"""More than the days that casting lets through, so that no date on a tape is outside."""
_FIRST_DAY = int(_DAYS[0].astype(np.int64))
_MONTHS = _DAYS.astype("datetime64[M]")
_MONTH_OF_DAY = pl.Series(_MONTHS.astype(np.int64) + 1970 * 12)
_STARTS = np.arange(f"{FIRST_YEAR}-01", f"{LAST_YEAR + 1}-01", dtype="datetime64[M]").astype("datetime64[D]")
_MONTH_STARTS = pl.Series(_STARTS)


def month_number(day: pl.Expr) -> pl.Expr:
    """Months since year 0, so that differences are whole calendar months."""
    return pl.lit(_MONTH_OF_DAY).gather(_place(day), null_on_oob=True)


def month_start(number: pl.Expr) -> pl.Expr:
    """First day of a month number; null outside the years 1900 to 2199."""
    place = number - FIRST_YEAR * 12
    inside = pl.when(place.is_between(0, len(_MONTH_STARTS) - 1)).then(place)
    return pl.lit(_MONTH_STARTS).gather(inside, null_on_oob=True)


def add_months(day: pl.Expr, months: pl.Expr | int) -> pl.Expr:
    """The same day some months on; the month's last day where that day does not exist."""
    if isinstance(months, int):
        return pl.lit(_days_later(months)).gather(_place(day), null_on_oob=True)
    month = month_number(day) + months.cast(pl.Int64)
    start, following = month_start(month).cast(pl.Int32), month_start(month + 1).cast(pl.Int32)
    return pl.min_horizontal(start + day.dt.day().cast(pl.Int32), following).sub(1).cast(pl.Date)


def whole_months(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    """Completed months from one day to another, negative when the order is reversed."""
    unfinished = (later.dt.day() < earlier.dt.day()).cast(pl.Int64)
    return month_number(later) - month_number(earlier) - unfinished


def days_between(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    return (later - earlier).dt.total_days()


@cache
def _days_later(months: int) -> pl.Series:
    """For every day of the table the same day some months on."""
    month = _MONTHS + months
    same_day = month.astype("datetime64[D]") + (_DAYS - _MONTHS.astype("datetime64[D]"))
    last_day = (month + 1).astype("datetime64[D]") - 1
    return pl.Series(np.minimum(same_day, last_day))


def _place(day: pl.Expr) -> pl.Expr:
    """Places in the tables; null for a day before them."""
    return (day.to_physical() - _FIRST_DAY).cast(pl.UInt32, strict=False)
