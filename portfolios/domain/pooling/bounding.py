"""A bound on every plan out of the solver's multipliers, added up here: it holds whatever the multipliers are.

Charge each column what its loan uses of the limits, at the multipliers. Then no plan earns more than every loan at its
best charged column, every pool opened where that pays, and the limits' room at the same prices (weak duality). How far
a column is behind its loan's best is its regret: a plan that uses it earns at most the bound less the regret.
"""

from dataclasses import dataclass

import numpy as np

from portfolios.domain.pooling.problem import Problem
from portfolios.domain.pooling.program import Program
from portfolios.domain.pooling.solving import CENTS, Flags, Floats


@dataclass(frozen=True, slots=True)
class Bounded:
    """The bound in cents over plans of the columns asked for, and each column's regret in cents (infinite: not asked).

    `openings` is what opening each switch adds to the bound in cents, negative where opening it costs.
    """

    bound: float
    regrets: Floats
    openings: Floats


def bounded(problem: Problem, program: Program, multipliers: Floats, kept: Flags) -> Bounded:
    """The bound that multipliers from 0 give over all plans that use only kept columns."""
    charged = -program.cost - program.upper.T @ multipliers
    columns = np.where(kept, charged[: program.columns], -np.inf)
    best = np.full(len(problem.balances), -np.inf)
    np.maximum.at(best, problem.loan, columns)
    openings = charged[program.columns :]
    bound = multipliers @ program.limits + best.sum() + np.maximum(openings, 0.0).sum()
    return Bounded(float(bound) * CENTS, (best[problem.loan] - columns) * CENTS, openings * CENTS)
