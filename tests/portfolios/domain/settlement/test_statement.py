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


DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))
CENTS = st.decimals(min_value=0, max_value=10**7, places=2)
LOANS = st.lists(
    st.builds(
        Loan,
        loan_id=st.text(min_size=1),
        upb=CENTS,
        price=st.decimals(min_value=0, max_value=150, places=10),
        rate=st.decimals(min_value=0, max_value=30, places=6),
        paid_to=DAYS,
        collected=CENTS,
        advances=CENTS,
        escrow=st.decimals(min_value=-(10**5), max_value=10**5, places=2),
    ),
    max_size=12,
)


def terms(settles_on=date(2026, 12, 18), **more):
    return Terms(settles_on, date(2026, 12, 1), **more)


@given(LOANS, st.booleans(), st.sampled_from(list(DayCount)))
def test_columns_add_up_to_what_is_due_whatever_the_loans(loans, accrues, count):
    found = statement(loans, terms(day_count=count, accrues=accrues))
    parts = {name: found.sum_of(name) for name in ("principal", "accrued", "collected", "advances", "escrow")}
    due = parts["principal"] + parts["accrued"] - parts["collected"] + parts["advances"] - parts["escrow"]
    assert found.funds == due
    assert accrues or parts["accrued"] == 0


@given(LOANS)
def test_the_sum_of_rounded_lines_is_within_half_a_cent_a_line_of_the_exact_sum(loans):
    """Lines are what is paid; a sum rounded once would differ, and nobody could find it on a line."""
    found = statement(loans, terms())
    exact = sum((loan.upb * loan.price / 100 for loan in loans), Decimal(0))
    assert abs(found.sum_of("principal") - exact) <= len(loans) * Decimal("0.005")


@given(CENTS)
def test_a_deposit_above_what_is_due_goes_back(deposit):
    """Every loan kicked out: nothing is due, and the whole deposit goes back."""
    found = statement([], terms(deposit=deposit))
    assert (found.funds, found.wire) == (0, -deposit)


@given(CENTS, DAYS)
def test_a_loan_at_a_price_of_zero_still_carries_its_interest(upb, paid_to):
    free = Loan("1", upb, Decimal(0), Decimal("6.5"), paid_to)
    paid = Loan("1", upb, Decimal(100), Decimal("6.5"), paid_to)
    (line,), (other,) = (statement([loan], terms()).lines for loan in (free, paid))
    assert (line.principal, line.accrued) == (0, other.accrued)


@given(DAYS, DAYS, st.sampled_from(list(DayCount)))
def test_interest_paid_ahead_is_the_mirror_of_interest_owed(first, second, count):
    there = interest_days(first, terms(second, day_count=count))
    back = interest_days(second, terms(first, day_count=count))
    assert there == -back
    assert (there > 0) <= (first < second)


@given(DAYS)
def test_a_month_has_thirty_days_and_a_year_three_hundred_and_sixty(first):
    """From a day of the month to the same one; where the months differ in length the convention's ends are below."""
    day = min(first.day, 28)
    start = first.replace(day=min(day, 27))
    following = date(start.year + start.month // 12, start.month % 12 + 1, start.day)
    assert interest_days(start, terms(following)) == 30
    assert interest_days(start, terms(start.replace(year=start.year + 1))) == 360


@pytest.mark.parametrize(
    ("paid_to", "settles_on", "days"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 28),  # a 31st counts as the 30th
        (date(2026, 1, 30), date(2026, 3, 31), 60),  # at the end too, from a 30th on
        (date(2026, 1, 31), date(2026, 3, 31), 60),
        (date(2026, 1, 15), date(2026, 3, 31), 76),  # but not from another day
        (date(2026, 2, 28), date(2026, 3, 1), 1),  # the end of February counts as the 30th
        (date(2028, 2, 28), date(2028, 3, 1), 3),  # which the 28th of a leap year is not
        (date(2028, 2, 29), date(2028, 3, 31), 30),
        (date(2026, 2, 28), date(2027, 2, 28), 360),  # at the end of a period, too, where it began on one
        (date(2026, 2, 1), date(2026, 2, 28), 27),  # but not from another day
        (date(2026, 12, 31), date(2027, 1, 31), 30),
        (date(2026, 12, 1), date(2026, 12, 31), 30),
    ],
)
def test_ends_of_months_on_30_360(paid_to, settles_on, days):
    """30/360 US; the variants are held to published examples in `test_daycount.py`."""
    assert interest_days(paid_to, terms(settles_on)) == days


@given(DAYS, DAYS)
def test_30_360_is_near_the_days_as_they_fall(first, second):
    counted, real = interest_days(first, terms(second)), (second - first).days
    assert abs(counted - real * 360 / 365.25) <= 4
