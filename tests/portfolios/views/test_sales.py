"""The pages of a sale, by who looks and where it stands."""

import pytest

from accounts.models import Role
from tests.factories import UserFactory
from tests.portfolios.auction import make_auction

pytestmark = pytest.mark.django_db


def page(client, user, path):
    client.force_login(user)
    return client.get(path)


def test_the_seller_reads_what_is_for_sale_and_when_bids_are_due(client):
    auction = make_auction()
    shown = page(client, auction.seller, auction.sale.get_absolute_url())
    assert shown.status_code == 200
    text = shown.content.decode()
    assert "Project Kestrel" in text
    assert "$3,500,000.00" in text
    assert "Bids due Dec 15" in text


def test_people_of_the_seller_without_a_part_in_it_are_told(client):
    auction = make_auction()
    uploader = UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER])
    assert page(client, uploader, auction.sale.get_absolute_url()).status_code == 403
    stranger = UserFactory(roles=[Role.MANAGER])
    assert page(client, stranger, auction.sale.get_absolute_url()).status_code == 404
