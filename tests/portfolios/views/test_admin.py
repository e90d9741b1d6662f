"""Staff read bundles and pools in the admin and change nothing there."""

from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolios.domain.poolmonth import MonthFigures
from portfolios.models import FactorFile, PublishedFactor, PublishedPool
from portfolios.services.poolmonths import record_months
from tests.factories import SecurityFactory, SuperuserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(settings):
    settings.REQUIRE_MFA = False
    cache.clear()
    client = Client()
    client.force_login(SuperuserFactory())
    return client


def test_bundles_are_listed_searched_and_filtered(staff, deal):
    bundle = deal.submitted()
    listing = reverse("admin:portfolios_bundle_changelist")
    assert bundle.number in staff.get(listing, {"q": bundle.number}).content.decode()
    assert bundle.number not in staff.get(listing, {"status": "approved"}).content.decode()
    page = staff.get(reverse("admin:portfolios_bundle_change", args=[bundle.pk])).content.decode()
    assert "submitted" in page
    assert reverse("admin:accounts_organization_change", args=[bundle.lender_id]) in page


def test_nothing_is_added_changed_or_removed(staff, deal):
    bundle = deal.submitted()
    event = bundle.events.first()
    assert staff.get(reverse("admin:portfolios_bundle_add")).status_code == 403
    assert staff.post(reverse("admin:portfolios_bundle_change", args=[bundle.pk]), {"name": "Other"}).status_code == 403
    assert staff.post(reverse("admin:portfolios_bundle_delete", args=[bundle.pk])).status_code == 403
    assert staff.post(reverse("admin:portfolios_bundleevent_delete", args=[event.pk])).status_code == 403
    assert bundle.number in staff.get(reverse("admin:portfolios_bundleevent_changelist")).content.decode()


POOL_MODELS = ("portfolio", "security", "poolmonth", "factorfile", "publishedpool", "redflag")


@pytest.fixture
def pool():
    """A pool that is published, with a month, a factor and a flag."""
    file = FactorFile.objects.create(sha256="0" * 64, name="factors.txt", layout="test", imported_at=timezone.now())
    agency = PublishedPool.objects.create(program="ginnie_ii", pool_number="786924", cusip="3622AB123")
    PublishedFactor.objects.create(pool=agency, month=date(2026, 8, 1), factor=Decimal("0.71370027"), file=file)
    found = SecurityFactory(published=agency)
    figures = MonthFigures(date(2026, 1, 1), Decimal(1), Decimal(1_000_000))
    record_months(security=found, months=[figures], source="issue", by=None, at=timezone.now())
    found.flags.create(month=found.issued_on, code="few_loans", kind="collateral", level=2, raised_at=timezone.now())
    return found


@pytest.mark.parametrize("model", POOL_MODELS)
def test_pools_are_read_and_nothing_of_them_is_changed(staff, pool, model):
    listing = staff.get(reverse(f"admin:portfolios_{model}_changelist"), {"q": "x"})
    assert listing.status_code == 200
    key = apps.get_model("portfolios", model).objects.first().pk
    page = reverse(f"admin:portfolios_{model}_change", args=[key])
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"name": "Other"}).status_code == 403
    assert staff.get(reverse(f"admin:portfolios_{model}_add")).status_code == 403
    assert staff.post(reverse(f"admin:portfolios_{model}_delete", args=[key])).status_code == 403


def test_a_pool_is_found_by_its_cusip_and_leads_to_its_months(staff, pool):
    listing = staff.get(reverse("admin:portfolios_security_changelist"), {"q": "3622AB123"}).content.decode()
    assert pool.name in listing
    months = reverse("admin:portfolios_poolmonth_changelist") + f"?security__id__exact={pool.pk}"
    assert months in listing
    assert "1.00000000" in staff.get(months).content.decode()


def test_an_agencys_pool_shows_its_factors(staff, pool):
    page = staff.get(reverse("admin:portfolios_publishedpool_change", args=[pool.published_id])).content.decode()
    assert "Aug 2026 version 1: 0.71370027" in page
