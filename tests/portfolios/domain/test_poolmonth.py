"""What is measured on a month's loans."""

from decimal import Decimal

import polars as pl
import pytest

from portfolios.domain.poolmonth import in_loan_columns, measured, total


def loans(**columns):
    given = {"loan_id": ["1", "2", "3"], "balance": [100.0, 200.0, 100.0], "rate": [4.0, 5.0, 6.0]}
    return pl.DataFrame({**given, "remaining": [100, 101, 100], **columns})


def test_figures_of_a_pool_by_hand():
    found = measured(loans(state=["CA", "TX", "CA"], age=[1, 2, 2], months_late=[0, 2, None]))
    assert (found["loan_balance"], found["loan_count"]) == (Decimal("400.00"), 3)
    assert found["effective_loans"] == pytest.approx(160000 / 60000)
    assert found["largest_share"] == 50.0
    assert (found["top_state"], found["top_state_share"]) == ("CA", 50.0)
    assert found["wac"] == Decimal("5.000000")
    assert (found["wam"], found["wala"]) == (101, 2)  # 100.5 and 1.75, half up
    assert (found["late_count"], found["late_upb"]) == (1, Decimal("200.00"))


def test_a_loan_that_left_or_has_no_balance_is_not_counted():
    gone = loans(exit=["01", None, None]).with_columns(balance=pl.Series([100.0, 200.0, 0.0]))
    assert measured(gone)["loan_count"] == 1


def test_what_the_frame_does_not_tell_is_none():
    found = measured(loans())
    assert [found[name] for name in ("top_state_share", "wala", "late_count", "late_upb")] == [None] * 4
    assert measured(loans(months_late=pl.Series([None] * 3, dtype=pl.Int32)))["late_count"] is None


def test_an_empty_pool_has_figures_of_nothing():
    found = measured(loans(state=["CA", "TX", "CA"], months_late=[0, 0, 0]).clear())
    assert (found["loan_count"], found["loan_balance"], found["effective_loans"]) == (0, Decimal("0.00"), 0.0)
    assert found["wac"] is None
    assert found["late_count"] == 0


def test_shares_of_a_state_are_of_all_loans_named_or_not():
    found = measured(loans(state=["CA", None, None]))
    assert (found["top_state"], found["top_state_share"]) == ("CA", 25.0)


def test_cents_add_up_without_float_noise():
    assert total(pl.Series([0.1] * 10)) == Decimal("1.00")


def test_a_frame_without_a_needed_column_is_refused():
    with pytest.raises(ValueError, match="remaining"):
        in_loan_columns(loans().drop("remaining"))
