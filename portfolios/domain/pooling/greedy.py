"""A plan without a solver: each loan where it earns most, then whatever breaks a rule moves on, cheapest first.

It always ends with a plan, because every loan has a column that asks nothing.
"""

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.pooling.checking import MAXIMUM, MINIMUM, Breach, breaches, plan_of
from portfolios.domain.pooling.problem import Places, Plan, Problem, best_columns

Allowed = NDArray[np.bool_]


def greedy(problem: Problem) -> Plan:
    """Closes the smallest pool under its minimum, else moves loans out of what is over a limit, until all is kept."""
    allowed = np.ones(len(problem.loan), dtype=bool)
    chosen = best_columns(problem, allowed)
    while broken := breaches(problem, chosen):
        short = [each for each in broken if each.rule == MINIMUM]
        if short:
            _close_smallest(problem, chosen, short, allowed)
        else:
            _move_out(problem, chosen, broken[0], allowed)
        chosen = best_columns(problem, allowed)
    return plan_of(problem, chosen, method="greedy")


def _close_smallest(problem: Problem, chosen: Places, short: list[Breach], allowed: Allowed) -> None:
    totals = np.bincount(problem.pool[chosen], problem.balances[problem.loan[chosen]], minlength=len(problem.pools))
    smallest = min((each.pool for each in short if each.pool is not None), key=lambda number: totals[number])
    allowed[problem.pool == smallest] = False


def _move_out(problem: Problem, chosen: Places, broken: Breach, allowed: Allowed) -> None:
    """Forbid the columns of the loans that are cheapest to move for what they take off the excess."""
    inside = chosen[_inside(problem, broken, problem.pool[chosen])]
    weight = weights(problem, broken, problem.loan[inside])
    inside, weight = inside[weight > 0], weight[weight > 0]
    cost = (problem.value[inside] - _next_best(problem, inside, allowed)) / weight
    order = np.argsort(cost, kind="stable")
    enough = int(np.searchsorted(np.cumsum(weight[order]), broken.over)) + 1
    allowed[inside[order[:enough]]] = False


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


def _next_best(problem: Problem, columns: Places, allowed: Allowed) -> NDArray[np.int64]:
    """The value of the best other allowed column of each of these columns' loans."""
    others = allowed.copy()
    others[columns] = False
    best = best_columns(problem, others)
    return problem.value[best[np.searchsorted(problem.loan[best], problem.loan[columns])]]
