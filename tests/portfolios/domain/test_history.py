"""Speeds of all months at once agree with the kernels that take one pool over one period."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.amortization import balance_ratio
from portfolios.domain.forecast import Outlook
from portfolios.domain.history import FactorHistory, TermsAt, carried_forward, psa_over
from portfolios.domain.prepayment import PoolPeriod, Speed, average_cpr, average_psa, average_smm, smm_to_cpr

NONE = np.nan


def terms(months: int, *, gross: float = 6.5, remaining: int = 355, age: int = 5) -> TermsAt:
    passed = np.arange(months, dtype=float)
    return TermsAt(np.full(months, gross), remaining - passed, age + passed)


def history(psa: float, months: int = 40) -> FactorHistory:
    path = Outlook(1.0, 6.5, 355, 5).path(Speed.flat("PSA", psa), months - 1)
    return FactorHistory(path, terms(months), np.full(months, NONE))


@given(st.floats(0, 1500), st.sampled_from([1, 3, 12]))
def test_a_path_made_with_a_psa_shows_it(psa, months):
    found = history(psa).speeds(months)
    assert np.isnan(found.psa[:months]).all()
    np.testing.assert_allclose(found.psa[months:], psa, rtol=1e-6, atol=2e-3)  # a speed hidden by rounding is 0


@given(st.lists(st.floats(0.001, 8.0), min_size=13, max_size=30), st.sampled_from([1, 3, 12]))
def test_the_last_month_agrees_with_the_formulas_of_one_pool(smm, months):
    schedule = balance_ratio(6.5, 355.0, 355.0 - np.arange(len(smm) + 1))
    factor = schedule * np.concatenate([[1.0], np.cumprod(1.0 - np.array(smm) / 100.0)])
    found = FactorHistory(factor, terms(len(factor)), np.full(len(factor), NONE)).speeds(months)
    start = len(factor) - 1 - months
    pool = PoolPeriod(1e6, factor[start], factor[-1], 355 - start, months, 6.5, 5 + start)
    assert found.smm[-1] == pytest.approx(average_smm(pool.actual_end, pool.scheduled_end, months), rel=1e-9)
    assert found.cpr[-1] == pytest.approx(average_cpr(pool.actual_end, pool.scheduled_end, months), rel=1e-9)
    assert found.psa[-1] == pytest.approx(average_psa([pool]), rel=1e-7, abs=1e-6)


def test_published_one_month_psa():
    """Freddie Mac example of the Standard Formulas: WAM 342 and age 7 at the end, WAC 9.69."""
    factors = np.array([0.9785748, 0.9708674])
    seen = FactorHistory(factors, terms(2, gross=9.69, remaining=343, age=6), np.full(2, NONE))
    assert round(seen.speeds().psa[-1]) == 604


def test_a_gap_gives_no_speed_of_one_month_but_one_across_it():
    whole = history(200.0)
    holed = np.array(whole.factor)
    holed[20] = NONE
    seen = FactorHistory(holed, whole.terms, whole.due)
    assert np.isnan(seen.speeds(1).cpr[20:22]).all()
    assert np.isfinite(seen.speeds(1).cpr[22])
    assert np.isnan(seen.speeds(3).cpr[[20, 23]]).all()
    np.testing.assert_allclose(seen.speeds(3).cpr[[21, 22]], whole.speeds(3).cpr[[21, 22]])


def test_what_loans_had_due_stands_before_the_annuity():
    seen = FactorHistory(np.array([1.0, 0.98]), terms(2), np.array([NONE, 0.99]))
    assert seen.speeds().smm[1] == pytest.approx(100 * 0.01 / 0.99)
    assert seen.scheduled()[1] == pytest.approx(0.99)


@pytest.mark.parametrize(
    ("factor", "smm", "psa"),
    [((0.5, 0.0), 100.0, NONE), ((0.0, 0.0), NONE, NONE), ((0.9, 0.95), None, NONE)],
    ids=["paid off in the month", "after the end", "a factor that rose"],
)
def test_ends_and_impossible_months(factor, smm, psa):
    found = FactorHistory(np.array(factor), terms(2), np.full(2, NONE)).speeds()
    assert found.psa[1] is psa or np.isnan(found.psa[1])
    if smm is None:
        assert found.smm[1] < 0
        assert found.cpr[1] < 0
    else:
        np.testing.assert_equal(found.smm[1], smm)


def test_a_difference_of_the_eighth_place_is_a_speed_of_zero():
    due = FactorHistory(np.array([1.0, NONE]), terms(2), np.full(2, NONE)).scheduled()[1]
    seen = FactorHistory(np.array([1.0, round(due, 8)]), terms(2), np.full(2, NONE))
    assert seen.speeds().psa[1] == 0.0


def test_terms_move_on_a_month_a_month_until_the_next_ones_are_known():
    gross, left, age = (
        np.array([6.5, NONE, NONE, 6.4]),
        np.array([355.0, NONE, NONE, 350.0]),
        np.array([5.0, NONE, 6, NONE]),
    )
    found = carried_forward(gross, left, age, to_maturity=np.full(4, 360.0))
    assert found.gross.tolist() == [6.5, 6.5, 6.5, 6.4]
    assert found.remaining.tolist() == [355, 354, 353, 350]
    assert found.age.tolist() == [5, 6, 6, 7]


def test_age_and_term_are_bounded_as_the_standard_says():
    def only(remaining: float, age: float, to_maturity: float) -> TermsAt:
        values = (np.array([number]) for number in (6.0, remaining, age))
        return carried_forward(*values, to_maturity=np.array([to_maturity]))

    assert only(350, 20, 400).age[0] == 10
    assert only(350, 5, 340).remaining[0] == 340
    assert only(470, 20, 480).age[0] == 20


def test_shares_that_no_speed_leaves():
    assert np.isnan(psa_over(np.array([0.0]), np.array([[30.0]]))).all()


def test_cpr_is_the_annual_rate_of_the_smm():
    found = history(165.0).speeds()
    np.testing.assert_allclose(found.cpr[1:], smm_to_cpr(found.smm[1:]))
