"""The factor and the money paid by it, to the digit; a real pool's factors from its loans."""

import csv
from decimal import ROUND_DOWN, Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.amortization import rounded_to_cents, scheduled_path
from portfolios.domain.factor import (
    FACTOR_PLACES,
    RoundingRule,
    compared,
    current_face,
    estimated_factor,
    interest_paid,
    paydown_gain,
    pool_factor,
    principal_paid,
)
from portfolios.domain.prepayment import smm_to_cpr
from portfolios.domain.redflags import effective_loan_count, largest_group

DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"

faces = st.decimals(1, 10**10, places=2)
shares = st.decimals(0, 1, places=8)


def test_current_face_of_a_hundred_thousand() -> None:
    assert current_face(100_000, 0.6325) == Decimal("63250.00")
    assert pool_factor("100000", Decimal("63250.00")) == Decimal("0.63250000")


def test_a_half_is_rounded_up() -> None:
    assert pool_factor(200_000_000, 1) == Decimal("0.00000001")
    assert current_face(1, "0.005") == Decimal("0.01")


@pytest.mark.parametrize("face", [0, -1])
def test_no_factor_without_a_face(face: int) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        pool_factor(face, 0)


@given(faces, shares)
def test_a_factor_lies_between_0_and_1_and_gives_back_the_balance(face: Decimal, share: Decimal) -> None:
    current = current_face(face, share)
    factor = pool_factor(face, min(current, face))
    assert 0 <= factor <= 1
    assert abs(face * factor - current) <= face * FACTOR_PLACES / 2 + Decimal("0.01")


@given(faces, shares, shares)
def test_principal_of_months_adds_up(face: Decimal, one: Decimal, other: Decimal) -> None:
    first, last = max(one, other), min(one, other)
    paid = principal_paid(face, 1, first) + principal_paid(face, first, last)
    assert abs(paid - principal_paid(face, 1, last)) <= Decimal("0.01")


def test_what_a_month_pays() -> None:
    assert principal_paid(100_000, "0.63250000", "0.62500000") == Decimal("750.00")
    assert interest_paid(100_000, "0.6325", "5.5") == Decimal("289.90")
    assert paydown_gain(100_000, "0.6325", "0.6250", "101.5") == Decimal("-11.25")
    assert estimated_factor("1", 9, 30) == Decimal("1.00750000")


def test_the_rounding_rule_of_a_published_factor_is_named() -> None:
    original, current = Decimal(3), Decimal(2)
    assert compared("0.66666667", original, current).rule is RoundingRule.HALF_UP
    assert compared("0.66666666", original, current).rule is RoundingRule.TRUNCATED
    assert compared("0.66666666", original, current).agrees
    assert compared("0.50000000", 2, 1).rule is RoundingRule.EITHER
    off = compared("0.66666600", original, current)
    assert off.rule is RoundingRule.UNKNOWN
    assert not off.agrees
    assert off.difference == Decimal("-0.00000067")


@given(faces, faces)
def test_half_up_and_truncated_are_told_apart(original: Decimal, current: Decimal) -> None:
    cut = (current / original).quantize(FACTOR_PLACES, rounding=ROUND_DOWN)
    assert compared(cut, original, current).rule in {RoundingRule.TRUNCATED, RoundingRule.EITHER}
    assert compared(pool_factor(original, current), original, current).agrees


@pytest.mark.real_data
def test_a_real_pool_month_by_month() -> None:
    """1,468 loans, 73 months: each loan stays on schedule, in cents, until the month of its exit."""
    if not DATA.exists():
        pytest.skip(f"The local loan data is not at {DATA}.")
    loans = list(csv.DictReader((DATA / "real_pool_A_loans.csv").read_text().splitlines()))
    months = list(csv.DictReader((DATA / "real_pool_A_months.csv").read_text().splitlines()))
    gross, face, remaining = (
        np.array([float(loan[name]) for loan in loans]) for name in ("note_rate", "balance_at_cutoff", "remaining_term")
    )
    states = [loan["state"] for loan in loans]
    exits = np.array([int(loan["exit_period"] or 999999) for loan in loans])
    scheduled = rounded_to_cents(scheduled_path(gross, remaining, len(months) - 1) * face)
    before = np.array([])
    for row, month in enumerate(months):
        there = exits > int(month["period"])
        balance = scheduled[row][there]
        assert int(month["loans"]) == there.sum()
        assert balance.sum() == pytest.approx(float(month["balance"]), abs=2.0)
        assert balance.sum() / face.sum() == pytest.approx(float(month["factor"]), abs=1e-8)
        assert effective_loan_count(balance) == pytest.approx(float(month["neff"]), abs=0.0051)
        top = largest_group([states[at] for at in np.flatnonzero(there)], balance)
        assert top is not None
        assert top[0] == month["top_state"]
        if row:
            due = scheduled[row][before].sum()
            smm = 100 * (due - balance.sum()) / due
            assert smm == pytest.approx(float(month["smm_pct"]), abs=2e-6)
            assert smm_to_cpr(smm) == pytest.approx(float(month["cpr_pct"]), abs=2e-5)
        before = there
