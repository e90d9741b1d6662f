"""Rates turn into each other and back, within their bounds; factors give back the speed that made them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain import prepayment as p
from portfolios.domain.forecast import factor_path

months = st.integers(1, 480)


@given(st.floats(0, 60))
def test_cpr_of_smm_and_back(smm: float) -> None:
    assert p.cpr_to_smm(p.smm_to_cpr(smm)) == pytest.approx(smm, abs=1e-8)


@given(st.floats(0, 99.9))
def test_smm_of_cpr_and_back(cpr: float) -> None:
    assert p.smm_to_cpr(p.cpr_to_smm(cpr)) == pytest.approx(cpr, abs=1e-9)


@given(st.floats(0, 1500), months)
def test_psa_of_its_own_smm(psa: float, month: int) -> None:
    assert p.smm_to_psa(p.psa_to_smm(psa, month), month) == pytest.approx(psa, rel=1e-7, abs=1e-6)


@given(st.floats(0, 2), st.integers(1, 45))
def test_abs_of_its_own_smm(speed: float, month: int) -> None:
    assert p.smm_to_abs(p.abs_to_smm(speed, month), month) == pytest.approx(speed, abs=1e-9)


@given(st.floats(0, 1e5), st.integers(-5, 1000))
def test_monthly_rates_stay_between_0_and_100(speed: float, month: int) -> None:
    rates = [p.psa_to_smm(speed, month), p.cpr_to_smm(speed), p.abs_to_smm(speed, month), p.sda_to_mdr(speed, month)]
    assert all(0 <= rate <= 100 for rate in rates)


def test_psa_multiplies_the_annual_rate_not_the_monthly_one() -> None:
    assert p.psa_to_cpr(200, 12) == pytest.approx(2 * p.psa_to_cpr(100, 12))
    assert p.psa_to_smm(200, 30) > 2 * p.psa_to_smm(100, 30)


def test_165_psa_from_month_30_on() -> None:
    assert p.psa_to_cpr(165, np.array([30, 31, 360])) == pytest.approx([9.9, 9.9, 9.9])
    assert round(float(p.psa_to_smm(165, 31)), 4) == 0.8650


def test_the_standard_default_curve() -> None:
    curve = p.sda_to_cdr(100, np.array([1, 30, 60, 61, 119, 120, 360]))
    assert curve == pytest.approx([0.02, 0.60, 0.60, 0.5905, 0.0395, 0.03, 0.03])
    assert p.sda_to_cdr(300, 45) == pytest.approx(1.8)


def test_a_vector_holds_its_last_number() -> None:
    speed = p.Speed(p.SpeedKind.CPR, (4.0, 6.0))
    assert p.smm_to_cpr(speed.smm(age=10, months=4)) == pytest.approx([4, 6, 6, 6])
    assert str(speed) == "CPR vector from 4"
    assert str(p.Speed.flat("PSA", 150)) == "150 PSA"


def test_a_speed_needs_numbers_of_at_least_0() -> None:
    with pytest.raises(ValueError, match="at least one number"):
        p.Speed(p.SpeedKind.CPR, ())
    with pytest.raises(ValueError, match="-1 stands here"):
        p.Speed.flat("SMM", -1)


pool_of = st.builds(
    lambda psa, gross, age, count: (psa, gross, age, count),
    st.one_of(st.just(0.0), st.floats(1, 900)),
    st.floats(0, 12),
    st.integers(0, 200),
    st.integers(1, 24),
)


@given(pool_of)
def test_the_speed_that_made_two_factors_is_found_again(given_: tuple[float, float, int, int]) -> None:
    psa, gross, age, count = given_
    smm = p.Speed.flat("PSA", psa).smm(age=age, months=count)
    path = factor_path(0.8, gross, 360 - age, smm)
    pool = p.PoolPeriod(1e6, 0.8, float(path[-1]), 360 - age, count, gross, age)
    assert p.average_psa([pool]) == pytest.approx(psa, abs=1e-5)
    survivors = float(np.prod(1 - smm / 100))
    assert p.average_smm(pool.actual_end, pool.scheduled_end, count) == pytest.approx(
        100 * (1 - survivors ** (1 / count)), abs=1e-9
    )


def test_two_published_pools_paid_at_212_psa() -> None:
    """SF-12, SF-13: the ages are 360 less the remaining terms."""
    pools = [
        p.PoolPeriod(1_000_000, 0.86925218, 0.84732282, 349, 6, 9.5, 11),
        p.PoolPeriod(2_000_000, 0.99950812, 0.98290230, 359, 6, 9.5, 1),
    ]
    assert p.average_psa(pools) == pytest.approx(212.02, abs=0.005)


def test_a_speed_that_cannot_be_is_none() -> None:
    grown = p.PoolPeriod(1e6, 0.5, 0.51, 300, 1, 6.0, 60)
    gone = p.PoolPeriod(1e6, 0.5, 0.0, 300, 1, 6.0, 60)
    unpaid = p.PoolPeriod(1e6, 0.0, 0.0, 300, 1, 6.0, 60)
    assert p.average_psa([grown]) is None
    assert p.average_psa([gone]) is None
    assert p.average_smm(unpaid.actual_end, unpaid.scheduled_end, 1) is None
    assert p.observed_smm(0.0, 0.0) is None


def test_abs_over_a_period_gives_back_its_speed() -> None:
    smm = p.Speed.flat("ABS", 1.7).smm(age=2, months=9)
    path = factor_path(1.0, 10.0, 34, smm)
    scheduled = factor_path(1.0, 10.0, 34, np.zeros(9))
    assert p.average_abs(float(path[-1]), float(scheduled[-1]), 2, 11) == pytest.approx(1.7)


def test_removed_loans_are_taken_out_of_the_speed() -> None:
    assert p.split_smm(1.5, 5_000, 1_000_000) == pytest.approx((1.0, 0.5))


def test_loan_ages_of_pools_without_a_published_age() -> None:
    """SF-41: 24 months, and 12 where the remaining term now says so; a term one above the loans' starts at 0 twice."""
    assert p.calculated_loan_age(term=360, original_remaining=348, elapsed=12) == 24
    assert p.calculated_loan_age(term=360, original_remaining=300, elapsed=12, remaining=348) == 12
    assert [p.calculated_loan_age(term=360, original_remaining=361, elapsed=each) for each in range(3)] == [0, 0, 1]


def test_a_published_age_is_bounded_by_term_and_pool() -> None:
    assert p.loan_age(published=20.4, remaining=345, term=360) == 15
    assert p.loan_age(published=3, remaining=350, term=360, pool_age=6) == 6
    assert p.loan_age(published=20.5, remaining=345, term=240) == 21
    assert p.remaining_months(343.6, to_maturity=343) == 343
    assert p.assumed_gross(9.0, "Ginnie Mae I") == 9.5
