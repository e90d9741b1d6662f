import pytest
from django.core.cache import cache
from django.test import Client

from portfolios.models.plans import PoolingPlan
from tests.portfolios import plans


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def plan(db) -> PoolingPlan:
    """An answered plan over 120 synthetic loans."""
    return plans.answered()


@pytest.fixture
def planner(plan) -> Client:
    """The manager who made the plan, signed in."""
    browser = Client()
    browser.force_login(plan.created_by)
    return browser
