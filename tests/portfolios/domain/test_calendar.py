from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.calendar import (
    business_day,
    factor_due,
    factor_is_missing,
    federal_holidays,
    is_business_day,
    next_business_day,
    releases,
)
from portfolios.domain.securities import Program


def test_holidays_of_2026_as_the_office_of_personnel_management_lists_them() -> None:
    assert sorted(federal_holidays(2026)) == [
        date(2026, 1, 1),
        date(2026, 1, 19),
        date(2026, 2, 16),
        date(2026, 5, 25),
        date(2026, 6, 19),
        date(2026, 7, 3),
        date(2026, 9, 7),
        date(2026, 10, 12),
        date(2026, 11, 11),
        date(2026, 11, 26),
        date(2026, 12, 25),
    ]


def test_new_years_day_on_a_saturday_is_kept_in_the_year_before() -> None:
    assert date(2021, 12, 31) in federal_holidays(2021)
    assert date(2022, 1, 1) not in federal_holidays(2022)


def test_a_holiday_begins_in_its_first_year() -> None:
    assert date(2020, 6, 19) not in federal_holidays(2020)
    assert date(2021, 6, 18) in federal_holidays(2021)
    assert date(1985, 1, 21) not in federal_holidays(1985)


@pytest.mark.parametrize(
    ("month", "nth", "day"),
    [
        (date(2026, 11, 1), 4, date(2026, 11, 5)),
        (date(2026, 12, 1), 4, date(2026, 12, 4)),
        (date(2026, 11, 1), 6, date(2026, 11, 9)),
        (date(2026, 12, 1), 6, date(2026, 12, 8)),
        (date(2026, 7, 1), 4, date(2026, 7, 7)),
        (date(2026, 1, 1), 1, date(2026, 1, 2)),
    ],
)
def test_nth_business_day(month: date, nth: int, day: date) -> None:
    assert business_day(month, nth) == day


def test_business_days_that_a_month_does_not_have() -> None:
    with pytest.raises(ValueError, match="fewer than 24"):
        business_day(date(2026, 2, 1), 24)
    with pytest.raises(ValueError, match="from 1"):
        business_day(date(2026, 2, 1), 0)


@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(1, 15))
def test_the_nth_business_day_has_n_minus_one_before_it(day: date, nth: int) -> None:
    found = business_day(day, nth)
    before = [found.replace(day=1) + timedelta(days=n) for n in range(found.day - 1)]
    assert is_business_day(found)
    assert sum(map(is_business_day, before)) == nth - 1


@pytest.mark.parametrize("program", Program)
def test_a_factor_is_due_on_the_fourth_business_day_and_missing_on_the_fifth(program: Program) -> None:
    month = date(2026, 11, 1)
    assert factor_due(program, month) == date(2026, 11, 5)
    assert not factor_is_missing(program, month, today=date(2026, 11, 5))
    assert factor_is_missing(program, month, today=date(2026, 11, 6))
    assert next_business_day(date(2026, 11, 6)) == date(2026, 11, 9)


def test_every_release_says_where_it_is_from() -> None:
    assert all(release.source and release.certainty in {"stored", "recalled", "design"} for release in releases())
