"""The answers of a plan in the order they are found: the first one quickly, then the best that its time allows."""

from collections.abc import Callable, Iterator

from portfolios.domain.pooling import Plan, greedy
from portfolios.services.plans.answers import Answer
from portfolios.services.plans.loading import Prepared
from portfolios.services.plans.solving import solve

FAST_SECONDS = 15.0
EXACT_SECONDS = 120.0


def answered(ready: Prepared, *, seconds: float, tick: Callable[[], None]) -> Iterator[Answer]:
    """First the better of the greedy and the fast answer, then the best of all after `seconds` for the exact one.

    `tick` is called every now and then while a solver runs. A solver that is killed leaves what was found before it.
    """
    quick = greedy(ready.problem.small)
    first = solve(ready.problem.small, method="fast", seconds=FAST_SECONDS, tick=tick)
    best = better(quick, first.plan)
    yield Answer(best, quick, None, {"first": first.seconds})
    exact = solve(ready.problem.small, method="exact", seconds=seconds, tick=tick, start=best)
    yield Answer(better(best, exact.plan), quick, exact, {"first": first.seconds, "exact": exact.seconds})


def better(one: Plan, other: Plan | None) -> Plan:
    """The plan that earns more, with the lower of the bounds that are known."""
    if other is None:
        return one
    best = one if one.earned >= other.earned else other
    bounds = [plan.bound for plan in (one, other) if plan.bound is not None]
    return Plan(best.chosen, best.earned, min(bounds, default=None), best.method)
