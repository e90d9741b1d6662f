"""All months of a pool from its loans at issue and their exits."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.loanfile import Exit, pool_months
from portfolios.domain.prepayment import smm_to_cpr
from portfolios.domain.prepayment.observed import observed_smm
from portfolios.domain.terms import month_after

ISSUE = date(2020, 11, 1)
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def pool(*loans):
    names = ("loan_id", "balance", "rate", "remaining", "exit_month", "exit")
    schema = {"exit_month": pl.Date, "exit": pl.String}
    return pl.DataFrame([dict(zip(names, loan, strict=True)) for loan in loans], schema_overrides=schema)


def test_a_pool_of_three_loans_by_hand():
    loans = pool(
        ("1", 1200.0, 0.0, 12, None, None),
        ("2", 1000.0, 12.0, 2, None, None),
        ("3", 800.0, 0.0, 8, date(2021, 1, 1), "Repurchased"),
    )
    first, second, third = (month.figures for month in pool_months(loans, issued_on=ISSUE))
    assert (first.month, first.factor, first.loan_count, first.due) == (ISSUE, 1, 3, None)
    # 1,000.00 at 1 % a month over two payments of 507.51: 502.49 is left after the first
    assert (second.scheduled, second.balance) == (Decimal("697.51"), Decimal("2302.49"))
    assert second.factor == Decimal("0.76749667")
    assert (third.month, third.due) == (date(2021, 1, 1), Decimal("1600.00"))
    assert (third.repurchased, third.repurchased_count) == (Decimal("600.00"), 1)
    assert (third.balance, third.loan_count) == (Decimal("1000.00"), 1)  # loan 2 made its last payment


def test_the_last_payment_takes_the_rest_and_is_no_prepayment():
    loans = pool(("1", 100.0, 5.0, 1, date(2020, 12, 1), "PaidOff"), ("2", 100.0, 5.0, 0, date(2021, 3, 1), "PaidOff"))
    months = [month.figures for month in pool_months(loans, issued_on=ISSUE)]
    assert [month.balance for month in months[1:]] == [Decimal("0.00")] * 4
    assert (months[1].scheduled, months[1].paid_off, months[1].paid_off_count) == (200, 0, 0)
    assert months[-1].factor == 0


def test_months_end_with_the_last_exit_or_where_they_are_asked_to():
    loans = pool(("1", 100.0, 5.0, 360, None, None), ("2", 100.0, 5.0, 360, date(2021, 2, 1), None))
    assert [month.figures.month for month in pool_months(loans, issued_on=ISSUE)][-1] == date(2021, 2, 1)
    through = date(2021, 4, 1)
    assert len(list(pool_months(loans, issued_on=ISSUE, through=through))) == 6
    stays = loans.with_columns(exit_month=pl.lit(None, dtype=pl.Date))
    assert len(list(pool_months(stays, issued_on=ISSUE))) == 1


def test_a_loan_without_a_cause_left_for_a_cause_that_is_not_told():
    loans = pool(("1", 100.0, 5.0, 360, None, None), ("2", 100.0, 5.0, 360, date(2020, 12, 1), None))
    last = list(pool_months(loans, issued_on=ISSUE))[-1].figures
    assert last.removed_count == 1
    assert last.removed > 99


def test_the_loans_of_a_month_are_a_month_older():
    loans = pool(("1", 100.0, 5.0, 360, None, None), ("2", 100.0, 5.0, 360, date(2020, 12, 1), None))
    left = list(pool_months(loans.with_columns(age=pl.lit(3)), issued_on=ISSUE))[-1].loans
    assert left.select("loan_id", "remaining", "age").rows() == [("1", 359, 4)]


def test_a_pool_without_balance_has_no_factor():
    with pytest.raises(ValueError, match="original face"):
        list(pool_months(pool(("1", 0.0, 5.0, 360, None, None)), issued_on=ISSUE))


LOANS = st.lists(
    st.tuples(
        st.integers(1, 90_000_000),
        st.one_of(st.just(0.0), st.floats(0.125, 12)),
        st.integers(0, 40),
        st.one_of(st.none(), st.integers(0, 24)),
        st.sampled_from([*(cause.value for cause in Exit), None]),
    ),
    min_size=1,
    max_size=8,
)


@given(LOANS)
def test_principal_adds_up_and_the_factor_falls(rows):
    loans = pool(
        *(
            (str(number), cents / 100, rate, term, None if left is None else month_after(ISSUE, left), cause)
            for number, (cents, rate, term, left, cause) in enumerate(rows)
        )
    )
    months = [month.figures for month in pool_months(loans, issued_on=ISSUE)]
    for before, after in pairwise(months):
        unscheduled = after.paid_off + after.repurchased + after.liquidated + after.removed
        assert before.balance - after.scheduled == after.due
        assert after.due - unscheduled == after.balance
        assert 0 <= after.factor <= before.factor <= 1


@pytest.mark.real_data
def test_a_real_pool_gives_its_published_months():
    if not (DATA / "real_pool_A_loans.csv").exists():
        pytest.skip("the local loan data is not beside the repository")
    read = pl.read_csv(DATA / "real_pool_A_loans.csv", infer_schema=False)
    loans = read.select(
        loan_id="loan",
        balance=pl.col("balance_at_cutoff").cast(pl.Float64),
        rate=pl.col("note_rate").cast(pl.Float64),
        remaining=pl.col("remaining_term").cast(pl.Int32),
        state="state",
        exit_month=pl.col("exit_period").str.to_date("%Y%m", strict=False),
        exit=pl.col("exit_code").replace_strict({"01": "PaidOff", "other": "Other"}, default=None),
    )
    published = pl.read_csv(DATA / "real_pool_A_months.csv").rows(named=True)
    months = [month.figures for month in pool_months(loans, issued_on=date(2017, 9, 1))]
    assert len(months) == len(published) == 73
    for month, row in zip(months, published, strict=True):
        agrees_with_its_row(month, row)


def agrees_with_its_row(month, row):
    assert abs(month.factor - Decimal(f"{row['factor']:.8f}")) <= Decimal("1e-8")
    assert (month.loan_count, month.top_state) == (row["loans"], row["top_state"])
    assert round(month.effective_loans, 2) == row["neff"]
    assert float(month.wac) == pytest.approx(row["wac_pct"], abs=6e-6)
    assert month.top_state_share == pytest.approx(row["top_state_share_pct"], abs=6e-5)
    if month.due is not None:
        smm = observed_smm(float(month.due), float(month.balance))
        assert smm == pytest.approx(row["smm_pct"], abs=1e-6)
        assert smm_to_cpr(smm) == pytest.approx(row["cpr_pct"], abs=1e-6)
        assert (month.paid_off_count, month.removed_count) == (row["paid_off_loans"], row["other_removed_loans"])
        assert float(month.scheduled) == pytest.approx(row["scheduled_principal"], abs=1)
        assert float(month.due - month.balance) == pytest.approx(row["unscheduled_principal"], abs=0.05)
