"""Last days: in the sale's own zone, and never on a day on which nobody works."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.calendar import is_business_day
from portfolios.domain.localtimes import day_in
from portfolios.domain.settlement.days import business_day_from, last_day, overdue_from

DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 12, 31))


def test_a_moment_is_another_day_elsewhere():
    late = datetime(2026, 12, 19, 4, 30, tzinfo=UTC)
    assert day_in(late, "America/New_York") == date(2026, 12, 18)
    assert day_in(late, "America/Los_Angeles") == date(2026, 12, 18)
    assert day_in(late, "Pacific/Auckland") == date(2026, 12, 19)


def test_the_day_changes_with_the_clocks():
    """On March 14, 2027 clocks go from 2 to 3 in New York: the day ends an hour earlier by UTC."""
    assert day_in(datetime(2027, 3, 14, 4, 59, tzinfo=UTC), "America/New_York") == date(2027, 3, 13)
    assert day_in(datetime(2027, 3, 15, 4, 0, tzinfo=UTC), "America/New_York") == date(2027, 3, 15)


def test_a_period_that_ends_on_a_weekend_or_a_holiday_ends_on_the_next_business_day():
    assert last_day(date(2026, 12, 18), 365) == date(2027, 12, 20)  # a Saturday
    assert last_day(date(2026, 12, 18), 7) == date(2026, 12, 28)  # Christmas is a Friday
    assert last_day(date(2026, 12, 18), 60) == date(2027, 2, 16)  # a Tuesday


@given(DAYS)
def test_a_last_day_is_a_business_day_at_most_a_long_weekend_later(day):
    found = business_day_from(day)
    assert is_business_day(found)
    assert day <= found <= day + timedelta(days=5)


@given(DAYS, st.integers(-12, 12))
def test_overdue_is_what_was_due_on_a_business_day_that_has_passed(today, away):
    due = today + timedelta(days=away)
    assert (due <= overdue_from(today)) == (business_day_from(due) < today)
