"""From a bundle, or from the bundles of a plan, into a new sale: they come along as ticked lots."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portfolios.domain.sales import SaleStatus
from portfolios.models import Bundle, Lot, Sale
from portfolios.queries.overview import overview
from tests.diligence.services.pipeline import NOW
from tests.portfolios import offers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


@pytest.fixture
def manager(deal) -> Client:
    client = Client()
    client.force_login(deal.manager)
    return client


@pytest.fixture
def unsold(deal) -> Bundle:
    return offers.draft(deal.run, None, by=deal.manager, clean=True)


def text(answer) -> str:
    return answer.content.decode()


def test_a_draft_leads_into_a_sale_with_itself_ticked(manager, unsold):
    way = f"{reverse('portfolios:sale-new')}?bundle={unsold.number}"
    assert way in text(manager.get(unsold.get_absolute_url()))
    kind = text(manager.get(way)).split('name="kind" value="')[1].split('"')[0]
    answer = manager.post(way, {"name": "November", "kind": kind, "time_zone": "America/New_York"})
    sale = Sale.objects.get()
    assert answer["Location"] == f"{reverse('portfolios:sale-lots', args=[sale.number])}?bundle={unsold.number}"
    assert f'value="{unsold.pk}" checked' in text(manager.get(answer["Location"]))
    assert f'value="{unsold.pk}" checked' not in text(manager.get(reverse("portfolios:sale-lots", args=[sale.number])))


def test_what_is_with_a_purchaser_is_not_offered_in_a_sale(deal, manager):
    assert "Offer in a sale" not in text(manager.get(deal.submitted().get_absolute_url()))


def test_a_bundle_that_is_on_sale_says_where(deal, manager, unsold):
    due = {"announced_at": NOW, "bids_due_at": NOW + timedelta(days=14)}
    said = {"kind": "bank_bulk", "time_zone": "UTC", "created_by": deal.manager, "created_at": NOW, "name": "November"}
    sale = Sale.objects.create(number="S-2026-0001", seller=unsold.lender, status=SaleStatus.OPEN, **said, **due)
    Lot.objects.create(sale=sale, code="A", name="A", bundle=unsold)
    shown = text(manager.get(unsold.get_absolute_url()))
    assert "Lot A of S-2026-0001" in shown
    assert "Offer in a sale" not in shown
    assert "Choose purchaser" not in shown
    home = text(manager.get(reverse("home")))
    assert "1 lot in 1 sale" in home
    assert f'Offered in <a class="text-nowrap" href="{sale.get_absolute_url()}">' in home
    assert "Find a buyer" not in home
    assert "In a sale" in text(manager.get(reverse("portfolios:bundles")))


def test_the_overview_says_how_long_approvals_take(deal, manager):
    bundle = deal.approved()
    days = (bundle.decided_at - bundle.submitted_at).total_seconds() / 86_400
    assert overview(deal.manager).days_to_approval == pytest.approx(days)
    assert "submitted to signed twice" in text(manager.get(reverse("home")))
