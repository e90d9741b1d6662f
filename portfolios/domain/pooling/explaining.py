"""Why a loan goes where it goes: the next best column, and which rule stopped each better one.

Every reason is a test in whole numbers on the plan as it stands, with this one loan moved; no solver is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.pooling.checking import MAXIMUM, MINIMUM
from portfolios.domain.pooling.problem import Cents, Places, Plan, Problem, best_columns, exact_sum

FIXED_COST = "fixed cost"
Rule = tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Stopped:
    """A better column of a loan, and the rules that moving it there would break: (pool or None for a budget, rule).

    No rule where moving this loan alone would do: then the plan is not the best one, or not proven to be.
    """

    column: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A loan's chosen column, the best of the columns worth no more, and the better ones with what stopped them."""

    chosen: int
    next_best: int | None
    better: tuple[Stopped, ...]


def reasons(problem: Problem, plan: Plan) -> list[Reason]:
    """The reason of every loan, in their order; the best of the better columns comes first."""
    better = np.flatnonzero(problem.value > problem.value[plan.chosen][problem.loan])
    better = better[np.lexsort((better, -problem.value[better], problem.loan[better]))]
    starts = np.searchsorted(problem.loan[better], np.arange(len(problem.balances) + 1))
    stops = [Stopped(*pair) for pair in zip(better.tolist(), stopped_by(problem, plan, better), strict=True)]
    following = next_best(problem, plan).tolist()
    return [
        Reason(chosen, None if after < 0 else after, tuple(stops[starts[loan] : starts[loan + 1]]))
        for loan, (chosen, after) in enumerate(zip(plan.chosen.tolist(), following, strict=True))
    ]


def next_best(problem: Problem, plan: Plan) -> Places:
    """Of each loan the best of the other columns that are worth no more; -1 where there is none."""
    others = problem.value <= problem.value[plan.chosen][problem.loan]
    others[plan.chosen] = False
    return _of_each(problem, others)


def best_better(problem: Problem, plan: Plan) -> Places:
    """Of each loan the best of all columns that are worth more than the chosen one; -1 where there is none."""
    return _of_each(problem, problem.value > problem.value[plan.chosen][problem.loan])


def _of_each(problem: Problem, mask: NDArray[np.bool_]) -> Places:
    found = np.full(len(problem.balances), -1, dtype=np.int64)
    best = best_columns(problem, mask)
    found[problem.loan[best]] = best
    return found


def stopped_by(problem: Problem, plan: Plan, columns: Places) -> list[tuple[Rule, ...]]:
    """For each of these columns the rules that moving its loan there, and nothing else, would break."""
    found: list[list[Rule]] = [[] for _ in range(len(columns))]
    here = problem.pool[plan.chosen][problem.loan[columns]]
    there = problem.pool[columns]
    for number in np.unique(there).tolist():
        at = np.flatnonzero(there == number)
        for name, broken in _joining(problem, plan, number, problem.loan[columns[at]]):
            _note(found, at[broken], (number, name))
    for number in np.unique(here).tolist():
        at = np.flatnonzero(here == number)
        for name, broken in _leaving(problem, plan, number, problem.loan[columns[at]]):
            _note(found, at[broken], (number, name))
    for place, budget in enumerate(problem.budgets):
        spends = np.isin(there, list(budget.pools)) & ~np.isin(here, list(budget.pools))
        over = _spent(problem, plan, place) + problem.balances[problem.loan[columns]] > budget.limit
        _note(found, np.flatnonzero(spends & over), (None, budget.name))
    return [tuple(rules) for rules in found]


def _note(found: list[list[Rule]], at: Places, rule: Rule) -> None:
    for place in at.tolist():
        found[place].append(rule)


def _members(problem: Problem, plan: Plan, number: int) -> Places:
    return np.asarray(problem.loan[plan.chosen[problem.pool[plan.chosen] == number]])


def _joining(problem: Problem, plan: Plan, number: int, loans: Places) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The rules of a pool, each with which of these loans would break it by joining."""
    pool, inside = problem.pools[number], _members(problem, plan, number)
    total = int(problem.balances[inside].sum()) + problem.balances[loans]
    if not len(inside) and pool.fixed_cost:
        yield FIXED_COST, np.ones(len(loans), dtype=bool)
    yield MINIMUM, total < pool.minimum
    if pool.maximum is not None:
        yield MAXIMUM, total > pool.maximum
    for rule in pool.rules:
        yield rule.name, _exceeds(rule.excess(problem.balances, inside), rule.over(problem.balances, loans))


def _leaving(problem: Problem, plan: Plan, number: int, loans: Places) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The rules of a pool, each with which of these loans would break it by leaving; the last loan breaks nothing."""
    pool, inside = problem.pools[number], _members(problem, plan, number)
    if len(inside) < 2:
        return
    yield MINIMUM, int(problem.balances[inside].sum()) - problem.balances[loans] < pool.minimum
    for rule in pool.rules:
        yield rule.name, _exceeds(rule.excess(problem.balances, inside), -rule.over(problem.balances, loans))


def _exceeds(stands: int, more: Cents) -> NDArray[np.bool_]:
    return np.asarray(more > -stands)


def _spent(problem: Problem, plan: Plan, place: int) -> int:
    inside = np.isin(problem.pool[plan.chosen], list(problem.budgets[place].pools))
    return exact_sum(problem.balances[problem.loan[plan.chosen[inside]]])
