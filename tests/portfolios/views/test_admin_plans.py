"""Staff sees which prices were loaded and what plans came to, and changes nothing."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import SuperuserFactory
from tests.portfolios import offers, planning

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(settings):
    settings.REQUIRE_MFA = False
    cache.clear()
    client = Client()
    client.force_login(SuperuserFactory())
    return client


def test_grids_and_plans_are_listed_and_read_only(staff):
    lender = offers.lender()
    plan = planning.asked(planning.checked(lender, 10), lender, chosen=[planning.loaded(lender, "retain")])
    grid = plan.grids.get()
    for name, thing in (("pricegrid", grid), ("poolingplan", plan)):
        listing = reverse(f"admin:portfolios_{name}_changelist")
        assert thing.name in staff.get(listing, {"q": thing.name}).content.decode()
        page = reverse(f"admin:portfolios_{name}_change", args=[thing.pk])
        assert staff.get(page).status_code == 200
        assert staff.post(page, {"name": "Other"}).status_code == 403
        assert staff.post(reverse(f"admin:portfolios_{name}_delete", args=[thing.pk])).status_code == 403
        assert staff.get(reverse(f"admin:portfolios_{name}_add")).status_code == 403
