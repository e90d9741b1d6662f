"""Why a loan goes where it goes: the next best column, and which rule stopped each better one.

Every reason is a test in whole numbers on the plan as it stands, with this one loan moved; no solver is asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from portfolios.domain.pooling.checking import pool_breaches
from portfolios.domain.pooling.problem import Places, Plan, Problem

FIXED_COST = "fixed cost"


@dataclass(frozen=True, slots=True)
class Stopped:
    """A better column of a loan, and the rules that moving it there would break: (pool or None for a budget, rule).

    No rule where moving this loan alone would do: then the plan is not the best one, or not proven to be.
    """

    column: int
    rules: tuple[tuple[int | None, str], ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A loan's chosen column, the best of the columns worth no more, and the better ones with what stopped them."""

    chosen: int
    next_best: int | None
    better: tuple[Stopped, ...]


def reasons(problem: Problem, plan: Plan) -> list[Reason]:
    """The reason of every loan, in their order."""
    members = _members(problem, plan.chosen)
    order = np.argsort(problem.loan, kind="stable")
    starts = np.searchsorted(problem.loan[order], np.arange(len(problem.balances) + 1))
    return [
        _reason(problem, plan, members, int(column), order[starts[loan] : starts[loan + 1]])
        for loan, column in enumerate(plan.chosen.tolist())
    ]


def _members(problem: Problem, chosen: Places) -> dict[int, Places]:
    loans, pools = problem.loan[chosen], problem.pool[chosen]
    return {number: loans[pools == number] for number in np.unique(pools).tolist()}


def _reason(problem: Problem, plan: Plan, members: dict[int, Places], chosen: int, columns: Places) -> Reason:
    mine = int(problem.value[chosen])
    by_value = sorted(columns.tolist(), key=lambda column: -int(problem.value[column]))
    better = [column for column in by_value if problem.value[column] > mine]
    others = [column for column in by_value if problem.value[column] <= mine and column != chosen]
    stopped = tuple(Stopped(column, tuple(_broken(problem, plan, members, chosen, column))) for column in better)
    return Reason(chosen, others[0] if others else None, stopped)


def _broken(
    problem: Problem, plan: Plan, members: dict[int, Places], chosen: int, column: int
) -> Iterator[tuple[int | None, str]]:
    """What moving a loan from its chosen column to another breaks: there, where it leaves, and over several pools."""
    loan, here, there = int(problem.loan[chosen]), int(problem.pool[chosen]), int(problem.pool[column])
    if there not in members and problem.pools[there].fixed_cost:
        yield there, FIXED_COST
    joined = np.append(members.get(there, np.empty(0, dtype=np.int64)), loan)
    yield from ((there, each.rule) for each in pool_breaches(problem, there, joined))
    left = members[here][members[here] != loan]
    yield from ((here, each.rule) for each in pool_breaches(problem, here, left))
    for budget in problem.budgets:
        if there in budget.pools and here not in budget.pools:
            spent = int(
                problem.balances[
                    problem.loan[plan.chosen[np.isin(problem.pool[plan.chosen], list(budget.pools))]]
                ].sum()
            )
            if spent + int(problem.balances[loan]) > budget.limit:
                yield None, budget.name
