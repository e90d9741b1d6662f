"""Price and yield turn into each other; durations are those of re-priced cash flows; the grid is each pool alone."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain import valuation as v
from portfolios.domain.prepayment import Speed
from portfolios.domain.valuation.passthrough import flows_at
from portfolios.domain.valuation.timing import principal_times

terms = st.builds(
    v.Terms,
    gross=st.floats(2, 12),
    net=st.floats(1, 11),
    remaining=st.integers(2, 360),
    age=st.integers(0, 120),
    delay=st.sampled_from([14, 19, 24, 44]),
    elapsed=st.integers(0, 29),
)
speeds = st.builds(Speed.flat, st.just("PSA"), st.floats(0, 1000))
GINNIE_9 = v.Terms(gross=9.5, net=9.0, remaining=360, age=0, delay=14)
PSA_150 = Speed.flat("PSA", 150)


@given(terms, speeds, st.floats(-1, 20))
def test_the_yield_of_the_price_of_a_yield(pool: v.Terms, speed: Speed, semiannual: float) -> None:
    price = v.value_at_yield(pool, speed, semiannual).price
    assert v.value_at_price(pool, speed, price).bond_equivalent_yield == pytest.approx(semiannual, abs=1e-8)


@given(st.floats(-5, 30))
def test_mortgage_yield_and_bond_equivalent_yield(semiannual: float) -> None:
    assert v.bond_equivalent_yield(v.mortgage_yield(semiannual)) == pytest.approx(semiannual, abs=1e-10)


@given(terms, speeds, st.floats(1, 15))
def test_duration_and_convexity_are_those_of_repriced_cash_flows(
    pool: v.Terms, speed: Speed, semiannual: float
) -> None:
    flows, step = flows_at(pool, speed), 0.01
    at, up, down = (v.present_value(flows.cash, flows.times, semiannual + move) for move in (0, step, -step))
    modified = v.modified_duration(flows.cash, flows.times, semiannual)
    convexity = v.cash_flow_convexity(flows.cash, flows.times, semiannual)
    assert v.effective_duration(at, up, down, step) == pytest.approx(modified, abs=1e-4)
    assert v.effective_convexity(at, up, down, step) == pytest.approx(convexity, rel=1e-3, abs=1e-3)
    assert v.estimated_price(at, modified, convexity, step) == pytest.approx(up, abs=1e-6)


@given(terms, speeds)
def test_price_falls_as_the_yield_rises(pool: v.Terms, speed: Speed) -> None:
    prices = [v.value_at_yield(pool, speed, semiannual).price for semiannual in (0.0, 3.0, 6.0, 12.0)]
    assert prices == sorted(prices, reverse=True)


def test_speed_helps_a_discount_and_hurts_a_premium() -> None:
    slow, fast = Speed.flat("PSA", 100), Speed.flat("PSA", 400)
    cheap, dear = 7.0, 11.0
    assert v.value_at_yield(GINNIE_9, fast, dear).price > v.value_at_yield(GINNIE_9, slow, dear).price
    assert v.value_at_yield(GINNIE_9, fast, cheap).price < v.value_at_yield(GINNIE_9, slow, cheap).price


def test_the_standard_example_at_par() -> None:
    """SF-50, SF-51: Ginnie Mae I 9 percent, 150 PSA, settled on the issue date."""
    found = v.value_at_price(GINNIE_9, PSA_150, 100)
    assert found.macaulay_duration == pytest.approx(5.73147, abs=5e-6)
    assert found.modified_duration == pytest.approx(5.48186, abs=5e-6)
    assert found.convexity == pytest.approx(54.4326, abs=5e-5)
    later = v.value_at_price(replace(GINNIE_9, elapsed=7), PSA_150, 100)
    assert later.price + later.accrued == pytest.approx(100.1750, abs=5e-5)
    assert later.bond_equivalent_yield == pytest.approx(9.10644, abs=5e-6)


def test_effective_measures_of_the_standard_example() -> None:
    """SF-51: prices 99.453 and 100.541 after shifts of ten basis points."""
    assert v.effective_duration(100, 99.453, 100.541, 0.10) == pytest.approx(5.44)
    assert v.effective_convexity(100, 99.453, 100.541, 0.10) == pytest.approx(-60.0)


def test_effective_measures_are_the_modified_ones_while_speeds_stand_still() -> None:
    still = v.effective_measures(GINNIE_9, now=PSA_150, rates_up=PSA_150, rates_down=PSA_150, semiannual=9.0)
    fixed = v.value_at_yield(GINNIE_9, PSA_150, 9.0)
    assert still == (pytest.approx(fixed.modified_duration, abs=1e-3), pytest.approx(fixed.convexity, rel=1e-3))


def test_speeds_that_follow_rates_shorten_a_premium_and_bend_it_the_other_way() -> None:
    slower, faster = Speed.flat("PSA", 140), Speed.flat("PSA", 170)
    duration, convexity = v.effective_measures(
        GINNIE_9, now=PSA_150, rates_up=slower, rates_down=faster, semiannual=7.0
    )
    assert duration < v.value_at_yield(GINNIE_9, PSA_150, 7.0).modified_duration
    assert convexity < 0


def test_three_months_held_at_an_unchanged_yield() -> None:
    """SF-51: 102.2502, 9.102 percent a year, 2.250 percent."""
    bought = v.value_at_price(GINNIE_9, PSA_150, 100)
    sold = v.value_at_yield(replace(GINNIE_9, remaining=357, age=3), PSA_150, bought.bond_equivalent_yield)
    flows = flows_at(GINNIE_9, PSA_150)
    factor = 1 - flows.principal[:3].sum() / 100
    assert sold.price == pytest.approx(99.9934, abs=5e-5)
    assert factor == pytest.approx(0.99701075, abs=5e-9)
    worth = v.horizon_value(sold.price * factor, flows.cash[:3], flows.times[:3], 0.25, 8.0)
    assert worth == pytest.approx(102.2502, abs=5e-5)
    assert v.total_rate_of_return(100, worth, 0.25) == pytest.approx(9.102, abs=5e-4)
    assert v.total_percentage_return(100, worth) == pytest.approx(2.250, abs=5e-4)


def test_an_implied_speed_is_the_one_put_in() -> None:
    pool = replace(GINNIE_9, elapsed=12)
    price = v.value_at_yield(pool, Speed.flat("PSA", 180), 8.0).price
    found = v.implied_psa(lambda speed: v.value_at_yield(pool, speed, 8.0).price, price)
    assert found == pytest.approx(180, abs=1e-5)
    assert v.implied_psa(lambda speed: v.value_at_yield(pool, speed, 8.0).price, 500.0) is None


def test_no_yield_without_a_price_or_with_money_going_out() -> None:
    with pytest.raises(ValueError, match="price above 0"):
        v.solve_yield(0.0, [1.0], [1.0])
    with pytest.raises(ValueError, match="never negative"):
        v.solve_yield(1.0, [-1.0, 2.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="cash flows"):
        v.solve_yield(1.0, [], [])


@pytest.mark.parametrize("price", [1e-9, 1e9])
def test_a_price_far_from_its_cash_flows_has_no_yield(price: float) -> None:
    last_month = replace(GINNIE_9, remaining=1, age=359)
    with pytest.raises(ValueError, match="No yield fits"):
        v.value_at_price(last_month, PSA_150, price)
    assert np.isnan(v.yield_matrix(last_month, [PSA_150], [price]).bond_equivalent_yield).all()


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (date(2026, 8, 1), date(2026, 8, 13), 12),
        (date(2026, 2, 28), date(2026, 3, 31), 30),
        (date(2024, 2, 28), date(2024, 3, 1), 3),
        (date(2024, 2, 29), date(2024, 3, 1), 1),
        (date(2026, 1, 31), date(2026, 3, 1), 31),
        (date(2026, 5, 2), date(2026, 5, 1), 0),
    ],
)
def test_30_360(start: date, end: date, days: int) -> None:
    assert v.days_30_360(start, end) == days


def test_settlement_on_the_thirteenth() -> None:
    paid = v.settlement(face=100_000, factor="0.6325", price="101.5", coupon="5.5", elapsed=12)
    assert (paid.principal, paid.accrued, paid.cost) == (Decimal("64198.75"), Decimal("115.96"), Decimal("64314.71"))


def test_times_of_payment() -> None:
    assert v.actual_delay(55) == 24
    assert v.receipt_times(2, delay=14) == pytest.approx([44 / 360, 74 / 360])
    whole, fifth = v.AverageLifeTime.WHOLE_MONTHS, v.AverageLifeTime.TWENTY_FIFTH
    assert principal_times(whole, 2, delay=14) == pytest.approx([1 / 12, 2 / 12])
    assert principal_times(fifth, 2, delay=14) == pytest.approx([25 / 360, 55 / 360])


def test_terms_from_dates() -> None:
    """A mid-month settlement accrues from the first; maturities on another day move the accrual month with them."""
    dated = v.DatedTerms(date(2000, 1, 1), date(2002, 4, 15), date(2030, 1, 1))
    assert (dated.remaining, dated.age, dated.elapsed) == (333, 27, 14)
    odd = v.DatedTerms(date(2000, 1, 15), date(2002, 4, 10), date(2030, 1, 15))
    assert (odd.remaining, odd.age, odd.elapsed) == (334, 26, 25)
    assert replace(dated, settle=date(2000, 1, 1)).remaining == 360


def test_negative_principal_lengthens_the_average_life_of_an_adjustable_loan() -> None:
    assert v.average_life([-10, 0, 110], [1, 2, 3]) == pytest.approx(3.2)
    assert v.accrual_average_life([-10, 0, 110], [1, 2, 3]) == pytest.approx(3.0)


def test_the_grid_is_each_pool_alone() -> None:
    pick, count = np.random.default_rng(3), 1_100
    gross = pick.uniform(2, 9, count)
    pools = v.Pools(
        gross=gross,
        net=gross - 0.5,
        remaining=pick.integers(1, 361, count),
        age=pick.integers(0, 200, count),
        delay=pick.choice([14, 19, 24], count),
        elapsed=pick.integers(0, 30, count),
        price=pick.uniform(80, 110, count),
    )
    chosen = [Speed.flat("PSA", 100), Speed.flat("CPR", 25)]
    grid = v.value_grid(pools, chosen)
    for at in [0, 1, 500, 999, 1_000, 1_099]:
        alone = v.Terms(
            *(getattr(pools, name)[at] for name in ("gross", "net", "remaining", "age", "delay", "elapsed"))
        )
        for row, speed in enumerate(chosen):
            found = v.value_at_price(alone, speed, float(pools.price[at]))
            assert grid.average_life[row, at] == pytest.approx(found.average_life, abs=1e-10)
            assert grid.bond_equivalent_yield[row, at] == pytest.approx(found.bond_equivalent_yield, abs=1e-9)


def test_a_pool_without_months_or_price_has_no_value_in_the_grid() -> None:
    one = np.ones(2)
    pools = v.Pools(
        one * 6, one * 5.5, np.array([0, 100]), np.array([360, 0]), one * 24, one * 0, np.array([100.0, 0.0])
    )
    grid = v.value_grid(pools, [PSA_150])
    assert np.isnan(grid.average_life).all()
    assert np.isnan(grid.bond_equivalent_yield).all()


def test_matrices_of_one_pool_are_its_valuations() -> None:
    pool, chosen = replace(GINNIE_9, elapsed=12), [Speed.flat("PSA", 0), Speed.flat("PSA", 300)]
    yields = v.yield_matrix(pool, chosen, [95.0, 105.0])
    prices = v.price_matrix(pool, chosen, [7.0, 9.5])
    for row, speed in enumerate(chosen):
        for column, (price, semiannual) in enumerate([(95.0, 7.0), (105.0, 9.5)]):
            at_price, at_yield = v.value_at_price(pool, speed, price), v.value_at_yield(pool, speed, semiannual)
            assert yields.bond_equivalent_yield[row, column] == pytest.approx(at_price.bond_equivalent_yield)
            assert yields.average_life[row, column] == pytest.approx(at_price.average_life)
            assert prices[row, column] == pytest.approx(at_yield.price)


def test_a_grid_without_pools_is_empty() -> None:
    none = np.array([])
    pools = v.Pools(none, none, none.astype(int), none.astype(int), none.astype(int), none.astype(int), none)
    assert v.value_grid(pools, [PSA_150]).average_life.shape == (1, 0)
