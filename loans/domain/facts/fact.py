"""What a derived fact is, and the vectorised arithmetic facts are made of."""

from dataclasses import dataclass
from datetime import date

import polars as pl

CENTS = 100
NOISE_DIGITS = 5
"""Decimals kept of a hundredth: 79.99999999 counts as 80.00, 79.9999 does not."""


FIRST_YEAR, LAST_YEAR = 1900, 2199
# A plain list, not a Polars query: a worker forks after its imports, and Polars' threads do not survive a fork.
MONTH_STARTS = pl.Series([date(year, month, 1) for year in range(FIRST_YEAR, LAST_YEAR + 1) for month in range(1, 13)])


@dataclass(frozen=True, slots=True)
class Fact:
    """One derived column: `expression` over canonical fields and other facts, `arithmetic` in words for people."""

    name: str
    label: str
    unit: str
    expression: pl.Expr
    inputs: tuple[str, ...]
    arithmetic: str
    source: str = "Definition"


def as_facts(*facts: Fact) -> dict[str, Fact]:
    """Facts by name, in the order given."""
    return {fact.name: fact for fact in facts}


def in_cents(money: pl.Expr) -> pl.Expr:
    """Whole cents (Int64) of a USD amount; null when it is not a finite number."""
    return (money * CENTS).round(0).cast(pl.Int64, strict=False)


def positive(number: pl.Expr) -> pl.Expr:
    """The number, or null when it is zero or negative and cannot divide."""
    return pl.when(number > 0).then(number)


def percent_of(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """100 * part / whole in percent, cut (not rounded) to two decimals, exact because it is reckoned in whole cents."""
    hundredths = (in_cents(part) * CENTS * CENTS) // in_cents(positive(whole))
    return hundredths / CENTS


def truncated(percent: pl.Expr) -> pl.Expr:
    """A percentage cut to two decimals, immune to binary noise."""
    return (percent * CENTS).round(NOISE_DIGITS).floor() / CENTS


def rounded_up(percent: pl.Expr) -> pl.Expr:
    """A percentage cut to two decimals, then rounded up to a whole percent: 94.01 is 95, 80.001 is 80."""
    return ((percent * CENTS).round(NOISE_DIGITS).floor() / CENTS).ceil()


def blank_as_zero(number: pl.Expr) -> pl.Expr:
    return number.fill_null(0)


def month_number(day: pl.Expr) -> pl.Expr:
    """Months since year 0, so that differences are whole calendar months."""
    return day.dt.year().cast(pl.Int64) * 12 + day.dt.month().cast(pl.Int64) - 1


def month_start(number: pl.Expr) -> pl.Expr:
    """First day of a month number; null outside the years 1900 to 2199."""
    return pl.lit(MONTH_STARTS).gather(_place_in_table(number), null_on_oob=True)


def _place_in_table(number: pl.Expr) -> pl.Expr:
    place = number - FIRST_YEAR * 12
    return pl.when(place.is_between(0, len(MONTH_STARTS) - 1)).then(place)


def add_months(day: pl.Expr, months: pl.Expr | int) -> pl.Expr:
    """The same day some months on; the month's last day where that day does not exist."""
    if isinstance(months, int):
        return day.dt.offset_by(f"{months}mo")
    month = month_number(day) + months.cast(pl.Int64)
    start, following = month_start(month).cast(pl.Int32), month_start(month + 1).cast(pl.Int32)
    return pl.min_horizontal(start + day.dt.day().cast(pl.Int32), following).sub(1).cast(pl.Date)


def whole_months(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    """Completed months from one day to another, negative when the order is reversed."""
    unfinished = (later.dt.day() < earlier.dt.day()).cast(pl.Int64)
    return month_number(later) - month_number(earlier) - unfinished


def days_between(earlier: pl.Expr, later: pl.Expr) -> pl.Expr:
    return (later - earlier).dt.total_days()


def joined(parts: list[pl.Expr]) -> pl.Expr:
    """The texts that are there, joined by commas; empty text when none is."""
    return pl.concat_str(parts, separator=", ", ignore_nulls=True)
