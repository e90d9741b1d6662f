"""Why a loan is not where it would earn more."""

import numpy as np
import pytest

from portfolios.domain.pooling import Budget, Pool, Problem, ShareRule, plan_of, reasons, solved
from portfolios.domain.pooling.explaining import FIXED_COST
from tests.portfolios.domain.pooling.tapes import small

KEEP = Pool("keep")


def reason(balances, pools, columns, chosen, budgets=()):
    """The reason of loan 0; columns are (loan, pool, value)."""
    loan, pool, value = (np.array(each) for each in zip(*columns, strict=True))
    problem = Problem(np.array(balances), pools, loan, pool, value, budgets)
    return reasons(problem, plan_of(problem, np.array(chosen), method="by hand"))[0]


def test_a_pool_under_its_minimum():
    found = reason([100], (KEEP, Pool("p", minimum=101)), [(0, 0, 1), (0, 1, 9)], [0])
    assert (found.next_best, found.better[0].column, found.better[0].rules) == (None, 1, ((1, "minimum"),))


def test_a_full_pool():
    pools = (KEEP, Pool("p", maximum=150))
    found = reason([100, 100], pools, [(0, 0, 1), (0, 1, 9), (1, 0, 1), (1, 1, 12)], [0, 3])
    assert found.better[0].rules == ((1, "maximum"),)


def test_a_share_that_would_break():
    pools = (KEEP, Pool("p", rules=(ShareRule("high balance", np.array([10_000]), 1_000),)))
    assert reason([100], pools, [(0, 0, 1), (0, 1, 9)], [0]).better[0].rules == ((1, "high balance"),)


def test_the_pool_it_would_leave():
    pools = (KEEP, Pool("p", minimum=200), Pool("q"))
    columns = [(0, 0, 1), (0, 1, 5), (0, 2, 9), (1, 0, 1), (1, 1, 50)]
    found = reason([100, 100], pools, columns, [1, 4])
    assert (found.next_best, found.better[0].rules) == (0, ((1, "minimum"),))


def test_a_budget_that_is_spent():
    budgets = (Budget("servicing kept", frozenset({1}), 99),)
    assert reason([100], (KEEP, Pool("p")), [(0, 0, 1), (0, 1, 9)], [0], budgets).better[0].rules == (
        (None, "servicing kept"),
    )


def test_a_fixed_cost_that_does_not_pay():
    pools = (KEEP, Pool("p", fixed_cost=50))
    assert reason([100], pools, [(0, 0, 1), (0, 1, 9)], [0]).better[0].rules == ((1, FIXED_COST),)


def test_a_loan_where_it_earns_most_has_nothing_better():
    found = reason([100], (KEEP, Pool("p")), [(0, 0, 1), (0, 1, 9)], [1])
    assert (found.better, found.next_best) == ((), 0)


@pytest.mark.parametrize("seed", range(6))
def test_in_the_best_plan_every_better_column_was_stopped_by_a_rule(seed):
    problem = small(seed, budget=60_000_000 if seed % 2 else None)
    plan = solved(problem, seconds=60.0, gap=0.0)
    found = reasons(problem, plan)
    assert len(found) == 8
    assert all(stopped.rules for each in found for stopped in each.better)
