"""The sentence a plan's page opens with, and the figures below it."""

from decimal import Decimal

import pytest

from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.results import result_page
from portfolios.queries.planpages.verdicts import verdict

WORTH = {"earned": Decimal("50000"), "next_best": Decimal("40000"), "bound": Decimal("50100"), "upb": Decimal(10**8)}


def plan_in(state: str, **changes) -> PoolingPlan:
    return PoolingPlan(name="November", state=state, **changes)


def test_a_plan_says_what_it_earns_against_what_and_how_sure_that_is():
    said = verdict(plan_in("done", **WORTH))
    assert said.tone == "pass"
    assert said.strong == "The plan earns $50,000 over par."
    assert "$10,000 or 1.0 bp more than the best single execution of each loan" in said.rest
    assert "No plan can earn more than $100 or 0.01 bp on top of it." in said.rest


def test_the_best_plan_of_all_is_said_without_a_zero():
    said = verdict(plan_in("done", **(WORTH | {"bound": Decimal("50000.20")})))
    assert said.rest.endswith("No plan can earn more than this.")


def test_the_first_answer_is_called_so():
    said = verdict(plan_in("fast", **WORTH))
    assert said.strong == "First answer: the plan earns $50,000 over par."
    assert said.rest.endswith("The best answer follows.")


def test_less_is_called_less():
    said = verdict(plan_in("done", **(WORTH | {"earned": Decimal(-5000), "next_best": Decimal(1000)})))
    assert said.strong == "The plan earns $5,000 under par."
    assert "$6,000 or 0.6 bp less" in said.rest


@pytest.mark.parametrize(
    ("state", "tone", "strong"),
    [("pricing", "info", "The loans are being priced."), ("failed", "fatal", "There is no plan.")],
)
def test_without_an_answer_the_page_says_why(state, tone, strong):
    said = verdict(plan_in(state, problem="No grid prices any of these loans."))
    assert (said.tone, said.strong) == (tone, strong)
    assert state != "failed" or said.rest == "No grid prices any of these loans."


def test_the_page_of_an_answer_adds_up(plan):
    page = result_page(plan)
    assert page.placed["loans"] + (page.unplaced.get("loans") or 0) == plan.loan_count
    assert sum(pool.value for pool in page.pools) == plan.earned
    assert sum(kind.value for kind in page.kinds) == plan.earned
    assert sum(len(kind.pools) for kind in page.kinds) == len(page.pools)
    assert page.made["bundles"] == sum(pool.makes_bundle for pool in page.pools)
    assert page.most_more >= 0
    assert page.synthetic
    assert [line.earned for line in page.compared] == sorted((line.earned for line in page.compared), reverse=True)
    assert {line.title for line in page.compared} >= {"This plan", "Best single execution", "Loan by loan"}
    assert [line.value for line in page.stopped] == sorted((line.value for line in page.stopped), reverse=True)
    assert all(rule.status != "over" for pool in page.pools for rule in pool.rules)
    assert len(page.rules) == len(plan.summary["rules"])
