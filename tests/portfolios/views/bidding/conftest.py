"""A sale that takes bids now, and one bidder of it who is signed in."""

from datetime import timedelta

import pytest
from django.utils import timezone

from portfolios.models import Sale
from tests.portfolios.auction import Auction, make_auction


def taking_bids(number: str = "S-2026-0004", **terms: object) -> Auction:
    """An auction whose deadline is two days away by the real clock."""
    auction = make_auction(number, **terms)
    now = timezone.now()
    Sale.objects.filter(pk=auction.sale.pk).update(
        announced_at=now - timedelta(days=12), bids_due_at=now + timedelta(days=2)
    )
    auction.sale.refresh_from_db()
    return auction


@pytest.fixture
def auction():
    return taking_bids()


@pytest.fixture
def bidder(auction):
    return auction.bidder()


@pytest.fixture
def person(bidder, client):
    """The one person of the bidder, signed in."""
    found = bidder.organization.people.get()
    client.force_login(found)
    return found
