"""The two solves: the relaxation, whose optimum bounds every plan, and the whole one by branching.

A solver's time limit is no promise (HiGHS overran 10 s to 48 s, measured), so whoever runs a long solve does it in a
process that can be killed. What comes back is rounded to columns and checked in whole numbers; where rounding broke a
rule by less than a dollar, the rule is tightened by that much and solved again.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray

from portfolios.domain.pooling.checking import Breach, breaches, earned, plan_of
from portfolios.domain.pooling.problem import Places, Plan, Problem
from portfolios.domain.pooling.program import Program, program_of

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
TRIES = 4
CENTS = 100.0
INFEASIBLE = 2  # status of SciPy


class NoPlan(Exception):
    """None exists with these pools open, or among the columns that were allowed."""


class TimeUp(NoPlan):
    """The solver gave no plan in its time."""


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Shares of each column, of each switch, and what they earn in cents: no plan earns more.

    `multipliers` are what a unit of room under each of the program's limits is worth, in USD and never below 0.
    """

    shares: Floats
    switches: Floats
    earned: float
    multipliers: Floats


def relaxed(problem: Problem, *, opened: Collection[int] = (), closed: Collection[int] = ()) -> Relaxed:
    """The relaxation, with some pools held open or closed; NoPlan where they cannot all be."""
    program = program_of(problem)
    return relaxed_program(program, *limits_of(problem, program, opened, closed))


def relaxed_program(program: Program, lower: Floats, upper: Floats) -> Relaxed:
    """The relaxation of a program between these bounds; what may not be used at all is not handed to the solver."""
    used = np.flatnonzero(upper > 0)
    result = scipy.optimize.linprog(
        program.cost[used],
        A_ub=program.upper[:, used],
        b_ub=program.limits,
        A_eq=program.equal[:, used],
        b_eq=np.ones(program.equal.shape[0]),
        bounds=np.column_stack([lower[used], upper[used]]),
        method="highs-ds",
    )
    if result.x is None:
        raise NoPlan(f"The relaxation has no solution: {result.message}")
    shares = np.zeros(len(program.cost))
    shares[used] = result.x
    multipliers = np.maximum(-result.ineqlin.marginals, 0.0)
    return Relaxed(shares[: program.columns], shares[program.columns :], -result.fun * CENTS, multipliers)


def solved(
    problem: Problem,
    *,
    seconds: float,
    gap: float = 1e-3,
    opened: Collection[int] = (),
    closed: Collection[int] = (),
    allowed: Flags | None = None,
    method: str = "exact",
) -> Plan:
    """The best plan of the `allowed` columns within `gap` of their bound; NoPlan when there is none."""
    tightened: dict[tuple[int | None, str], float] = {}
    proven = np.inf
    for _ in range(TRIES):
        program = program_of(problem, tightened)
        lower, upper = limits_of(problem, program, opened, closed)
        if allowed is not None:
            upper[: program.columns][~allowed] = 0.0
        chosen, bound = branched(problem, program, lower, upper, seconds=seconds, gap=gap)
        if chosen is None:
            raise (NoPlan if bound == -np.inf else TimeUp)("The solver gave no plan.")
        proven = min(proven, bound) if not tightened else proven
        broken = breaches(problem, chosen)
        if not broken:
            return plan_of(problem, chosen, method=method, bound=max(proven, float(earned(problem, chosen))))
        tightened = _tighter(tightened, broken)
    raise NoPlan("The solver's answers broke a rule by rounding, again and again.")


def branched(
    problem: Problem, program: Program, lower: Floats, upper: Floats, *, seconds: float, gap: float
) -> tuple[Places | None, float]:
    """The columns that branching chose, if it found any in its time, and the bound in cents that it came to.

    A bound of minus infinity says that there is no plan at all.
    """
    used = np.flatnonzero(upper > 0)
    result = scipy.optimize.milp(
        program.cost[used],
        constraints=[
            scipy.optimize.LinearConstraint(program.equal[:, used], 1.0, 1.0),
            scipy.optimize.LinearConstraint(program.upper[:, used], -np.inf, program.limits),
        ],
        integrality=np.ones(len(used)),
        bounds=scipy.optimize.Bounds(lower[used], upper[used]),
        options={"time_limit": seconds, "mip_rel_gap": gap},
    )
    if result.status == INFEASIBLE:
        return None, -np.inf
    bound = np.inf if result.mip_dual_bound is None else -result.mip_dual_bound * CENTS
    if result.x is None:
        return None, bound
    shares = np.zeros(len(program.cost))
    shares[used] = result.x
    return chosen_by(problem, shares[: program.columns]), bound


def chosen_by(problem: Problem, shares: Floats) -> Places:
    """The column of each loan with the largest share."""
    order = np.lexsort((-shares, problem.loan))
    _, firsts = np.unique(problem.loan[order], return_index=True)
    return np.asarray(order[firsts], dtype=np.int64)


def limits_of(
    problem: Problem, program: Program, opened: Collection[int], closed: Collection[int]
) -> tuple[Floats, Floats]:
    """The least and the most of each variable, with some pools held open or closed."""
    lower, upper = np.zeros(len(program.cost)), np.ones(len(program.cost))
    upper[: program.columns][np.isin(problem.pool, list(closed))] = 0.0
    for at, number in enumerate(program.switches, start=program.columns):
        if number in closed:
            upper[at] = 0.0
        elif number in opened:
            lower[at] = 1.0
    return lower, upper


def _tighter(
    tightened: dict[tuple[int | None, str], float], broken: list[Breach]
) -> dict[tuple[int | None, str], float]:
    more = {(each.pool, each.rule): tightened.get((each.pool, each.rule), 0.0) + each.over + 1 for each in broken}
    return tightened | more
