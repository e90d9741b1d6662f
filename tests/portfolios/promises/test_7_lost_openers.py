"""One opener lost still opens; two lost of three open nothing, lose nothing, and leave the door open."""

import pytest

from accounts.policies import NotAllowed
from portfolios.models import OpenedBid, OpeningPart, Sale, SealedBid
from portfolios.services import awards
from tests.portfolios.auction import AFTER, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed():
    auction = make_auction()
    auction.bid(auction.bidder(), A="98")
    auction.bid(auction.bidder(), A="97")
    auction.close()
    return auction


@pytest.mark.parametrize("lost", ["adviser", "seller", "witness"])
def test_one_lost_opener_does_not_matter(closed, lost):
    assert [closed.give(name) for name in closed.keys if name != lost] == [False, True]
    assert OpenedBid.objects.filter(content__isnull=False).count() == 2


def test_with_two_lost_of_three_nothing_opens_and_nothing_is_lost(closed):
    before = list(SealedBid.objects.order_by("position").values_list("receipt", "hash"))
    assert not closed.give("seller")
    assert not closed.give("seller")  # giving twice is not two openers
    sale = Sale.objects.get(pk=closed.sale.pk)
    with pytest.raises(NotAllowed, match="once the bids are open"):
        awards.propose(sale=sale, by=closed.seller, at=AFTER)
    assert (sale.status, OpenedBid.objects.count()) == ("closed", 0)
    assert list(SealedBid.objects.order_by("position").values_list("receipt", "hash")) == before
    assert OpeningPart.objects.values("opener").distinct().count() == 1
    assert closed.give("witness")  # a lost key that is found again still opens
    assert OpenedBid.objects.filter(content__isnull=False).count() == 2
