"""The sentence above a plan: what it earns, against what, and how sure it is that nothing earns more."""

from dataclasses import dataclass
from decimal import Decimal

from config.ui import numbers
from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.lists import difference, in_basis_points


@dataclass(frozen=True, slots=True)
class Verdict:
    """`strong` alone must be enough; `rest` says more."""

    tone: str
    strong: str
    rest: str = ""


def verdict(plan: PoolingPlan) -> Verdict:
    """The answer to the question of the page: what the plan earns, and against what."""
    if plan.state == "failed":
        return Verdict("fatal", "There is no plan.", plan.problem)
    if plan.earned is None:
        return Verdict("info", "The loans are being priced.", "The answer stands here as soon as there is one.")
    strong, rest = earnings(plan)
    if plan.state == "fast":
        return Verdict("info", f"First answer: {strong[0].lower()}{strong[1:]}", f"{rest} The best answer follows.")
    if plan.state == "accepted":
        left = len(plan.open_pools)
        some = f"Accepted in part: {numbers.count(len(plan.accepted_pools))} of {numbers.count(len(plan.sold_pools))}."
        return Verdict("pass", some if left else "Accepted.", f"{strong} {rest}")
    return Verdict("pass", strong, f"{rest} {certainty(plan)}".strip())


def earnings(plan: PoolingPlan) -> tuple[str, str]:
    """What a plan earns over par, and how far that is from each loan's best single execution."""
    earned = plan.earned or Decimal(0)
    side = "over" if earned >= 0 else "under"
    strong = f"The plan earns {numbers.money(abs(earned))} {side} par."
    ahead = difference(plan.earned, plan.next_best)
    if ahead is None:
        return strong, ""
    points = numbers.number(abs(in_basis_points(ahead, plan.upb) or 0), 1)
    word = "more" if ahead >= 0 else "less"
    than = "than the best single execution of each loan"
    return strong, f"That is {numbers.money(abs(ahead))} or {points} bp {word} {than}."


def certainty(plan: PoolingPlan) -> str:
    """How sure it is that nothing earns more."""
    if plan.bound is None or plan.earned is None:
        return ""
    more = max(plan.bound - plan.earned, Decimal(0))
    if round(more) == 0:
        return "No plan can earn more than this."
    points = in_basis_points(more, plan.upb) or Decimal(0)
    return f"No plan can earn more than {numbers.money(more)} or {numbers.number(points, 2)} bp on top of it."
