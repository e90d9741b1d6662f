"""Months left of a list of loans, weighted by what they owe."""

from datetime import date

import polars as pl
import pytest

from portfolios.domain.remaining import weighted_months

ON = date(2026, 11, 1)


def frame(**columns) -> pl.DataFrame:
    return pl.DataFrame({"current_upb": [100.0, 300.0], **columns})


def test_the_count_of_the_tape_comes_first_and_is_weighted_by_balance():
    dates = [date(2036, 11, 1), date(2036, 11, 1)]
    assert weighted_months(frame(remaining_term_months=[100, 200], maturity_date=dates), ON) == 175


def test_a_maturity_counts_where_the_tape_counts_no_months():
    dates = [date(2036, 11, 1), date(2026, 12, 31)]
    assert weighted_months(frame(remaining_term_months=[None, None], maturity_date=dates), ON) == round(
        0.25 * 120 + 0.75
    )


@pytest.mark.parametrize("columns", [{}, {"maturity_date": [date(2020, 1, 1)] * 2}])
def test_a_tape_that_tells_nothing_has_none(columns):
    assert weighted_months(frame(**columns), ON) is None
