"""The form of a plan: which prices it begins with, and what it asks the service for."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolios.forms.plans import PlanForm, said_settings
from tests import snapshots
from tests.portfolios import offers, plans

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    return snapshots.made_once("check for plans", lambda: offers.checked(offers.lender(), None))


@pytest.fixture
def lender(run):
    return run.started_by


def grid(lender, hours: float, **others):
    return plans.grid(lender, as_of=timezone.now() - timedelta(hours=hours), **others)


def form(run, lender, **data):
    own = {"name": "November", "servicing": "best", "seconds": "120", "clean_only": "on"}
    return PlanForm(own | data, run=run, user=lender)


def test_the_newest_that_holds_of_each_kind_and_source_is_ticked(run, lender):
    grid(lender, 30, name="Older")
    newest = grid(lender, 1, name="Newer")
    other = grid(lender, 5, name="Elsewhere", source="Another desk")
    grid(lender, 0.5, name="Expired", source="A third desk", held=timedelta(minutes=5))
    shown = PlanForm(run=run, user=lender)
    assert set(shown.initial["grids"]) == {newest.pk, other.pk}
    assert len(shown.offered) == 4
    assert shown.some_expired


def test_retired_prices_and_those_of_others_are_not_offered(run, lender):
    plans.grid(offers.lender())
    gone = grid(lender, 1)
    gone.retired_at = timezone.now()
    gone.save()
    assert PlanForm(run=run, user=lender).offered == []


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"servicing": "best"}, None),
        ({"servicing": "at_most", "servicing_upb": "$25,000,000"}, "25000000"),
        ({"servicing": "released"}, "0.00"),
    ],
)
def test_servicing_is_a_budget(run, lender, asked, kept):
    filled = form(run, lender, grids=[grid(lender, 1).pk], **asked)
    assert filled.is_valid(), filled.errors
    assert filled.settings()["servicing_upb"] == kept


def test_a_limit_needs_its_amount(run, lender):
    filled = form(run, lender, grids=[grid(lender, 1).pk], servicing="at_most")
    assert not filled.is_valid()
    assert "Type the balance" in filled.errors["servicing_upb"][0]


def test_a_plan_without_prices_is_told(run, lender):
    filled = form(run, lender)
    assert filled.errors["grids"] == ["Choose at least one grid of prices."]


def test_loans_with_fatal_findings_are_placed_only_where_that_is_asked_for(run, lender):
    filled = form(run, lender, grids=[grid(lender, 1).pk], clean_only="")
    assert filled.is_valid()
    assert filled.settings()["fatal_too"] is True


def test_settings_in_words():
    assert said_settings({"servicing_upb": "0.00", "settlement": "2026-12", "pool_cost": "300.00"}) == [
        "pools issued in Dec 2026", "all servicing released", "$300 a pool",
    ]  # fmt: skip
    assert said_settings({"servicing_upb": "5000000", "expired_too": True, "fatal_too": True}) == [
        "servicing kept for at most $5,000,000", "expired prices used",
        "loans with open fatal findings placed as well",
    ]  # fmt: skip
    assert said_settings({}) == []
