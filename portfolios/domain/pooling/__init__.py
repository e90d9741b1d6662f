"""Best execution: which loan goes into which pool, contract or bid, so that the lender earns most."""

from portfolios.domain.pooling.checking import Breach, breaches, earned, plan_of
from portfolios.domain.pooling.explaining import Reason, Stopped, reasons
from portfolios.domain.pooling.greedy import greedy
from portfolios.domain.pooling.problem import Budget, Plan, Pool, Problem, ShareRule, best_columns
from portfolios.domain.pooling.proving import fast, proved, tolerance_of
from portfolios.domain.pooling.solving import NoPlan, relaxed, solved

__all__ = [
    "Breach",
    "Budget",
    "NoPlan",
    "Plan",
    "Pool",
    "Problem",
    "Reason",
    "ShareRule",
    "Stopped",
    "best_columns",
    "breaches",
    "earned",
    "fast",
    "greedy",
    "plan_of",
    "proved",
    "reasons",
    "relaxed",
    "solved",
    "tolerance_of",
]
