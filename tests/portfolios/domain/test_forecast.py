"""Factor paths fall from the factor now to zero; faster speeds lie below slower ones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.forecast import Outlook, factor_path, scaled, scheduled_factors, shortfall, survival_path
from portfolios.domain.prepayment import Speed

outlooks = st.builds(
    Outlook,
    factor=st.floats(1e-6, 1),
    gross=st.floats(0, 12),
    remaining=st.integers(1, 360),
    age=st.integers(0, 120),
)
speeds = st.builds(Speed.flat, st.sampled_from(["PSA", "CPR", "SMM"]), st.floats(0, 90))


@given(outlooks, speeds)
def test_a_path_falls_from_the_factor_now_to_zero(pool: Outlook, speed: Speed) -> None:
    path = pool.path(speed)
    assert path[0] == pytest.approx(pool.factor)
    assert path[-1] == 0
    assert np.all(np.diff(path) <= 1e-15)
    assert np.all((path >= 0) & (path <= 1))


@given(outlooks, speeds)
def test_the_band_holds_the_path_and_the_schedule_lies_above(pool: Outlook, speed: Speed) -> None:
    lower, upper = pool.band(speed)
    path = pool.path(speed)
    assert np.all(lower <= path + 1e-15)
    assert np.all(path <= upper + 1e-15)
    assert np.all(upper <= scheduled_factors(pool.factor, pool.gross, pool.remaining) + 1e-15)


def test_a_full_prepayment_ends_the_pool_with_zeros() -> None:
    assert survival_path([100.0, 0.0, 5.0]).tolist() == [1.0, 0.0, 0.0, 0.0]
    assert factor_path(0.7, 6.0, 300, [100.0, 0.0]).tolist() == [0.7, 0.0, 0.0]


def test_real_speed_of_a_path_is_the_one_put_in() -> None:
    path = factor_path(1.0, 6.0, 360, Speed.flat("CPR", 10).smm(age=0, months=12))
    scheduled = scheduled_factors(1.0, 6.0, 360, 12)
    assert 1 - path[12] / scheduled[12] == pytest.approx(0.10)


def test_scaling_and_shortfall() -> None:
    assert scaled(Speed.flat("PSA", 150), 1.1).values == pytest.approx((165,))
    assert shortfall(0.45, 0.50) == pytest.approx(10)
    assert shortfall(0.5, 0.0) == 0
