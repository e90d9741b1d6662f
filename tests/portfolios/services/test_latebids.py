"""A bid that comes late is refused, and that it came is noted outside of what was refused."""

from datetime import timedelta

import pytest

from accounts.policies import NotAllowed
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.models import Sale, SaleEvent, SealedBid
from portfolios.policies.bids import TooLate, why_not_bid
from portfolios.services import sealedrecord
from tests.portfolios.auction import AFTER, BEFORE, DEADLINE, form, make_auction

pytestmark = pytest.mark.django_db
CANARY = "87.65432"


@pytest.fixture
def auction():
    return make_auction()


def receive(auction, bidder, at):
    envelope = auction.sealed(bidder, form([{"A": CANARY}]))
    return sealedrecord.receive(bidder=bidder, envelope=envelope, by=bidder.organization.people.get(), at=at)


def test_a_bid_at_the_last_moment_is_in_time(auction):
    assert receive(auction, auction.bidder(), DEADLINE).position == 1
    assert not SaleEvent.objects.filter(kind="late_bid").exists()


def test_one_millisecond_late_is_late_and_noted_with_how_late(auction):
    bidder = auction.bidder()
    with pytest.raises(TooLate, match="arrived late"):
        receive(auction, bidder, DEADLINE + timedelta(milliseconds=1))
    event = SaleEvent.objects.get(kind="late_bid")
    assert event.facts["seconds"] == "0.001"
    assert event.facts["bidder"] == f"bidder-{bidder.pk}"
    assert not event.public
    assert not SealedBid.objects.exists()


def test_the_note_holds_nothing_of_the_bid(auction):
    with pytest.raises(TooLate):
        receive(auction, auction.bidder(), AFTER)
    event = SaleEvent.objects.get(kind="late_bid")
    assert CANARY not in str(event.facts) + event.note


def test_late_after_the_record_was_closed_is_noted_too(auction):
    bidder = auction.bidder()
    envelope = auction.sealed(bidder, form([{"A": CANARY}]))
    auction.close()
    bidder.sale.refresh_from_db()
    with pytest.raises(TooLate):
        sealedrecord.receive(bidder=bidder, envelope=envelope, by=bidder.organization.people.get(), at=AFTER)
    assert SaleEvent.objects.filter(kind="late_bid").count() == 1


def test_a_bid_in_a_cancelled_sale_is_refused_and_not_called_late(auction):
    bidder = auction.bidder()
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.CANCELLED)
    with pytest.raises(NotAllowed, match="takes no bids"):
        receive(auction, bidder, AFTER)
    assert not SaleEvent.objects.filter(kind="late_bid").exists()


def test_why_not_is_said_before_anybody_types_a_price(auction):
    bidder = auction.bidder(status=BidderStatus.CONFIDENTIAL)
    assert why_not_bid(bidder.organization.people.get(), bidder, BEFORE).startswith("Only qualified bidders")
    qualified = auction.bidder()
    assert why_not_bid(qualified.organization.people.get(), qualified, BEFORE) == ""


def test_a_qualification_ends_with_the_day_where_the_sale_is_held(auction):
    """8 PM in New York is the next day in UTC already."""
    evening = DEADLINE.replace(hour=1)
    bidder = auction.bidder(qualified_until=(evening - timedelta(days=1)).date())
    assert why_not_bid(bidder.organization.people.get(), bidder, evening) == ""
    later = why_not_bid(bidder.organization.people.get(), bidder, evening + timedelta(hours=5))
    assert later.startswith("The qualification ended")
