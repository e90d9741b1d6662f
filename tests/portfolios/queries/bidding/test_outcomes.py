"""What came of bids is told once two people signed the award, and to each bidder its own."""

import pytest

from accounts.models import Role
from portfolios.domain.sales import SaleStatus
from portfolios.models import Bidder, Sale
from portfolios.queries.bidding.mine import GROUPS, my_bids
from portfolios.queries.bidding.outcomes import outcome_of, outcomes_of
from portfolios.services import awards, sealedrecord
from tests.factories import UserFactory
from tests.portfolios.auction import AFTER, BEFORE, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    return make_auction()


def again(bidder):
    return Bidder.objects.select_related("sale").get(pk=bidder.pk)


def awarded(auction):
    """The award that the terms lead to, signed by two people."""
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=AFTER)
    second = UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])
    awards.confirm(sale=sale, by=second, at=AFTER)


def test_winner_and_loser_and_who_did_not_bid(auction, django_assert_max_num_queries):
    winner, loser, idle = auction.bidder(), auction.bidder(), auction.bidder()
    auction.bid(winner, A="99", B="99")
    auction.bid(loser, A="98")
    awarded(auction)
    bidders = [again(one) for one in (winner, loser, idle)]
    with django_assert_max_num_queries(3):
        found = outcomes_of(bidders)
    assert [found[one.pk].words for one in bidders] == ["Awarded to you", "Not awarded", "No bid"]
    assert found[winner.pk].note == "Lots A and B: $2,970,000.00"
    assert [found[one.pk].won for one in bidders] == [True, False, False]


def test_nothing_is_told_before_the_award(auction):
    bidder = auction.bidder()
    auction.bid(bidder, A="99")
    assert outcome_of(again(bidder)) is None
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=AFTER)
    assert outcome_of(again(bidder)) is None


@pytest.mark.parametrize(("status", "words"), [(SaleStatus.NO_AWARD, "No award"), (SaleStatus.CANCELLED, "Canceled")])
def test_sales_that_end_without_an_award(auction, status, words):
    bidder = auction.bidder()
    auction.bid(bidder, A="99")
    Sale.objects.filter(pk=auction.sale.pk).update(status=status)
    outcome = outcome_of(again(bidder))
    assert outcome is not None
    assert outcome.words == words


@pytest.mark.parametrize(
    ("status", "at", "group"),
    [
        (SaleStatus.OPEN, BEFORE, GROUPS[0]),
        (SaleStatus.OPEN, AFTER, GROUPS[1]),
        (SaleStatus.CLOSED, AFTER, GROUPS[1]),
        (SaleStatus.AUCTION, AFTER, GROUPS[1]),
        (SaleStatus.NO_AWARD, AFTER, GROUPS[2]),
    ],
)
def test_my_bids_are_grouped_by_what_they_wait_for(auction, status, at, group):
    bidder = auction.bidder()
    Sale.objects.filter(pk=auction.sale.pk).update(status=status)
    ((found, (line,)),) = my_bids(bidder.organization.people.get(), at)
    assert (found, line.bidder) == (group, bidder)


def test_a_withdrawn_bid_is_told_as_such(auction):

    bidder = auction.bidder()
    person = bidder.organization.people.get()
    auction.bid(bidder, A="99")
    sealedrecord.withdraw(bidder=bidder, by=person, at=BEFORE)
    ((_, (line,)),) = my_bids(person, BEFORE)
    assert (line.withdrawn, line.entry, line.superseded) == (True, None, 0)
