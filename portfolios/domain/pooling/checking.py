"""What a plan earns and whether it keeps every rule, in whole numbers and apart from any solver."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from portfolios.domain.pooling.problem import Places, Plan, Problem


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that a plan breaks: the pool's number (None for a budget), the rule, and by how much in its own unit."""

    pool: int | None
    rule: str
    over: int


MINIMUM, MAXIMUM = "minimum", "maximum"


def breaches(problem: Problem, chosen: Places) -> list[Breach]:
    """Every rule that these columns break; a loan without exactly one column is a ValueError."""
    if not np.array_equal(np.sort(problem.loan[chosen]), np.arange(len(problem.balances))):
        raise ValueError("A plan has exactly one column for every loan.")
    return [*_of_pools(problem, chosen), *_of_budgets(problem, chosen)]


def _of_pools(problem: Problem, chosen: Places) -> Iterator[Breach]:
    loans, pools = problem.loan[chosen], problem.pool[chosen]
    for number in np.unique(pools).tolist():
        yield from pool_breaches(problem, number, loans[pools == number])


def pool_breaches(problem: Problem, number: int, loans: Places) -> list[Breach]:
    """What these loans break together in one pool; an empty pool is closed and breaks nothing."""
    pool, total = problem.pools[number], int(problem.balances[loans].sum())
    if not len(loans):
        return []
    found = {MINIMUM: pool.minimum - total}
    if pool.maximum is not None:
        found[MAXIMUM] = total - pool.maximum
    found |= {rule.name: rule.excess(problem.balances, loans) for rule in pool.rules}
    return [Breach(number, name, over) for name, over in found.items() if over > 0]


def _of_budgets(problem: Problem, chosen: Places) -> Iterator[Breach]:
    for budget in problem.budgets:
        inside = np.isin(problem.pool[chosen], list(budget.pools))
        spent = int(problem.balances[problem.loan[chosen[inside]]].sum())
        if spent > budget.limit:
            yield Breach(None, budget.name, spent - budget.limit)


def earned(problem: Problem, chosen: Places) -> int:
    """Values of the columns less the fixed cost of every pool in use, in cents. Exact."""
    used = np.unique(problem.pool[chosen]).tolist()
    return sum(problem.value[chosen].tolist()) - sum(problem.pools[number].fixed_cost for number in used)


def plan_of(problem: Problem, chosen: Places, *, method: str, bound: float | None = None) -> Plan:
    """A checked plan; ValueError where it breaks a rule."""
    broken = breaches(problem, chosen)
    if broken:
        raise ValueError(f"The plan breaks {len(broken)} rules, the first: {broken[0]}.")
    in_order = chosen[np.argsort(problem.loan[chosen])]
    return Plan(in_order, earned(problem, in_order), bound, method)
