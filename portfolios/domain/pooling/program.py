"""The pooling problem as a linear program for HiGHS: one variable a column, and one a pool that may stay closed.

Rows are in thousands of USD, so that the solver's tolerance is a fraction of a cent; the objective is in USD.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import scipy
from numpy.typing import NDArray

from portfolios.domain.pooling.problem import Pool, Problem

THOUSANDS = 1e-5  # cents to thousands of USD
DOLLARS = 1e-2
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Program:
    """Minimize cost·v with equal·v = 1 and upper·v ≤ limits; the first `columns` of v are the problem's columns."""

    cost: Floats
    equal: "scipy.sparse.csr_matrix"
    upper: "scipy.sparse.csr_matrix"
    limits: Floats
    columns: int
    switches: tuple[int, ...]  # pool number of each further variable


def program_of(problem: Problem, tightened: dict[tuple[int | None, str], float] | None = None) -> Program:
    """The program of a problem. `tightened` takes a little off limits, in cents, where rounding broke them before."""
    switches = tuple(number for number, pool in enumerate(problem.pools) if pool.opens)
    width = len(problem.loan) + len(switches)
    rows = list(_rows(problem, switches, tightened or {}))
    costs = [problem.pools[number].fixed_cost * DOLLARS for number in switches]
    return Program(
        cost=np.concatenate([-problem.value * DOLLARS, np.array(costs, dtype=float)]),
        equal=scipy.sparse.csr_matrix(
            (np.ones(len(problem.loan)), (problem.loan, np.arange(len(problem.loan)))),
            shape=(len(problem.balances), width),
        ),
        upper=scipy.sparse.vstack([_row(at, values, width) for at, values, _ in rows]).tocsr()
        if rows
        else scipy.sparse.csr_matrix((0, width)),
        limits=np.array([limit for _, _, limit in rows], dtype=float),
        columns=len(problem.loan),
        switches=switches,
    )


def openings(problem: Problem, program: Program) -> NDArray[np.int64]:
    """Of each column the variable that opens its pool; -1 where the pool is always open."""
    variables = np.full(len(problem.pools), -1, dtype=np.int64)
    variables[list(program.switches)] = np.arange(program.columns, len(program.cost))
    return np.asarray(variables[problem.pool])


def linked(problem: Problem, program: Program, columns: NDArray[np.int64]) -> Program:
    """The program with a row for each of these columns: a loan is in a pool only as far as the pool is open."""
    count, ones = len(columns), np.ones(len(columns))
    at = np.concatenate([columns, openings(problem, program)[columns]])
    values, rows = np.concatenate([ones, -ones]), np.tile(np.arange(count), 2)
    more = scipy.sparse.csr_matrix((values, (rows, at)), shape=(count, len(program.cost)))
    limits = np.concatenate([program.limits, np.zeros(count)])
    return replace(program, upper=scipy.sparse.vstack([program.upper, more]).tocsr(), limits=limits)


Row = tuple[NDArray[np.int64], Floats, float]


def _row(at: NDArray[np.int64], values: Floats, width: int) -> "scipy.sparse.csr_matrix":
    return scipy.sparse.csr_matrix((values, (np.zeros(len(at), dtype=int), at)), shape=(1, width))


def _rows(problem: Problem, switches: tuple[int, ...], tightened: dict[tuple[int | None, str], float]) -> Iterator[Row]:
    place = {number: len(problem.loan) + at for at, number in enumerate(switches)}
    order = np.argsort(problem.pool, kind="stable")
    starts = np.searchsorted(problem.pool[order], np.arange(len(problem.pools) + 1))
    for number, pool in enumerate(problem.pools):
        columns = order[starts[number] : starts[number + 1]]
        less = {name: by for (where, name), by in tightened.items() if where == number}
        yield from _pool_rows(problem, pool, columns, place.get(number), less)
    for budget in problem.budgets:
        columns = np.flatnonzero(np.isin(problem.pool, list(budget.pools)))
        limit = budget.limit - tightened.get((None, budget.name), 0.0)
        yield columns, _thousands(problem, columns), limit * THOUSANDS


def _pool_rows(
    problem: Problem, pool: Pool, columns: NDArray[np.int64], switch: int | None, less: dict[str, float]
) -> Iterator[Row]:
    amounts = _thousands(problem, columns)
    most = float(problem.balances[problem.loan[columns]].sum())  # the tightest honest bound of an open pool
    if pool.maximum is not None:
        most = min(most, pool.maximum - less.get("maximum", 0.0))
    if switch is not None:
        least = pool.minimum + less.get("minimum", 0.0)
        yield np.append(columns, switch), np.append(amounts, -most * THOUSANDS), 0.0
        yield np.append(columns, switch), np.append(-amounts, least * THOUSANDS), 0.0
    elif pool.maximum is not None:
        yield columns, amounts, most * THOUSANDS
    for rule in pool.rules:
        sign = -1.0 if rule.at_least else 1.0
        scale = 1.0 / max(1.0, float(np.abs(rule.amounts - rule.limit).max(initial=1)))
        over = sign * scale * (rule.amounts[problem.loan[columns]] - rule.limit)
        yield columns, amounts * over, -less.get(rule.name, 0.0) * scale * THOUSANDS


def _thousands(problem: Problem, columns: NDArray[np.int64]) -> Floats:
    return np.asarray(problem.balances[problem.loan[columns]] * THOUSANDS, dtype=float)
