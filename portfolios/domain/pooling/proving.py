"""Better plans and lower bounds until the two meet: the first answer after a few steps, the exact one after all.

Handed over whole, ten thousand loans keep HiGHS in its presolve for minutes: 142,000 choices, and a relaxation that
opens a pool only by the share of its balance that is used, so that its bound says nothing of minimums. So the search
is made in steps, each of which stands by itself:

1. Relax. Where a loan is in a pool further than the pool is open, that is forbidden (a linking row), and it is relaxed
   again. After a few rounds nearly every pool is wholly open or closed, and the bound is within a few parts in a
   hundred million of the balance.
2. Dive. With the pools that the relaxation opens held open, the columns of the least regret are decided exactly.
3. Drop. A column whose regret is more than the gap is in no better plan, so it is out.
4. Branch. What is left goes to the solver's branching, with the time that is left.
"""

from collections.abc import Callable, Collection, Iterator

import numpy as np

from portfolios.domain.pooling.bounding import bounded
from portfolios.domain.pooling.checking import breaches, plan_of
from portfolios.domain.pooling.greedy import greedy
from portfolios.domain.pooling.problem import Places, Plan, Problem
from portfolios.domain.pooling.program import linked, openings, program_of
from portfolios.domain.pooling.solving import (
    Floats,
    NoPlan,
    Relaxed,
    TimeUp,
    branched,
    limits_of,
    relaxed_program,
    solved,
)

MILLIONTH = 1_000_000
LEAST_TOLERANCE = 100  # cents
ROUNDS = 24
FIRST_DIVE = 2  # rounds before: their pools are half open
LINKED_EACH = 3
NEARLY = 1e-6
HALF = 0.5
DIVE_COLUMNS = 6_000
WIDER = 4
DIVE_SECONDS = 8.0
FEWER = 6  # tries to do without pools that cannot be filled
FEW = 100  # linked columns, from which on the same loans are linked in other pools, too


