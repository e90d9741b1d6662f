"""The page of a demanded sale's adviser, for its seller and for the receiver's own person."""

from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from portfolios.domain.saleterms import Terms
from portfolios.models import Opener, Sale
from portfolios.services import sales
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller():
    return UserFactory(roles=[Role.MANAGER])


@pytest.fixture
def sale(seller):
    made = sales.create(name="Project Kestrel", kind="shared_loss", time_zone="UTC", by=seller, at=timezone.now())
    return sales.set_terms(sale=made, terms=Terms(demanded=True), by=seller)


def url(sale, name="", *more):
    return reverse(f"portfolios:sale-adviser{name}", args=[sale.number, *more])


def test_from_the_name_to_the_receivers_approval(client, sale, seller):
    client.force_login(seller)
    assert "No adviser is named" in client.get(url(sale)).content.decode()
    assert client.post(url(sale, "-name"), {"name": " ", "firm": "Stonegate"}).status_code == 422
    client.post(url(sale, "-name"), {"name": "Ida Lund", "firm": "Stonegate"})
    adviser = sale.advisers.get()
    refused = client.post(url(sale, "-decide", adviser.pk), {"decision": "refused", "said_by": "R", "on": "2026-01-05"})
    assert refused.status_code == 422
    receiver = UserFactory(organization__kind=OrganizationKind.RECEIVER, roles=[Role.MANAGER])
    Opener.objects.create(sale=sale, user=receiver, name="receiver")
    client.force_login(receiver)
    page = client.get(url(sale)).content.decode()
    assert "Your decision" in page
    assert "Letter or file number" not in page
    day = date(2026, 1, 5).isoformat()
    done = client.post(url(sale, "-decide", adviser.pk), {"decision": "approved", "on": day}, follow=True)
    assert f"The receiver approved {adviser}." in done.content.decode()
    client.force_login(seller)
    ended = client.post(url(sale, "-end", adviser.pk), {"note": "Left the firm."}, follow=True).content.decode()
    assert "Left the firm." in ended
    assert "approved by" in ended


def test_other_openers_and_sales_without_a_demand_have_no_such_page(client, sale, seller):
    witness = UserFactory(roles=[Role.MANAGER])
    Opener.objects.create(sale=sale, user=witness, name="witness")
    client.force_login(witness)
    assert client.get(url(sale)).status_code == 403
    client.force_login(seller)
    Sale.objects.filter(pk=sale.pk).update(terms=Terms().to_json())
    assert client.get(url(sale)).status_code == 403
    assert "Adviser" not in client.get(reverse("portfolios:sale-needs", args=[sale.number])).content.decode()


def test_the_terms_offer_the_demand_only_where_a_receiver_may_make_one(client, sale, seller):
    client.force_login(seller)
    terms = reverse("portfolios:sale-terms", args=[sale.number])
    assert "The receiver demanded the sale" in client.get(terms).content.decode()
    Sale.objects.filter(pk=sale.pk).update(kind="npl")
    assert "The receiver demanded the sale" not in client.get(terms).content.decode()
