"""Scheduled balances are those of a loan paid month by month, at any rate and term."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.amortization import (
    amortized_balance,
    balance_ratio,
    level_payment,
    monthly_interest,
    rounded_to_cents,
    scheduled_path,
)

rates = st.one_of(st.just(0.0), st.floats(1e-6, 25))
terms = st.integers(1, 480)


@given(rates, terms)
def test_the_path_is_that_of_paying_month_by_month(gross: float, term: int) -> None:
    payment, balance, walked = float(level_payment(gross, term)), 1.0, [1.0]
    for _ in range(term):
        balance -= payment - balance * gross / 1200
        walked.append(balance)
    assert scheduled_path(gross, term, term) == pytest.approx(walked, abs=1e-8)


@given(rates, terms, st.integers(0, 500))
def test_balances_fall_from_1_to_0_and_are_never_negative(gross: float, term: int, months: int) -> None:
    path = scheduled_path(gross, term, months)
    assert path[0] == 1.0
    assert np.all(np.diff(path) <= 0)
    assert np.all(path >= 0)
    assert months < term or path[-1] == 0.0


@given(rates, terms, st.data())
def test_bal_is_the_path_from_the_original_term(gross: float, term: int, data: st.DataObject) -> None:
    elapsed = data.draw(st.integers(0, term))
    assert amortized_balance(gross, term - elapsed, term) == pytest.approx(scheduled_path(gross, term, elapsed)[-1])


def test_a_rate_of_zero_pays_off_in_equal_parts() -> None:
    assert amortized_balance(0, 90, 360) == 0.25
    assert level_payment(0.0, 120) == pytest.approx(1 / 120)


def test_a_loan_without_remaining_months_has_no_balance() -> None:
    assert balance_ratio(6.0, 0, 0) == 0.0
    assert scheduled_path(6.0, 0, 2).tolist() == [0.0, 0.0, 0.0]


def test_loans_side_by_side_are_the_loans_alone() -> None:
    gross, remaining = np.array([0.0, 5.5, 9.0]), np.array([120, 360, 1])
    together = scheduled_path(gross, remaining, 24)
    for column in range(3):
        assert together[:, column] == pytest.approx(scheduled_path(gross[column], remaining[column], 24))


def test_interest_and_cents() -> None:
    assert monthly_interest(120_000, 6.0) == pytest.approx(600.0)
    assert rounded_to_cents([0.125, 2.344, 2.346]).tolist() == [0.13, 2.34, 2.35]
