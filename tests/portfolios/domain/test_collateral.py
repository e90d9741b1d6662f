"""The loans at issue beside those that are left."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.collateral import CUTS, concentration, groups, loan_rows, rate_cut, selection, strata

ISSUE = pl.DataFrame(
    {
        "loan_id": ["a", "b", "c", "d"],
        "balance": [100.0, 200.0, 300.0, 400.0],
        "rate": [5.0, 6.0, 7.0, 8.0],
        "remaining": [360, 360, 360, 360],
        "state": ["CA", "CA", "TX", None],
        "credit_score": [700, None, 650, 620],
        "units": [1, 2, 1, 1],
        "months_late": [0, 0, 0, 0],
    }
)
NOW = ISSUE.filter(pl.col("loan_id") != "d").with_columns(
    balance=pl.col("balance") * 0.5, months_late=pl.Series([0, 2, 0])
)


def test_fewer_loans_weigh_more():
    at_issue, now = concentration(ISSUE), concentration(NOW)
    assert (at_issue.loans, at_issue.units, now.loans, now.units) == (4, 5, 3, 4)
    assert at_issue.effective == pytest.approx(1000**2 / 300_000)
    assert now.largest == pytest.approx(50.0)
    assert now.average == pytest.approx(100.0)


def test_units_are_told_only_when_every_loan_tells_them():
    assert concentration(ISSUE.with_columns(units=pl.Series([1, None, 1, 1]))).units is None
    assert concentration(ISSUE.drop("units")).units is None


def test_the_largest_groups_come_first_and_the_rest_together():
    rows = groups(ISSUE, NOW, "state", most=1)
    assert [(row.label, row.loans_then, row.loans_now) for row in rows] == [
        ("CA", 2, 2), ("All others", 1, 1), ("Not told", 1, 0),
    ]  # fmt: skip
    assert rows[0].change == pytest.approx(20.0)
    assert groups(ISSUE, NOW, "seller") == []


def test_a_band_begins_at_its_edge():
    score = next(cut for cut in CUTS if cut.name == "credit_score")
    found = {row.label: (row.loans_then, row.loans_now) for row in strata(ISSUE, NOW, score)}
    assert found["620 to 660"] == (2, 1)
    assert "below 620" not in found
    assert found["Not told"] == (1, 1)


def test_rates_are_banded_by_half_points_where_the_pool_is_narrow():
    narrow = ISSUE.with_columns(rate=pl.Series([6.25, 6.5, 6.99, 7.0]))
    assert rate_cut(narrow).edges == (6.5, 7.0)
    assert [row.label for row in strata(narrow, narrow, rate_cut(narrow))] == [
        "below 6.5%", "6.5% to 7%", "7% and more",
    ]  # fmt: skip
    assert rate_cut(ISSUE.with_columns(rate=pl.Series([2.0, 4.0, 6.0, 8.0]))).edges == (3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
    assert rate_cut(ISSUE.clear()).edges == (0.0,)


def test_what_left_is_measured_as_it_was_at_issue():
    found = selection(ISSUE, NOW)
    by_name = {row.name: row for row in found.rows}
    assert (found.left, found.stayed, found.left_balance) == (1, 3, 400.0)
    assert (by_name["rate"].left, by_name["incentive"].left) == (8.0, pytest.approx(1.0))
    assert by_name["credit_score"].stayed == pytest.approx((100 * 700 + 300 * 650) / 400)
    assert by_name["balance"].difference == pytest.approx(-200.0)
    assert found.late_now == pytest.approx(100 / 3)


def test_every_loan_at_issue_is_listed_with_what_is_left():
    rows = loan_rows(ISSUE, NOW)
    assert rows["loan_id"].to_list() == ["a", "b", "c", "d"]
    assert rows["balance_now"].to_list() == [50.0, 100.0, 150.0, None]


@given(
    st.lists(st.tuples(st.floats(1, 1e6), st.booleans(), st.integers(300, 850) | st.none()), min_size=1, max_size=30)
)
def test_shares_add_up_and_nobody_is_counted_twice(drawn):
    issue = pl.DataFrame(
        {
            "loan_id": [f"{at:03d}" for at in range(len(drawn))],
            "balance": [balance for balance, _, _ in drawn],
            "rate": [6.0] * len(drawn),
            "remaining": [360] * len(drawn),
            "credit_score": pl.Series([score for _, _, score in drawn], dtype=pl.Int32),
        }
    )
    now = issue.filter(pl.Series([stays for _, stays, _ in drawn]))
    rows = strata(issue, now, next(cut for cut in CUTS if cut.name == "credit_score"))
    if rows:
        assert sum(row.share_then for row in rows) == pytest.approx(100.0)
        assert sum(row.loans_then for row in rows) == len(drawn)
        assert sum(row.loans_now for row in rows) == now.height
    found = selection(issue, now)
    assert found.left + found.stayed == len(drawn)
