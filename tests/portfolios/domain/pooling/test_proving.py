"""The exact search against every possible plan and against plain branching, and its bound against both."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.domain.pooling import Problem, breaches, earned, fast, greedy, proved, relaxed, solved, tolerance_of
from portfolios.domain.pooling.bounding import bounded
from portfolios.domain.pooling.program import program_of
from portfolios.domain.pooling.proving import Search
from tests.portfolios.domain.pooling.tapes import small, tape

CENT = 1


def searched(problem: Problem, *, tolerance: int = CENT, seconds: float = 60.0) -> list:
    return list(proved(problem, greedy(problem), tolerance=tolerance, left=lambda: seconds))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), loans=st.integers(1, 9), budget=st.sampled_from([None, 0, 70_000_000]))
def test_no_plan_earns_more_than_the_search_finds_or_proves(seed, loans, budget):
    problem = small(seed, loans=loans, budget=budget)
    best, plans = solved(problem, seconds=60.0, gap=0.0), searched(problem)
    assert plans[-1].earned == best.earned == earned(problem, plans[-1].chosen)
    assert not breaches(problem, plans[-1].chosen)
    assert all(plan.bound >= best.earned - CENT for plan in plans)
    assert plans[-1].bound - plans[-1].earned <= CENT


def test_every_step_earns_no_less_under_a_bound_that_is_no_higher():
    plans = searched(tape(200), tolerance=100)
    assert len(plans) > 2
    for before, after in pairwise(plans):
        assert after.earned >= before.earned
        assert after.bound <= before.bound


def test_a_tape_is_proven_to_a_millionth_of_its_balance():
    problem = tape(400)
    last = searched(problem, tolerance=tolerance_of(problem))[-1]
    plain = solved(problem, seconds=60.0, gap=1e-4)
    assert last.bound - last.earned <= tolerance_of(problem) == problem.balances.sum() // 1_000_000
    assert last.earned >= plain.earned - tolerance_of(problem)
    assert plain.earned <= last.bound + CENT
    assert fast(problem).earned <= last.bound + CENT


@pytest.mark.parametrize("seed", range(4))
def test_any_multipliers_give_a_bound_and_the_solvers_the_relaxation(seed):
    problem = small(seed)
    program, everything = program_of(problem), np.ones(len(problem.loan), dtype=bool)
    best = solved(problem, seconds=60.0, gap=0.0)
    chance = np.random.default_rng(seed)
    for _ in range(20):
        drawn = bounded(problem, program, chance.uniform(0, 9, len(program.limits)), everything)
        assert drawn.bound >= best.earned - CENT
        assert drawn.bound - drawn.regrets[best.chosen].max() >= best.earned - CENT
    tight = bounded(problem, program, relaxed(problem).multipliers, everything)
    assert tight.bound == pytest.approx(relaxed(problem).earned, abs=CENT)


def test_linking_makes_the_bound_lower():
    problem = tape(200)
    search = Search(problem, greedy(problem), "exact")
    first = search.relax()
    before = search.bound
    assert search.link(first)
    search.relax()
    assert search.bound < before


def test_without_time_the_first_step_stands():
    problem = tape(200)
    plans = searched(problem, seconds=0.0)
    assert len(plans) == 1
    assert plans[0].bound >= plans[0].earned >= greedy(problem).earned
