"""Two plans of one check side by side."""

from decimal import Decimal

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse

from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.comparing import comparison
from portfolios.queries.plans import placements
from tests import snapshots
from tests.portfolios import offers, planning, plans

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def two(db) -> tuple[PoolingPlan, PoolingPlan]:
    """A plan, and another of the same check with all servicing released."""
    return snapshots.made_once("two plans", two_plans)


@pytest.fixture
def plan(request, db) -> PoolingPlan:
    """The first of the two in a test of both, else one that stands alone."""
    return request.getfixturevalue("two")[0] if "released" in request.fixturenames else plans.answered()


@pytest.fixture
def released(two) -> PoolingPlan:
    return two[1]


def two_plans() -> tuple[PoolingPlan, PoolingPlan]:
    plan = plans.answered()
    return plan, with_all_servicing_released(plan)


def with_all_servicing_released(plan: PoolingPlan) -> PoolingPlan:
    return planning.answered(planning.asked(plan.run, plan.created_by, chosen=list(plan.grids.all()),
                                            servicing_upb="0.00"))  # fmt: skip


def test_a_plan_with_less_freedom_earns_less_and_says_where(plan, released, planner):
    found = comparison(plan, released)
    assert found.ahead == plan.earned - released.earned >= 0
    assert sum(pair.apart for pair in found.kinds) == found.ahead
    both = placements(plan).join(placements(released), on="row_no")
    assert found.moved_count == both.filter(pl.col("pool").ne_missing(pl.col("pool_right"))).height
    apart = [abs(row["apart"]) for row in found.moved]
    assert apart == sorted(apart, reverse=True)
    shown = text(planner.get(reverse("portfolios:plan-compare", args=[plan.pk])))
    assert "all servicing released" in shown
    assert "Loans that go elsewhere" in shown
    back = text(planner.get(reverse("portfolios:plan-compare", args=[released.pk]), {"with": plan.pk}))
    assert ("less" in back) == (found.ahead > Decimal(0))


def test_a_plan_beside_itself_moves_nothing(plan):
    assert comparison(plan, plan).moved_count == 0


def test_alone_it_says_how_to_make_another(plan, planner):
    assert "No other plan of this check" in text(planner.get(reverse("portfolios:plan-compare", args=[plan.pk])))
    assert "Compare</a>" not in text(planner.get(plan.get_absolute_url()))


def test_plans_of_others_are_not_beside_it(plan, released, planner):
    page = reverse("portfolios:plan-compare", args=[plan.pk])
    assert planner.get(page, {"with": 10**6}).status_code == 404
    stranger = Client()
    stranger.force_login(offers.lender())
    assert stranger.get(page).status_code == 404
