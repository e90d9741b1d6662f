"""Awards by two people; a cured bid; no award; a further round."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.models import Role
from accounts.policies import NotAllowed
from portfolios.domain.salerecord import record_from_json, record_to_json, verified_sale
from portfolios.domain.sales import LotStatus, PriceUnit
from portfolios.models import Award, Lot, Offer, Sale, SaleEvent, Settlement
from portfolios.services import awards, notices
from portfolios.services.salerecords import record_of
from portfolios.services.salesheets import sheet_of
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
    assert SaleEvent.objects.get(sale=sale, kind="awarded").facts == {"awards": 1}


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
    assert auction.close(over)
    auction.give("seller", over)
    assert auction.give("witness", over)
    (award,) = awards.propose(sale=Sale.objects.get(), by=auction.seller, at=over)
    assert (award.offer.bid.entry.bidder, award.cover) == (south, Decimal("981000.00"))


def test_only_those_who_are_tied_bid_in_the_round_that_a_tie_asked_for():
    """One who won another lot, and one who lost, do not come back for more."""
    auction = make_auction(tie_rule="best_and_final")
    north, south, east, west = (auction.bidder() for _ in range(4))
    auction.bid(north, A="98")
    auction.bid(south, A="98")
    auction.bid(east, C="99")
    auction.bid(west, A="97")
    awards.final_round(sale=auction.open(), by=auction.seller, at=LATER)
    for bidder in (east, west):
        with pytest.raises(NotAllowed, match="only those bid who are tied"):
            auction.bid(bidder, at=LATER, A="99")
    assert auction.bid(south, at=LATER, A="98.2").round == 2
    assert [lot["lot"] for lot in sheet_of(Sale.objects.get(), bidder=north)["lots"]] == ["A"]
    auction.bid(north, at=LATER, C="99.9")  # by a program of its own
    mail.outbox.clear()
    for event in auction.sale.events.filter(kind="final_round"):
        notices.tell(event_id=event.pk, at=LATER)
    told = {to: letter.body for letter in mail.outbox for to in letter.to}
    assert "You do not bid in this round" in told[west.organization.people.get().email]
    assert "the tied bidders bid once more" in told[south.organization.people.get().email]
    over = LATER + timedelta(hours=25)
    assert auction.close(over)
    auction.give("seller", over)
    assert auction.give("witness", over)
    made = awards.propose(sale=Sale.objects.get(), by=auction.seller, at=over)
    assert {award.offer.bid.entry.bidder for award in made} == {south, east}
    other = Offer.objects.get(bid__entry__bidder=north, bid__entry__round=2)
    assert other.reasons == ["This round is for what was tied: A."]
    record = record_of(Sale.objects.get())
    assert record_from_json(record_to_json(record)) == record
    assert not [each.sentence for each in verified_sale(record) if not each.holds]


def test_no_award_is_proposed_or_signed_while_a_further_round_is_open():
    auction = make_auction(best_and_final=True)
    auction.bid(auction.bidder(), A="98")
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=LATER)
    awards.final_round(sale=sale, by=auction.seller, at=LATER)
    assert not sale.awards.exists(), "the proposal went with the round"
    with pytest.raises(NotAllowed, match="once the bids are open"):
        awards.propose(sale=sale, by=auction.seller, at=LATER)
    with pytest.raises(NotAllowed, match="Nobody has proposed"):
        awards.confirm(sale=sale, by=second(auction), at=LATER)


def test_of_two_second_signatures_one_counts(auction):
    """Each holds the sale's row, so the other comes after it."""
    auction.bid(auction.bidder(), A="98")
    sale = auction.open()
    awards.propose(sale=sale, by=auction.seller, at=LATER)
    awards.confirm(sale=sale, by=second(auction), at=LATER)
    with pytest.raises(NotAllowed, match="Nobody has proposed awards yet"):
        awards.confirm(sale=sale, by=second(auction), at=LATER)
    assert Settlement.objects.count() == 1


def test_a_further_round_must_have_been_announced(auction):
    auction.bid(auction.bidder(), A="98")
    with pytest.raises(NotAllowed, match="did not announce"):
        awards.final_round(sale=auction.open(), by=auction.seller, at=LATER)


