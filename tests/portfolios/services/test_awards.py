"""Awards by two people; a cured bid; no award; a further round."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.policies import NotAllowed
from portfolios.models import Award, Offer, Sale, SaleEvent
from portfolios.services import awards, sealedrecord
from tests.factories import UserFactory
from tests.portfolios.auction import AFTER, make_auction

pytestmark = pytest.mark.django_db
LATER = AFTER + timedelta(hours=2)


@pytest.fixture
def auction():
    return make_auction()


def second(auction):
    return UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])


def test_two_people_award_what_pays_most(auction):
    north, south, east = (auction.bidder() for _ in range(3))
    auction.bid(north, A="98")
    auction.bid(south, B="96")
    auction.bid(east, A="97", B="97")
    sale = auction.open()
    (award,) = awards.propose(sale=sale, by=auction.seller, at=LATER)
    assert (award.offer.bid.entry.bidder, award.amount, award.cover) == (east, Decimal("2910000.00"), None)
    assert award.working["instead"] == "2900000.00"
    assert [(each["lots"], each["amount"]) for each in award.working["alone"]] == [
        (["A"], "980000.00"),
        (["B"], "1920000.00"),
    ]
    with pytest.raises(NotAllowed, match="someone else's"):
        awards.confirm(sale=sale, by=auction.seller, at=LATER)
    sale = awards.confirm(sale=sale, by=second(auction), at=LATER)
    assert sale.status == "awarded"
    assert list(sale.lots.values_list("code", "status")) == [("A", "awarded"), ("B", "awarded"), ("C", "unsold")]
    assert SaleEvent.objects.get(sale=sale, kind="awarded").facts == {"awards": [[award.offer.code, "2910000.00"]]}


def test_the_database_itself_wants_two_people(auction):
    auction.bid(auction.bidder(), A="98")
    (award,) = awards.propose(sale=auction.open(), by=auction.seller, at=LATER)
    with pytest.raises(IntegrityError, match="two_people_award"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(confirmed_by=auction.seller)


def test_the_reserve_keeps_a_lot(auction):
    auction.reserve(A="985000.00")
    auction.bid(auction.bidder(), A="98")
    with pytest.raises(NotAllowed, match="No conforming bid meets the reserve"):
        awards.propose(sale=auction.open(), by=auction.seller, at=LATER)


def test_a_second_proposal_replaces_the_first(auction):
    auction.bid(auction.bidder(), A="98")
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=LATER)
    awards.propose(sale=sale, by=auction.seller, at=LATER)
    assert Award.objects.count() == 1


def test_a_defect_is_cured_with_a_reason_and_changes_the_award(auction):
    plain, conditional = auction.bidder(), auction.bidder()
    auction.bid(plain, A="98")
    auction.bid(conditional, conditions=("keeps servicing",), A="99")
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=LATER)
    offer = Offer.objects.get(bid__entry__bidder=conditional)
    with pytest.raises(NotAllowed, match="Say why"):
        awards.cure(offer=offer, by=auction.seller, at=LATER, note=" ")
    cured = awards.cure(offer=offer, by=auction.seller, at=LATER, note="The condition costs nothing.")
    assert (cured.conforming, cured.total) == (True, Decimal("990000.00"))
    with pytest.raises(NotAllowed, match="other awards than were proposed"):
        awards.confirm(sale=sale, by=second(auction), at=LATER)
    (award,) = awards.propose(sale=sale, by=auction.seller, at=LATER)
    assert award.offer == offer


def test_what_cannot_be_excused_is_not(auction):
    bidder = auction.bidder()
    auction.bid(bidder, Z="98")
    sale = auction.open()
    offer = Offer.objects.get()
    with pytest.raises(NotAllowed, match="cannot be excused"):
        awards.cure(offer=offer, by=auction.seller, at=LATER, note="It means A.")
    offer.refresh_from_db()
    assert (offer.conforming, offer.cured_by, sale.status) == (False, None, "opened")


def test_the_seller_may_reject_all(auction):
    auction.bid(auction.bidder(), A="98")
    sale = awards.reject_all(sale=auction.open(), by=auction.seller, at=LATER, note="Below our hopes.")
    assert (sale.status, set(sale.lots.values_list("status", flat=True))) == ("no_award", {"unsold"})


@pytest.mark.parametrize("act", ["propose", "reject_all", "final_round"])
def test_only_a_manager_of_the_seller_acts(auction, act):
    auction.bid(auction.bidder(), A="98")
    sale = auction.open()
    more = {"note": ""} if act == "reject_all" else {}
    for stranger in (UserFactory(roles=[Role.MANAGER]), auction.bidder().organization.people.get()):
        with pytest.raises(NotAllowed, match="manager of the seller"):
            getattr(awards, act)(sale=sale, by=stranger, at=LATER, **more)


def test_a_tie_left_to_the_bidders_leads_to_a_further_round():
    auction = make_auction(tie_rule="best_and_final")
    north, south = auction.bidder(), auction.bidder()
    auction.reserve(A="900000.00")
    auction.bid(north, A="98")
    auction.bid(south, A="98")
    sale = auction.open()
    with pytest.raises(NotAllowed, match="Bids are tied"):
        awards.propose(sale=sale, by=auction.seller, at=LATER)
    sale = awards.final_round(sale=sale, by=auction.seller, at=LATER)
    assert (sale.status, sale.round, sale.bids_due_at) == ("final_round", 2, LATER + timedelta(hours=24))
    auction.bid(north, at=LATER, A="98.1")
    auction.bid(south, at=LATER, A="98.2")
    over = LATER + timedelta(hours=25)
    assert sealedrecord.close(sale=sale, at=over)
    auction.give("seller", over)
    assert auction.give("witness", over)
    (award,) = awards.propose(sale=Sale.objects.get(), by=auction.seller, at=over)
    assert (award.offer.bid.entry.bidder, award.cover) == (south, Decimal("981000.00"))


def test_a_further_round_must_have_been_announced(auction):
    auction.bid(auction.bidder(), A="98")
    with pytest.raises(NotAllowed, match="did not announce"):
        awards.final_round(sale=auction.open(), by=auction.seller, at=LATER)
