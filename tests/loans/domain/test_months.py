"""Months read from tables agree with the calendar."""

from calendar import monthrange
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.months import add_months, month_number, month_start

DAYS = st.dates(date(1850, 1, 1), date(2199, 12, 31))
day = pl.col("day")


def told(answer: pl.Expr, *days: date | None) -> list[object]:
    return pl.DataFrame({"day": days}, schema={"day": pl.Date}).select(answer.alias("told"))["told"].to_list()


def later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


@given(DAYS, st.sampled_from([-1, 1, 2, 24]))
def test_months_later_is_the_same_day_or_the_last_of_its_month(start, months):
    assert told(add_months(day, months), start) == [later(start, months)]


@given(DAYS)
def test_month_numbers_count_from_year_0(start):
    assert told(month_number(day), start) == [start.year * 12 + start.month - 1]


@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_month_begins_on_its_first_day(start):
    assert told(month_start(month_number(day)), start) == [start.replace(day=1)]


def test_blanks_and_days_that_no_tape_holds_are_unknown():
    outside = (None, date(1, 1, 1), date(9999, 12, 31))
    assert told(month_number(day), *outside) == [None, None, None]
    assert told(add_months(day, 1), *outside) == [None, None, None]


def test_no_month_begins_outside_1900_to_2199():
    assert told(month_start(month_number(day)), date(1899, 12, 31), date(2199, 12, 31)) == [None, date(2199, 12, 1)]