def test_a_first_bid_holds_on_in_the_final_round_and_cannot_be_lowered():
    auction = make_auction(best_and_final=True)
    north, south, east = (auction.bidder() for _ in range(3))
    auction.bid(north, A="98")
    auction.bid(south, A="97")
    auction.bid(east, C="90")
    awards.final_round(sale=auction.open(), by=auction.seller, at=LATER)
    auction.bid(north, at=LATER, A="90")
    auction.bid(south, at=LATER, A="97.5")
    over = LATER + timedelta(hours=25)
    assert auction.close(over)
    auction.give("seller", over)
    assert auction.give("witness", over)
    lowered = Offer.objects.get(bid__entry__bidder=north, bid__entry__round=2)
    assert lowered.reasons == ["It pays less than the first bid for the same lots, 980,000.00."]
    made = awards.propose(sale=Sale.objects.get(), by=auction.seller, at=over)
    assert [(a.offer.bid.entry.bidder, a.amount, a.cover) for a in made] == [
        (north, Decimal("980000.00"), Decimal("975000.00")),
        (east, Decimal("450000.00"), None),
    ]


def test_a_tie_in_the_final_round_falls_to_the_earlier_receipt():
    auction = make_auction(tie_rule="best_and_final")
    north, south = auction.bidder(), auction.bidder()
    auction.bid(north, A="98")
    auction.bid(south, A="98")
    awards.final_round(sale=auction.open(), by=auction.seller, at=LATER)
    over = LATER + timedelta(hours=25)
    assert auction.close(over)
    auction.give("seller", over)
    (award,) = awards.propose(sale=Sale.objects.get(), by=auction.seller, at=over)
    assert award.offer.bid.entry.bidder == north


def test_several_offers_of_a_bidder_stand_side_by_side_within_its_caps(auction):
    north, south = auction.bidder(), auction.bidder()
    auction.offers(north, [{"A": "99"}, {"B": "99"}, {"C": "99"}], most_lots=2)
    auction.offers(south, [{"A": "98"}, {"C": "98"}])
    made = awards.propose(sale=auction.open(), by=auction.seller, at=LATER)
    assert [(a.offer.bid.entry.bidder, a.offer.prices) for a in made] == [
        (north, {"A": "99"}),
        (north, {"B": "99"}),
        (south, {"C": "98"}),
    ]


def test_an_offer_that_lapsed_by_the_proposal_is_left_out_and_nobody_signs_one_that_lapsed_since(auction):
    short, long = auction.bidder(), auction.bidder()
    until = LATER + timedelta(hours=1)
    auction.offers(short, [{"A": "99"}], valid_until=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
    auction.bid(long, A="98")
    sale = auction.open()
    (award,) = awards.propose(sale=sale, by=auction.seller, at=LATER)
    assert award.offer.bid.entry.bidder == short
    with pytest.raises(NotAllowed, match="other awards than were proposed"):
        awards.confirm(sale=sale, by=second(auction), at=until + timedelta(seconds=1))
    (award,) = awards.propose(sale=sale, by=auction.seller, at=until + timedelta(seconds=1))
    assert award.offer.bid.entry.bidder == long


def test_a_list_is_awarded_in_dollars(auction):
    Lot.objects.filter(sale=auction.sale, code="C").update(unit=PriceUnit.USD, upb=0)
    auction.bid(auction.bidder(), A="98", C="125000.50")
    (award,) = awards.propose(sale=auction.open(), by=auction.seller, at=LATER)
    assert award.amount == Decimal("1105000.50")


def test_a_withdrawn_lot_cannot_be_won(auction):
    auction.bid(auction.bidder(), A="98", B="97")
    auction.bid(auction.bidder(), A="90")
    Lot.objects.filter(sale=auction.sale, code="B").update(status=LotStatus.WITHDRAWN)
    sale = auction.open()
    (award,) = awards.propose(sale=sale, by=auction.seller, at=LATER)
    assert award.offer.prices == {"A": "90"}
