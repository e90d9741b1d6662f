"""The exact plan against every possible one, and what may and may not change it."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from portfolios.domain.pooling import NoPlan, Pool, Problem, ShareRule, breaches, earned, plan_of, relaxed, solved
from tests.portfolios.domain.pooling.tapes import MILLION, small, tape

SECONDS = 60.0


def by_hand(problem: Problem) -> int:
    """The most that any plan earns, by trying each."""
    choices = [problem.columns_of(number).tolist() for number in range(len(problem.balances))]
    plans = (np.array(columns) for columns in product(*choices))
    return max(earned(problem, chosen) for chosen in plans if not breaches(problem, chosen))


@pytest.mark.parametrize("seed", range(12))
def test_no_plan_earns_more(seed):
    problem = small(seed, loans=6, budget=None if seed % 2 else 70_000_000)
    plan = solved(problem, seconds=SECONDS, gap=0.0)
    assert plan.earned == by_hand(problem) == earned(problem, plan.chosen)
    assert plan.bound == pytest.approx(plan.earned, abs=1)


@pytest.mark.parametrize("seed", range(5))
def test_the_relaxation_bounds_every_plan(seed):
    problem = small(seed)
    assert relaxed(problem).earned >= solved(problem, seconds=SECONDS, gap=0.0).earned - 1


@pytest.mark.parametrize("seed", range(4))
def test_more_room_never_earns_less(seed):
    problem = small(seed)
    wider = replace(problem, pools=(*problem.pools[:2], replace(problem.pools[2], minimum=0), problem.pools[3]))
    least = solved(problem, seconds=SECONDS, gap=0.0).earned
    assert solved(wider, seconds=SECONDS, gap=0.0).earned >= least


@pytest.mark.parametrize("seed", range(4))
def test_a_tighter_rule_never_earns_more(seed):
    problem = small(seed)
    rule = replace(problem.pools[2].rules[0], limit=0)
    tighter = replace(problem, pools=(*problem.pools[:2], replace(problem.pools[2], rules=(rule,)), problem.pools[3]))
    most = solved(problem, seconds=SECONDS, gap=0.0).earned
    assert solved(tighter, seconds=SECONDS, gap=0.0).earned <= most


@pytest.mark.parametrize(("short", "pooled"), [(0, True), (1, False)])
def test_a_pool_opens_at_its_minimum_and_not_a_cent_below(short, pooled):
    balances = np.array([60_000_000, 40_000_000 - short])
    pools = (Pool("keep"), Pool("pool", minimum=MILLION))
    problem = Problem(balances, pools, np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), np.array([0, 0, 900, 900]))
    plan = solved(problem, seconds=SECONDS, gap=0.0)
    assert problem.pool[plan.chosen].tolist() == ([1, 1] if pooled else [0, 0])


@pytest.mark.parametrize(("more", "inside"), [(0, True), (1, False)])
def test_a_share_of_exactly_the_limit_is_inside(more, inside):
    balances = np.array([10_000_000 + more, 90_000_000])
    rule = ShareRule("high balance", np.array([10_000, 0]), 1_000)
    pools = (Pool("keep"), Pool("pool", rules=(rule,)))
    problem = Problem(balances, pools, np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]), np.array([0, 0, 5, 5]))
    assert (breaches(problem, np.array([2, 3])) == []) is inside
    assert plan_of(problem, np.array([0, 3]), method="by hand").earned == 5


def test_pools_that_cannot_open_together_give_no_plan():
    with pytest.raises(NoPlan):
        solved(small(1, minimum=10**12), seconds=SECONDS, opened=[2])


def test_a_loan_without_a_place_is_refused():
    with pytest.raises(ValueError, match="Loan 1 has no column"):
        Problem(np.array([1, 1]), (Pool("keep"), Pool("p", 5)), np.array([0, 1]), np.array([0, 1]), np.array([0, 0]))


def test_a_plan_that_breaks_a_rule_is_refused():
    problem = small(3)
    everything_pooled = np.array([problem.columns_of(number)[-1] for number in range(8)])
    if breaches(problem, everything_pooled):
        with pytest.raises(ValueError, match="breaks"):
            plan_of(problem, everything_pooled, method="wrong")
    with pytest.raises(ValueError, match="exactly one column"):
        breaches(problem, everything_pooled[:-1])


def test_a_tape_of_three_hundred_loans_to_a_tenth_of_a_percent():
    problem = tape(300)
    plan = solved(problem, seconds=SECONDS)
    assert plan.gap is not None
    assert plan.gap <= 1.1e-3
    assert not breaches(problem, plan.chosen)


@pytest.mark.parametrize("seed", range(3))
def test_eight_loans_four_executions_and_two_pools_against_all_65536_plans(seed):
    problem = full(seed)
    assert solved(problem, seconds=SECONDS, gap=0.0).earned == best_of_all(problem)


def full(seed: int) -> Problem:
    """Eight loans, each with a column in all four places of `small`, in order."""
    known = small(seed)
    chance = np.random.default_rng(seed)
    loan, pool = np.repeat(np.arange(8), 4), np.tile(np.arange(4), 8)
    points = np.array([0.0, 0.001, 0.002, 0.003]) + chance.uniform(0, 0.002, (8, 4))
    return replace(known, loan=loan, pool=pool, value=(known.balances[loan] * points.ravel()).astype(np.int64))


def best_of_all(problem: Problem) -> int:
    """The most that any of the 4 ** 8 plans earns, each checked here and not by the code that is tested."""
    plans = np.array(list(product(range(4), repeat=8)))
    value = problem.value.reshape(8, 4)[np.arange(8), plans].sum(axis=1)
    kept = np.ones(len(plans), dtype=bool)
    for number, pool in enumerate(problem.pools):
        inside = plans == number
        total, used = (inside * problem.balances).sum(axis=1), inside.any(axis=1)
        most = np.inf if pool.maximum is None else pool.maximum
        kept &= ~used | ((total >= pool.minimum) & (total <= most))
        for rule in pool.rules:
            mean = (inside * problem.balances * rule.amounts).sum(axis=1)
            kept &= mean >= rule.limit * total if rule.at_least else mean <= rule.limit * total
        value = value - used * pool.fixed_cost
    return int(value[kept].max())
