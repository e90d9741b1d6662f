"""Days of interest, held to published examples.

The bond basis: ISDA's own table ("30-360-2006ISDADefs.xls", 2006 Definitions, section 4.16(f)), of which 30/360 US
differs only where a period begins on the last day of February. 30/360 US: the values of QuantLib's test suite
(`daycounters.cpp`), which follow the end-of-month rules of "Standard Securities Calculation Methods".
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.settlement import DayCount

US, BOND, ACTUAL = DayCount.THIRTY_360, DayCount.BOND_BASIS, DayCount.ACTUAL_365
# First day, last day, days by the bond basis, days by 30/360 US.
PUBLISHED = """
2007-01-15 2007-01-30  15  15
2007-01-15 2007-02-15  30  30
2007-01-15 2007-07-15 180 180
2007-09-30 2008-03-31 180 180
2007-09-30 2007-10-31  30  30
2007-09-30 2008-09-30 360 360
2007-01-15 2007-01-31  16  16
2007-01-31 2007-02-28  28  28
2007-02-28 2007-03-31  33  30
2006-08-31 2007-02-28 178 178
2007-02-28 2007-08-31 183 180
2007-02-14 2007-02-28  14  14
2007-02-26 2008-02-29 363 363
2008-02-29 2009-02-28 359 360
2008-02-29 2008-03-30  31  30
2008-02-29 2008-03-31  32  30
2007-02-28 2007-03-05   7   5
2007-10-31 2007-11-28  28  28
2007-08-31 2008-02-29 179 179
2008-02-29 2008-08-31 182 180
2008-08-31 2009-02-28 178 178
2009-02-28 2009-08-31 183 180
2006-02-28 2006-03-03   5   3
2008-02-28 2008-08-31 183 183
2008-02-28 2008-03-30  32  32
2008-02-28 2008-03-31  33  33
2007-02-26 2008-02-28 362 362
"""
DATES = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize("row", PUBLISHED.strip().splitlines())
def test_published_examples(row):
    first, last = map(date.fromisoformat, row.split()[:2])
    bond, us = map(int, row.split()[2:])
    assert (BOND.days(first, last), US.days(first, last)) == (bond, us)
    assert (BOND.days(last, first), US.days(last, first)) == (-bond, -us)
    assert ACTUAL.days(first, last) == (last - first).days


def test_a_year_between_two_ends_of_february_has_360_days():
    ends = [date(2027, 2, 28), date(2028, 2, 29), date(2029, 2, 28)]
    assert [US.days(*pair) for pair in (ends[:2], ends[1:], (ends[0], ends[2]))] == [360, 360, 720]


@pytest.mark.parametrize("count", DayCount)
@given(day=DATES)
def test_no_interest_runs_on_one_day(count, day):
    assert count.days(day, day) == 0


@given(first=DATES, last=DATES)
def test_the_conventions_part_only_where_a_period_begins_at_the_end_of_february(first, last):
    start = min(first, last)
    if not (start.month == 2 and start.day >= 28):
        assert US.days(first, last) == BOND.days(first, last)
    assert abs(US.days(first, last) - BOND.days(first, last)) <= 3


@pytest.mark.parametrize(("count", "year"), [(US, 360), (BOND, 360), (ACTUAL, 365)])
def test_a_year(count, year):
    assert count.year == year


def test_each_count_says_what_it_does_in_february():
    assert US.words == "30/360 US (the last day of February counts as the 30th)"
    assert BOND.words == "30/360 bond basis (February as it falls)"
