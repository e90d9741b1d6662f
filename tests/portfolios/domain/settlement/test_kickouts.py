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


LISTS = st.dictionaries(
    st.text(min_size=1),
    st.tuples(st.decimals(min_value=0, max_value=10**7, places=2), st.decimals(min_value=0, max_value=150, places=7)),
    min_size=1,
    max_size=20,
)


@given(LISTS, st.data())
def test_each_loan_takes_off_what_was_allocated_to_it_in_any_order(prices, data):
    loans = [Allocation(loan_id, upb, price) for loan_id, (upb, price) in prices.items()]
    out = data.draw(st.lists(st.sampled_from(sorted(prices)), unique=True))
    left, other = repriced(loans, out), repriced(loans, reversed(out))
    assert left == other
    assert left.amount == sum((loan.amount for loan in loans if loan.loan_id not in out), Decimal(0))
    assert left.amount + left.taken_off == repriced(loans, []).amount
    assert 0 <= left.amount <= repriced(loans, []).amount


@given(LISTS)
def test_when_all_are_kicked_out_nothing_is_left_to_pay(prices):
    loans = [Allocation(loan_id, upb, price) for loan_id, (upb, price) in prices.items()]
    left = repriced(loans, prices)
    assert (left.amount, left.upb, left.price) == (0, 0, None)


@given(LISTS)
def test_one_by_one_is_the_same_as_together(prices):
    loans = [Allocation(loan_id, upb, price) for loan_id, (upb, price) in prices.items()]
    gone, rest = next(iter(prices)), list(prices)[1:]
    once = repriced(loans, prices).taken_off
    assert once == repriced(loans, [gone]).taken_off + repriced(loans, rest).taken_off


@given(st.dictionaries(st.text(min_size=1), st.decimals(min_value=1, max_value=10**7, places=2), min_size=1))
def test_a_pool_that_was_bid_for_at_nothing_is_spread_at_nothing(upb):
    assert all(loan.amount == 0 for loan in allocated(upb, Decimal(0)))
