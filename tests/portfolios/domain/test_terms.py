"""Terms at issue, published or assumed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.securities import Program
from portfolios.domain.terms import Reported, at_issue, month_after, months_between

TERMS = {"coupon": Decimal("5.5"), "issued_on": date(2023, 7, 1), "matures_on": date(2053, 7, 1)}


@pytest.mark.parametrize(
    ("program", "wac"),
    [("ginnie_i", "6.0"), ("ginnie_ii", "6.25"), ("fannie_mae", "6.15"), ("freddie_umbs", "6.15"), ("private", "6.25")],
)
def test_a_gross_rate_that_nobody_publishes_is_assumed_by_the_issuer(program, wac):
    found = at_issue(program=Program(program), **TERMS)
    assert found.wac == Decimal(wac)
    assert set(found.assumed) == {"wac", "remaining", "age"}


def test_published_averages_are_stepped_back_a_month_a_month():
    found = at_issue(program=Program.GINNIE_I, **TERMS, reported=Reported(date(2023, 10, 1), Decimal("6.0"), 350, 8))
    assert (found.remaining, found.age, found.assumed) == (353, 5, {})


def test_a_remaining_term_is_at_most_the_months_to_maturity():
    found = at_issue(program=Program.GINNIE_I, **TERMS, reported=Reported(date(2023, 10, 1), Decimal("6.0"), 359, 1))
    assert (found.remaining, found.age) == (360, 0)


def test_an_age_that_is_not_told_follows_from_the_term():
    found = at_issue(program=Program.GINNIE_I, **TERMS, reported=Reported(date(2023, 7, 1), Decimal("6.0"), 340))
    assert (found.age, set(found.assumed)) == (20, {"age"})


@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-400, 400))
def test_months_go_there_and_back(day, months):
    assert months_between(day, month_after(day, months)) == months