def tolerance_of(problem: Problem) -> int:
    """How near its bound a plan counts as proven, in cents: a millionth of the balance, at least a dollar."""
    return max(int(problem.balances.sum()) // MILLIONTH, LEAST_TOLERANCE)


def proved(problem: Problem, start: Plan, *, tolerance: int, left: Callable[[], float]) -> Iterator[Plan]:
    """Plans that earn ever more under ever lower bounds, until they are within `tolerance` cents or time is up.

    `left` says how many seconds are left; a step that has begun is ended by whoever kills the process.
    """
    search = Search(problem, start, "exact")
    for number in range(ROUNDS):
        relaxation = search.relax()
        complete = not search.link(relaxation)
        if complete or number >= FIRST_DIVE:
            search.dive(relaxation)
        yield search.plan
        if search.gap <= tolerance or left() <= 0:
            return
        if complete:
            break
    search.branch(seconds=left(), tolerance=tolerance)
    yield search.plan


def fast(problem: Problem) -> Plan:
    """The first answer: a few rounds and one dive, from the greedy plan; with the bound so far."""
    search = Search(problem, greedy(problem), "fast")
    for _ in range(FIRST_DIVE + 1):
        relaxation = search.relax()
        if not search.link(relaxation):
            break
    search.dive(relaxation)
    return search.plan


class Search:
    """The best plan so far, the lowest bound, and the program with its linking rows and the columns that are left."""

    def __init__(self, problem: Problem, start: Plan, method: str) -> None:
        self.problem = problem
        self.method = method
        self.best = start
        self.bound = np.inf if start.bound is None else start.bound
        self.program = program_of(problem)
        self.kept = np.ones(len(problem.loan), dtype=bool)
        self.linked = np.zeros(len(problem.loan), dtype=bool)
        self.tried: set[frozenset[int]] = set()

    @property
    def gap(self) -> float:
        return self.bound - self.best.earned

    @property
    def plan(self) -> Plan:
        """The best plan with the bound as it stands."""
        return Plan(self.best.chosen, self.best.earned, self.bound, self.best.method)

    def relax(self) -> Relaxed:
        """The relaxation of what is left; lowers the bound and drops what no better plan uses."""
        found = relaxed_program(self.program, *self._limits())
        certain = bounded(self.problem, self.program, found.multipliers, self.kept)
        self._lower(certain.bound)
        self.kept &= certain.regrets <= max(certain.bound - self.best.earned, 0.0) + 1
        return found

    def _lower(self, bound: float) -> None:
        """A bound over what was kept: everything dropped earns no more than the best plan."""
        self.bound = min(self.bound, max(bound, float(self.best.earned)))

    def _limits(self) -> tuple[Floats, Floats]:
        lower, upper = np.zeros(len(self.program.cost)), np.ones(len(self.program.cost))
        upper[: self.program.columns][~self.kept] = 0.0
        return lower, upper

    def link(self, found: Relaxed) -> bool:
        """Link what the relaxation put further into a pool than the pool is open; False where there is nothing."""
        switch = openings(self.problem, self.program) - self.program.columns
        columns = unlinked(self.problem, found, switch)
        if not columns.size:
            return False
        if columns.size <= FEW:
            theirs = np.isin(self.problem.loan, self.problem.loan[columns]) & (switch >= 0) & self.kept
            columns = np.flatnonzero(theirs & ~self.linked | np.isin(np.arange(len(theirs)), columns))
        self.linked[columns] = True
        self.program = linked(self.problem, self.program, columns)
        return True

    def dive(self, found: Relaxed) -> None:
        """The plan with the pools that the relaxation opens more than by half; nothing where it was tried before."""
        order = np.argsort(-found.switches, kind="stable")
        opened = [self.program.switches[at] for at in order if found.switches[at] > HALF]
        if frozenset(opened) not in self.tried:
            self.tried.add(frozenset(opened))
            self._keep(self._held(opened))

    def _held(self, opened: list[int]) -> Plan | None:
        """The plan with these pools open; where they cannot all be, without some that are opened least."""
        for fewer in range(FEWER):
            some = opened[: len(opened) - fewer]
            try:
                return dived(self.problem, some, set(self.program.switches) - set(some), self.method)
            except TimeUp:
                return None
            except NoPlan:
                continue
        return None

    def _keep(self, plan: Plan | None) -> None:
        if plan is not None and plan.earned > self.best.earned:
            self.best = plan

    def branch(self, *, seconds: float, tolerance: int) -> None:
        """What is left, decided by the solver's branching."""
        lower, upper = self._limits()
        gap = tolerance / max(abs(self.best.earned), 1)
        chosen, bound = branched(self.problem, self.program, lower, upper, seconds=seconds, gap=gap)
        if chosen is not None and not breaches(self.problem, chosen):
            self._keep(plan_of(self.problem, chosen, method=self.method))
        self._lower(bound)


def masses(problem: Problem, shares: Floats) -> Floats:
    """The balance in each pool, cents, with split loans counted by their shares."""
    return np.bincount(problem.pool, shares * problem.balances[problem.loan], minlength=len(problem.pools)).astype(
        np.float64
    )


def unlinked(problem: Problem, found: Relaxed, switch: Places) -> Places:
    """Columns to link: all that are further in than their pool is open.

    Of a pool that holds twice its minimum only the few furthest in: one loan that is wholly in opens it wholly.
    """
    opened = np.append(found.switches, 1.0)[np.maximum(switch, -1)]
    over = np.flatnonzero((switch >= 0) & (found.shares > opened + NEARLY))
    over = over[np.lexsort((-found.shares[over], problem.pool[over]))]
    pools = problem.pool[over]
    place = np.arange(len(over)) - np.searchsorted(pools, pools)
    minimums = np.array([pool.minimum for pool in problem.pools], dtype=float)
    full = (masses(problem, found.shares) >= 2 * minimums) & (minimums > 0)
    return np.asarray(over[~full[pools] | (place < LINKED_EACH)])


def dived(problem: Problem, opened: Collection[int], closed: Collection[int], method: str) -> Plan:
    """The best plan with these pools settled, among the columns of least regret; NoPlan where they cannot all be."""
    regrets = regrets_of(problem, opened, closed)
    order = np.sort(regrets)
    for count in (DIVE_COLUMNS, WIDER * DIVE_COLUMNS):
        most = order[min(len(problem.balances) + count, len(order) - 1)]
        allowed = (regrets <= most) & np.isfinite(regrets)
        try:
            return solved(
                problem, seconds=DIVE_SECONDS, gap=NEARLY, opened=opened, closed=closed, allowed=allowed, method=method
            )
        except TimeUp:
            raise
        except NoPlan:
            continue
    raise NoPlan("These pools cannot all be filled.")


def regrets_of(problem: Problem, opened: Collection[int], closed: Collection[int]) -> Floats:
    """What each column is behind its loan's best with these pools settled; infinite in closed ones."""
    program = program_of(problem)
    kept = ~np.isin(problem.pool, list(closed))
    found = relaxed_program(program, *limits_of(problem, program, opened, closed))
    return bounded(problem, program, found.multipliers, kept).regrets
