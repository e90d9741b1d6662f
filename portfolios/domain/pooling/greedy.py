"""A plan without a solver: each loan where it earns most, then whatever breaks a rule moves on, cheapest first.

It always ends with a plan, because every loan has a column that asks nothing.
"""

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.pooling.checking import MAXIMUM, Breach, breaches, plan_of
from portfolios.domain.pooling.problem import Places, Plan, Problem, best_columns, by_value

Allowed = NDArray[np.bool_]


def greedy(problem: Problem) -> Plan:
    """Closes the smallest pool under its minimum, else moves loans out of what is over a limit, until all is kept."""
    allowed, order = np.ones(len(problem.loan), dtype=bool), by_value(problem)
    minimums = np.array([pool.minimum for pool in problem.pools], dtype=np.int64)
    chosen = best_columns(problem, allowed, order=order)
    while True:
        short = _smallest_short(problem, chosen, minimums)
        if short is not None:
            allowed[problem.pool == short] = False
        elif broken := breaches(problem, chosen):
            _move_out(problem, chosen, broken[0], allowed, order)
        else:
            return plan_of(problem, chosen, method="greedy")
        chosen = best_columns(problem, allowed, order=order)


def _smallest_short(problem: Problem, chosen: Places, minimums: Places) -> int | None:
    """Of the pools in use below their minimum the one with the least in it."""
    totals = np.zeros(len(minimums), dtype=np.int64)
    np.add.at(totals, problem.pool[chosen], problem.balances[problem.loan[chosen]])
    short = np.flatnonzero((totals > 0) & (totals < minimums))
    return int(short[np.argmin(totals[short])]) if short.size else None


def _move_out(problem: Problem, chosen: Places, broken: Breach, allowed: Allowed, order: Places) -> None:
    """Forbid the columns of the loans that are cheapest to move for what they take off the excess."""
    inside = chosen[_inside(problem, broken, problem.pool[chosen])]
    weight = weights(problem, broken, problem.loan[inside])
    inside, weight = inside[weight > 0], weight[weight > 0]
    cost = (problem.value[inside] - _next_best(problem, inside, allowed, order)) / weight
    cheapest = np.argsort(cost, kind="stable")
    enough = int(np.searchsorted(np.cumsum(weight[cheapest]), broken.over)) + 1
    allowed[inside[cheapest[:enough]]] = False


def _inside(problem: Problem, broken: Breach, pools: Places) -> Allowed:
    if broken.pool is not None:
        return pools == broken.pool
    budget = next(each for each in problem.budgets if each.name == broken.rule)
    return np.isin(pools, list(budget.pools))


def weights(problem: Problem, broken: Breach, loans: Places) -> NDArray[np.float64]:
    """What each loan adds to the excess, in the unit of the rule; loans of a rule may take off, too."""
    balances = problem.balances[loans].astype(float)
    if broken.pool is None or broken.rule == MAXIMUM:
        return balances
    rule = next(each for each in problem.pools[broken.pool].rules if each.name == broken.rule)
    over = (rule.amounts[loans] - rule.limit).astype(float)
    return np.asarray(balances * (-over if rule.at_least else over))


def _next_best(problem: Problem, columns: Places, allowed: Allowed, order: Places) -> NDArray[np.int64]:
    """The value of the best other allowed column of each of these columns' loans."""
    others = allowed.copy()
    others[columns] = False
    best = best_columns(problem, others, order=order)
    return problem.value[best[np.searchsorted(problem.loan[best], problem.loan[columns])]]
