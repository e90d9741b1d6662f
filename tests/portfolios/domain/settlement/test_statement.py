"""The settlement statement, held against computations by hand."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.settlement import Loan, Terms, statement
from portfolios.domain.settlement.statement import DayCount, interest_days

TERMS = Terms(settles_on=date(2026, 12, 18), cut_off_on=date(2026, 12, 1))
LOAN = Loan("1", Decimal("198412.33"), Decimal("97.125"), Decimal("6.375"), date(2026, 11, 1))


def test_price_and_accrued_interest_to_the_cent():
    (line,) = statement([LOAN], TERMS).lines
    assert (line.principal, line.days, line.accrued, line.total) == (
        Decimal("192707.98"),
        47,
        Decimal("1651.37"),
        Decimal("194359.35"),
    )


def test_collections_advances_escrow_and_deposit():
    other = Loan(
        "2", Decimal("100000.00"), Decimal("101"), Decimal("6"), date(2026, 12, 1),
        collected=Decimal("599.55"), advances=Decimal("120.10"), escrow=Decimal("2040.00"),
    )  # fmt: skip
    found = statement([LOAN, other], Terms(date(2026, 12, 18), date(2026, 12, 1), deposit=Decimal("25000.00")))
    assert (
        found.lines[1].total == Decimal("101000.00") + Decimal("283.33") - Decimal("599.55") + Decimal("120.10") - 2040
    )
    assert found.funds == Decimal("194359.35") + Decimal("98763.88")
    assert found.wire == found.funds - 25000


def test_a_borrower_who_paid_ahead_is_owed_to_the_buyer():
    assert interest_days(date(2027, 1, 1), TERMS) == -13
    (line,) = statement([Loan("1", Decimal(360000), Decimal(100), Decimal(5), date(2027, 1, 1))], TERMS).lines
    assert line.accrued == Decimal("-650.00")


@pytest.mark.parametrize(
    ("paid_to", "count", "days"),
    [
        (date(2026, 2, 28), DayCount.THIRTY_360, 288),
        (date(2026, 10, 31), DayCount.THIRTY_360, 48),
        (date(2026, 2, 28), DayCount.ACTUAL_365, 293),
        (date(2026, 12, 18), DayCount.THIRTY_360, 0),
    ],
)
def test_days(paid_to, count, days):
    assert interest_days(paid_to, Terms(date(2026, 12, 18), date(2026, 12, 1), count)) == days


def test_a_pool_that_accrues_nothing():
    assert interest_days(date(2020, 1, 1), Terms(date(2026, 12, 18), date(2026, 12, 1), accrues=False)) == 0


@given(st.lists(st.decimals(min_value=1, max_value=10**9, places=2), max_size=20))
def test_the_total_is_the_sum_of_its_lines(balances):
    loans = [
        Loan(str(n), upb, Decimal("97.12345"), Decimal("6.125"), date(2026, 11, 1)) for n, upb in enumerate(balances)
    ]
    found = statement(loans, TERMS)
    assert found.funds == sum((line.total for line in found.lines), Decimal(0))
    assert all(line.total == line.total.quantize(Decimal("0.01")) for line in found.lines)
