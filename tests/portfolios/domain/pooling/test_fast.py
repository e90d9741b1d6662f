"""The fast and the greedy answers: always a plan that keeps every rule, near the best."""

import numpy as np
import pytest

from portfolios.domain.pooling import Pool, Problem, breaches, earned, fast, greedy, solved
from tests.portfolios.domain.pooling.tapes import small, tape


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("budget", [None, 50_000_000, 0])
def test_every_answer_keeps_every_rule(seed, budget):
    problem = small(seed, budget=budget)
    best = solved(problem, seconds=60.0, gap=0.0).earned
    for plan in (greedy(problem), fast(problem)):
        assert not breaches(problem, plan.chosen)
        assert plan.earned == earned(problem, plan.chosen) <= best
        assert problem.loan[plan.chosen].tolist() == list(range(8))


def test_the_fast_answer_of_a_tape_is_near_its_bound():
    problem = tape(1_000)
    plan = fast(problem)
    assert not breaches(problem, plan.chosen)
    assert plan.gap is not None
    assert plan.gap < 0.002
    assert plan.earned >= greedy(problem).earned


def test_where_nothing_can_be_pooled_all_is_kept():
    balances = np.array([100, 200])
    pools = (Pool("keep"), Pool("pool", minimum=1_000))
    problem = Problem(balances, pools, np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.array([1, 9, 1, 9]))
    plan = fast(problem)
    assert (plan.chosen.tolist(), plan.earned) == ([0, 2], 2)
