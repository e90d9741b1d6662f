"""Staff read bundles in the admin and change nothing there."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import SuperuserFactory

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
