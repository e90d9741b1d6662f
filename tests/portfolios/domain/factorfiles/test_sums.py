"""Sums over streams of loan-months give what measuring each month's frame gives."""

from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.domain.amortization import balance_ratio
from portfolios.domain.factorfiles.flows import between, due_next
from portfolios.domain.factorfiles.loans import COLUMNS
from portfolios.domain.factorfiles.sums import Sums
from portfolios.domain.poolmonth import measured

MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]
FACE = Decimal(10_000_000)


def frame(rows: list[dict]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=COLUMNS)


def loan_months(seed: int, loans: int = 60) -> pl.DataFrame:
    """Loans that pay, are late, and leave, a loan's months behind one another."""
    draw = np.random.default_rng(seed)
    rows = []
    for number in range(loans):
        balance, rate = float(draw.integers(50_000, 500_000)), float(draw.choice([3.5, 4.0, 6.125]))
        leaves = draw.integers(1, 6)
        for place, month in enumerate(MONTHS):
            gone = place == leaves
            late = [None, 0, 1, 2, 3][draw.integers(0, 5)]
            rows.append(
                {
                    "line": len(rows) + 1, "month": month, "pool_number": "", "loan_id": f"L{number:05d}",
                    "balance": 0.0 if gone else round(balance, 2), "rate": rate, "remaining": 300 - place,
                    "age": 60 + place, "state": draw.choice(["CA", "TX", "NY"]), "months_late": late,
                    "exit": draw.choice(["paid_off", "repurchased"]) if gone else None,
                    "exit_upb": round(balance, 2) if gone else None,
                }
            )  # fmt: skip
            balance *= 0.998
            if gone:
                break
    return frame(rows)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [7, 1_000])
def test_sums_of_batches_are_the_measures_of_each_month(seed: int, size: int) -> None:
    loans, sums = loan_months(seed), Sums()
    for batch in loans.iter_slices(size):
        sums.add(batch)
    figures = list(sums.figures(FACE))
    assert [one.month for one in figures] == MONTHS
    for one in figures:
        wanted = measured(loans.filter(pl.col("month") == one.month))
        for name, value in wanted.items():
            assert getattr(one, name) == (pytest.approx(value) if isinstance(value, float) else value), name


@pytest.mark.parametrize("seed", range(5))
def test_the_paydown_adds_up_and_is_that_of_the_frames(seed: int) -> None:
    loans, sums = loan_months(seed), Sums()
    for batch in loans.iter_slices(11):
        sums.add(batch)
    first, *rest = sums.figures(FACE)
    for one in rest:
        paid = one.scheduled + one.curtailed + one.paid_off + one.repurchased + one.liquidated + one.removed
        assert paid == first.balance - one.balance
        before, now = (loans.filter(pl.col("month") == month) for month in (first.month, one.month))
        wanted = between(before, now)
        assert {name: getattr(one, name) for name in wanted} == wanted
        first = one


def test_months_out_of_order_give_no_paydown() -> None:
    sums = Sums()
    sums.add(loan_months(1).sort("month"))
    assert all(one.due is None for one in sums.figures(FACE))


def test_pools_stay_apart() -> None:
    loans, sums = loan_months(3), Sums()
    sums.add(loans.with_columns(pool_number=pl.lit("A")))
    sums.add(loans.with_columns(pool_number=pl.lit("B"), balance=pl.col("balance") * 2))
    assert sums.pools() == ["A", "B"]
    first, second = (next(iter(sums.figures(FACE, pool))) for pool in ("A", "B"))
    assert second.balance == 2 * first.balance


def test_a_loan_that_appears_later_is_said() -> None:
    early = {"pool_number": "", "rate": 5.0, "remaining": 300, "balance": 100_000.0}
    rows = [early | {"line": place, "loan_id": loan, "month": month} for place, (loan, month) in enumerate(
        [("A", MONTHS[0]), ("A", MONTHS[1]), ("B", MONTHS[1])], start=1)]  # fmt: skip
    sums = Sums()
    sums.add(frame(rows))
    _, second = sums.figures(FACE)
    assert second.findings[0]["loans"] == 1
    assert second.curtailed == Decimal(0) - second.scheduled


@given(
    st.floats(1, 1_000_000),
    st.one_of(st.just(0.0), st.floats(0.125, 15)),
    st.integers(0, 480),
)
@settings(max_examples=100)
def test_what_is_due_next_month_is_the_level_pay_schedule(balance: float, rate: float, remaining: int) -> None:
    loan = pl.DataFrame({"balance": [balance], "rate": [rate], "remaining": [remaining]})
    due = loan.select(due_next()).item()
    assert due == pytest.approx(balance * balance_ratio(rate, remaining, remaining - 1), abs=0.006)
