"""The split of a note rate over pass-through, servicing and guaranty fee."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.executions import CouponTerms, Multiples, split

TERMS = CouponTerms(least_spread=0.25, most_spread=1.125, base_servicing=0.25, most_servicing=0.50, most_buy_up=0.25)
WORTH = Multiples(servicing=4.5, excess_servicing=4.31, buy_up=4.30, buy_down=6.23)


def test_a_loan_of_six_and_five_eighths_over_three_coupons():
    at = {rate: split([6.625], rate, 0.52, TERMS, WORTH) for rate in (6.5, 6.0, 5.5)}
    assert not at[6.5].eligible[0]
    assert at[6.0].buy_down == pytest.approx([0.145])
    assert (at[5.5].excess_servicing, at[5.5].buy_up) == (pytest.approx([0.25]), pytest.approx([0.105]))
    without_base = [at[rate].points(TERMS, WORTH)[0] - 0.25 * 4.5 for rate in (6.0, 5.5)]
    assert 100.85 + without_base[0] == pytest.approx(99.95, abs=0.005)
    assert 99.05 + without_base[1] == pytest.approx(100.58, abs=0.005)


@pytest.mark.parametrize(
    ("spread", "eligible"), [(0.25, True), (0.24999, False), (1.125, True), (1.12501, False), (0.625, True)]
)
def test_the_window_of_the_note_rate(spread, eligible):
    fee = max(0.0, min(spread, 0.8) - 0.25)
    assert split([6.0 + spread], 6.0, fee, TERMS, WORTH).eligible[0] == eligible


@pytest.mark.parametrize(("fee", "eligible"), [(0.40, True), (0.3749, False)])
def test_what_is_over_must_find_a_place(fee, eligible):
    """0.875 over leaves, after base servicing, at most 0.25 of excess servicing and 0.25 of buy-up for the rest."""
    assert split([6.0 + 1.125], 6.0, fee, TERMS, WORTH).eligible[0] == eligible


@pytest.mark.parametrize(("fee", "eligible"), [(0.10, True), (0.0, True)])
def test_the_fee_cannot_be_bought_below_nothing(fee, eligible):
    found = split([6.25], 6.0, fee, TERMS, WORTH)
    assert found.buy_down == pytest.approx([fee])
    assert found.eligible[0] == eligible


def test_the_better_multiple_is_filled_first():
    dear = Multiples(servicing=4.5, excess_servicing=4.0, buy_up=5.0, buy_down=6.0)
    found = split([6.855], 6.0, 0.25, TERMS, dear)
    assert (found.buy_up, found.excess_servicing) == (pytest.approx([0.25]), pytest.approx([0.105]))


@given(
    st.floats(min_value=6.0, max_value=7.5),
    st.floats(min_value=0.0, max_value=0.8),
    st.floats(min_value=0.0, max_value=8.0),
    st.floats(min_value=0.0, max_value=8.0),
)
def test_every_eligible_note_rate_is_spent_to_the_last_point_and_best(note, fee, excess, buy_up):
    worth = Multiples(4.5, excess, buy_up, 6.0)
    found = split([note], 6.0, fee, TERMS, worth)
    if not found.eligible[0]:
        assert np.isnan(found.points(TERMS, worth)[0])
        return
    after = 6.0 + 0.25 + found.excess_servicing[0] + fee + found.buy_up[0] - found.buy_down[0]
    assert after == pytest.approx(note)
    room = max(0.0, note - 6.25 - fee)
    tried = [part for part in np.linspace(0, 0.25, 26) if -1e-9 <= room - part <= 0.25 + 1e-9]
    best = max((part * excess + (room - part) * buy_up for part in tried), default=0.0)
    assert found.excess_servicing[0] * excess + found.buy_up[0] * buy_up >= best - 1e-6
