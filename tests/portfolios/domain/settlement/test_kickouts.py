"""Kick-outs reprice by what the buyer allocated."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.settlement import Allocation, allocated, allocation_gap, repriced

LOANS = [
    Allocation("good", Decimal("300000.00"), Decimal("101.5")),
    Allocation("fair", Decimal("200000.00"), Decimal("99")),
    Allocation("poor", Decimal("100000.00"), Decimal("62.5")),
]


def test_a_poor_loan_leaves_at_its_own_price():
    left = repriced(LOANS, ["poor"])
    assert (left.amount, left.taken_off) == (Decimal("502500.00"), Decimal("62500.00"))
    assert (left.price, left.pull_through) == (Decimal("100.50000"), Decimal("83.33"))


def test_the_same_loan_leaves_once():
    assert repriced(LOANS, ["poor", "poor"]) == repriced(LOANS, ["poor"])


def test_when_all_leave_there_is_no_price():
    left = repriced(LOANS, ["good", "fair", "poor"])
    assert (left.amount, left.price, left.pull_through) == (Decimal("0.00"), None, Decimal("0.00"))


def test_nothing_kicked_out_changes_nothing():
    assert repriced(LOANS, []).amount == Decimal("565000.00")
    assert repriced([], []).pull_through is None


def test_a_loan_that_was_not_awarded():
    with pytest.raises(KeyError):
        repriced(LOANS, ["other"])


def test_an_allocation_that_does_not_add_up_is_measured():
    assert allocation_gap(LOANS, Decimal("565000.01")) == Decimal("0.01")


@given(
    st.dictionaries(st.text(min_size=1), st.decimals(min_value=1, max_value=10**7, places=2), min_size=1),
    st.decimals(min_value=1, max_value=150, places=5),
)
def test_a_pool_price_spread_over_the_loans_adds_up_to_the_cent(upb, price):
    loans = allocated(upb, price)
    total = (sum(upb.values()) * price / 100).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")
    assert allocation_gap(loans, total) == 0
    assert [loan.loan_id for loan in loans] == list(upb)
