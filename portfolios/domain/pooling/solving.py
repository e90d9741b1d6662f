"""The two solves: the relaxation, whose optimum bounds every plan, and the exact one.

A solver's time limit is no promise (HiGHS overran 10 s to 48 s, measured), so whoever runs the exact solve does it in a
process that can be killed. What comes back is rounded to columns and checked in whole numbers; where rounding broke a
rule by less than a dollar, the rule is tightened by that much and solved again.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from portfolios.domain.pooling.checking import Breach, breaches, plan_of
from portfolios.domain.pooling.problem import Places, Plan, Problem
from portfolios.domain.pooling.program import Program, program_of

Floats = NDArray[np.float64]
TRIES = 4
CENTS = 100.0
INFEASIBLE = 2


class NoPlan(Exception):
    """The solver gave no plan in its time, or none exists with these pools open."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Shares of each column, of each switch, and what they earn in cents: no plan earns more."""

    shares: Floats
    switches: Floats
    earned: float


def relaxed(problem: Problem, *, opened: Iterable[int] = (), closed: Iterable[int] = ()) -> Relaxed:
    """The relaxation, with some pools held open or closed; NoPlan where they cannot all be."""
    program = program_of(problem)
    lower, upper = _bounds(problem, program, set(opened), set(closed))
    result = linprog(
        program.cost,
        A_ub=program.upper,
        b_ub=program.limits,
        A_eq=program.equal,
        b_eq=np.ones(len(problem.balances)),
        bounds=np.column_stack([lower, upper]),
        method="highs",
    )
    if result.x is None:
        raise NoPlan(f"The relaxation has no solution: {result.message}")
    return Relaxed(result.x[: program.columns], result.x[program.columns :], -result.fun * CENTS)


def solved(
    problem: Problem,
    *,
    seconds: float,
    gap: float = 1e-3,
    opened: Iterable[int] = (),
    closed: Iterable[int] = (),
    fixed: Places | None = None,
    method: str = "exact",
) -> Plan:
    """The best plan within `gap` of the bound; `fixed` columns are taken as they are. NoPlan when there is none."""
    tightened: dict[tuple[int | None, str], float] = {}
    hold = (set(opened), set(closed))
    for _ in range(TRIES):
        program = program_of(problem, tightened)
        lower, upper = _bounds(problem, program, *hold)
        if fixed is not None:
            lower, upper = _holding(problem, lower, upper, fixed)
        chosen, bound = _solve(problem, program, lower, upper, seconds, gap)
        broken = breaches(problem, chosen)
        if not broken:
            return plan_of(problem, chosen, method=method, bound=bound)
        tightened = _tighter(tightened, broken)
    raise NoPlan("The solver's answers broke a rule by rounding, again and again.")


def _solve(
    problem: Problem, program: Program, lower: Floats, upper: Floats, seconds: float, gap: float
) -> tuple[Places, float]:
    result = milp(
        program.cost,
        constraints=[
            LinearConstraint(program.equal, 1.0, 1.0),
            LinearConstraint(program.upper, -np.inf, program.limits),
        ],
        integrality=np.ones(len(program.cost)),
        bounds=Bounds(lower, upper),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if result.x is None:
        raise NoPlan(f"The solver gave no plan: {result.message}")
    shares = result.x[: program.columns]
    return chosen_by(problem, shares), -result.mip_dual_bound * CENTS


def chosen_by(problem: Problem, shares: Floats) -> Places:
    """The column of each loan with the largest share."""
    order = np.lexsort((-shares, problem.loan))
    _, firsts = np.unique(problem.loan[order], return_index=True)
    return np.asarray(order[firsts], dtype=np.int64)


def _bounds(problem: Problem, program: Program, opened: set[int], closed: set[int]) -> tuple[Floats, Floats]:
    lower, upper = np.zeros(len(program.cost)), np.ones(len(program.cost))
    upper[: program.columns][np.isin(problem.pool, list(closed))] = 0.0
    for at, number in enumerate(program.switches, start=program.columns):
        if number in closed:
            upper[at] = 0.0
        elif number in opened:
            lower[at] = 1.0
    return lower, upper


def _holding(problem: Problem, lower: Floats, upper: Floats, fixed: Places) -> tuple[Floats, Floats]:
    """Bounds under which the loans of `fixed` stay where they are."""
    held = np.isin(problem.loan, problem.loan[fixed])
    upper[: len(held)][held] = 0.0
    lower[fixed] = upper[fixed] = 1.0
    return lower, upper


def _tighter(
    tightened: dict[tuple[int | None, str], float], broken: list[Breach]
) -> dict[tuple[int | None, str], float]:
    more = {(each.pool, each.rule): tightened.get((each.pool, each.rule), 0.0) + each.over + 1 for each in broken}
    return tightened | more
