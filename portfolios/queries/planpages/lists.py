"""The list of a lender's pooling plans, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet

from accounts.models import User
from portfolios.models.plans import PoolingPlan

PAGE = 50
SHOWN: dict[str, tuple[str, ...]] = {
    "open": ("pricing", "fast", "done"),
    "accepted": ("accepted",),
    "failed": ("failed",),
    "all": ("pricing", "fast", "done", "failed", "accepted"),
}
WORDS = {"open": "Open", "accepted": "Accepted", "failed": "Without an answer", "all": "All"}
HEAVY = ("summary", "settings", "selection", "run__summary")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a list. `ahead` is what it earns over the best single execution of each loan, USD."""

    plan: PoolingPlan
    ahead: Decimal | None
    basis_points: Decimal | None

    @property
    def state(self) -> str:
        return f"plan_{self.plan.state}"


@dataclass(frozen=True, slots=True)
class PlansPage:
    """Fifty plans under a filter, with the numbers of every filter."""

    lines: Sequence[PlanLine]
    shown: str
    counts: dict[str, int]
    next: str
    rest: int


def plans_of(user: User) -> QuerySet[PoolingPlan]:
    """The lender's plans with the tape and the person behind each, without what only their own pages show."""
    plans = PoolingPlan.objects.visible_to(user).select_related("run__version__tape", "created_by")
    return plans.defer("summary", "settings", "selection")


def plans_page(user: User, *, shown: str, after: str) -> PlansPage:
    """Fifty plans, newest first, after a place."""
    chosen = shown if shown in SHOWN else "open"
    listed = plans_of(user).filter(state__in=SHOWN[chosen]).order_by("-pk")
    if after.isdecimal():
        listed = listed.filter(pk__lt=int(after))
    rows = list(listed[: 2 * PAGE + 1])
    more = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return PlansPage([line_of(plan) for plan in rows[:PAGE]], chosen, counts(user), more, max(len(rows) - PAGE, 0))


def counts(user: User) -> dict[str, int]:
    """Plans under each filter of the list."""
    states = PoolingPlan.objects.visible_to(user).order_by().values_list("state").annotate(n=Count("pk"))
    by_state = dict(states)
    return {name: sum(by_state.get(state, 0) for state in states) for name, states in SHOWN.items()}


def line_of(plan: PoolingPlan) -> PlanLine:
    ahead = difference(plan.earned, plan.next_best)
    return PlanLine(plan, ahead, in_basis_points(ahead, plan.upb))


def difference(more: Decimal | None, less: Decimal | None) -> Decimal | None:
    return None if more is None or less is None else more - less


def in_basis_points(amount: Decimal | None, upb: Decimal) -> Decimal | None:
    """An amount in hundredths of a percent of a balance, both USD."""
    return 10_000 * amount / upb if amount is not None and upb else None
