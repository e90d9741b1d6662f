"""The pooling problem: which loan goes into which pool, so that the lender earns most.

A column is a loan in a pool at a value. What happens inside one (servicing split, buy-up, buy-down) is settled before,
in closed form, so a column is worth one number. All amounts are whole cents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Cents = NDArray[np.int64]
Places = NDArray[np.int64]
SAFE = 2**62


def exact_sum(values: Cents) -> int:
    """The sum of whole numbers, however large it gets."""
    if len(values) * int(np.abs(values).max(initial=0)) < SAFE:
        return int(values.sum())
    return sum(values.tolist())


@dataclass(frozen=True, slots=True)
class ShareRule:
    """A limit on the balance-weighted mean of an attribute of the loans in a pool: a share, a score, a rate.

    `amounts` has a whole number for every loan, in units of 1/`unit` (basis points of a share, score points).
    """

    name: str
    amounts: NDArray[np.int64]
    limit: int
    at_least: bool = False

    def excess(self, balances: Cents, loans: Places) -> int:
        """By how much Σ b·(a − limit) of these loans is over the limit; not above 0 where they keep it. Exact."""
        return exact_sum(self.over(balances, loans))

    def over(self, balances: Cents, loans: Places) -> Cents:
        """What each of these loans adds to the excess; loans on the right side take off."""
        sign = -1 if self.at_least else 1
        return np.asarray(sign * balances[loans] * (self.amounts[loans] - self.limit))


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool, a contract or a bid: balance limits and fixed cost in cents, and what it asks of its loans together."""

    code: str
    minimum: int = 0
    maximum: int | None = None
    fixed_cost: int = 0
    rules: tuple[ShareRule, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether it is a choice to use it at all: below its minimum, or for nothing, it stays closed."""
        return self.minimum > 0 or self.fixed_cost > 0

    @property
    def takes_any(self) -> bool:
        """Whether it asks nothing at all, as keeping a loan does."""
        return not self.opens and self.maximum is None and not self.rules


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit over several pools in cents, such as the balance whose servicing is kept."""

    name: str
    pools: frozenset[int]
    limit: int


@dataclass(frozen=True, slots=True)
class Problem:
    """Loans by balance (cents), pools, and the columns: loan, pool and value in cents of each."""

    balances: Cents
    pools: tuple[Pool, ...]
    loan: Places
    pool: Places
    value: Cents
    budgets: tuple[Budget, ...] = field(default=())

    def __post_init__(self) -> None:
        """ValueError for loans that could be left without any place."""
        homeless = np.setdiff1d(np.arange(len(self.balances)), self.loan[self.always_open])
        if homeless.size:
            raise ValueError(f"Loan {homeless[0]} has no column in a pool that takes any loan, such as keeping it.")

    @property
    def always_open(self) -> NDArray[np.bool_]:
        """Which columns ask nothing: no minimum, no limit, no rule, no budget."""
        budgeted = frozenset[int]().union(*(budget.pools for budget in self.budgets))
        free = [n for n, pool in enumerate(self.pools) if pool.takes_any and n not in budgeted]
        return np.isin(self.pool, free)

    def columns_of(self, loan: int) -> Places:
        """Numbers of a loan's columns."""
        return np.flatnonzero(self.loan == loan)


@dataclass(frozen=True, slots=True)
class Plan:
    """A column for every loan, what it earns in cents, and the highest that any plan could earn, where known."""

    chosen: Places
    earned: int
    bound: float | None = None
    method: str = ""

    @property
    def gap(self) -> float | None:
        """How far the bound is above what the plan earns, as a share of the bound; None without a bound."""
        if self.bound is None:
            return None
        return max(0.0, (self.bound - self.earned) / abs(self.bound)) if self.bound else 0.0


def by_value(problem: Problem) -> Places:
    """All columns loan by loan, the highest value first; ties stay in order."""
    return np.lexsort((np.arange(len(problem.loan)), -problem.value, problem.loan))


def best_columns(
    problem: Problem, allowed: Sequence[bool] | NDArray[np.bool_] | None = None, *, order: Places | None = None
) -> Places:
    """The column of each loan with the highest value, among those allowed; ties go to the first.

    `order` is `by_value(problem)`, for whoever asks again and again.
    """
    columns = by_value(problem) if order is None else order
    if allowed is not None:
        columns = columns[np.asarray(allowed, dtype=bool)[columns]]
    loans = problem.loan[columns]
    return np.asarray(columns[np.flatnonzero(np.append(True, loans[1:] != loans[:-1])[: len(loans)])])
