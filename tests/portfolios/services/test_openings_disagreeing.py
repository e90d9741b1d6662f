"""Openers whose parts do not agree: nothing opens, the group is named, the others can mend it, the seller can go on."""

from datetime import timedelta
from decimal import Decimal

import pgtrigger
import pytest

from accounts.policies import NotAllowed
from portfolios.domain.salerecord import verified_sale
from portfolios.domain.sealing import Part
from portfolios.models import OpenedBid, Sale, SaleEvent, SealedBid
from portfolios.queries.ceremonies.shut import disagreement_of
from portfolios.services import openings, sealedrecord
from portfolios.services.salerecords import record_of
from tests.portfolios.auction import AFTER, fates, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    return make_auction()


def give_wrong(auction, name, position):
    """An opener's parts, those of one entry wrong."""
    parts = auction.parts(name)
    parts[position] = [Part(part.group, part.name, "A" * 43) for part in parts[position]]
    return openings.give(opener=auction.openers[name], parts=parts, by=auction.openers[name].user, at=AFTER)


@pytest.fixture
def disagreeing(auction):
    """Two bids; the seller's opener gave a wrong part of the second, the adviser gave true ones."""
    auction.good, auction.wronged = auction.bidder(), auction.bidder()
    auction.bid(auction.good, A="98")
    auction.bid(auction.wronged, A="99")
    auction.close()
    assert not give_wrong(auction, "seller", 2)
    assert not auction.give("adviser")
    return auction


def shut(auction):
    return disagreement_of(auction.sale, list(sealedrecord.standing(auction.sale).values()))


def test_wrong_parts_open_nothing_and_name_their_group_and_who_can_help(disagreeing):
    assert (fates(disagreeing), OpenedBid.objects.count()) == ([], 0)
    found = shut(disagreeing)
    assert [(each.position, each.groups) for each in found.shut] == [(2, (("adviser", "seller"),))]
    assert [opener.name for opener in found.named] == ["adviser", "seller"]
    assert [opener.name for opener in found.helpers] == ["witness"]
    event = SaleEvent.objects.get(kind="parts_disagree")
    assert (event.public, event.facts["shut"], event.facts["groups"]) == (False, [2], ["adviser and seller"])


def test_a_further_opener_opens_what_wrong_parts_kept_shut(disagreeing):
    assert disagreeing.give("witness")
    assert fates(disagreeing) == [
        (disagreeing.good.pk, True, Decimal("980000.00")),
        (disagreeing.wronged.pk, True, Decimal("990000.00")),
    ]
    assert all(finding.holds for finding in verified_sale(record_of(Sale.objects.get(pk=disagreeing.sale.pk))))


def test_a_bid_stays_shut_only_where_no_group_of_honest_openers_is_left(disagreeing):
    assert give_wrong(disagreeing, "witness", 2)
    assert fates(disagreeing) == [(disagreeing.good.pk, True, Decimal("980000.00"))]
    report = OpenedBid.objects.get(entry__bidder=disagreeing.wronged)
    assert (report.content, "was changed" in report.problem) == (None, True)


def test_what_no_opener_can_mend_waits_for_nobody(auction):
    """A bid that was changed in the database, and one that is no bid inside, do not keep the others shut."""
    auction.send(auction.bidder(), {"offers": "garbage"})
    entry = auction.bid(auction.bidder(), A="98")
    with pgtrigger.ignore("portfolios.SealedBid:record_stays"):
        SealedBid.objects.filter(pk=entry.pk).update(envelope=b"{}")
    auction.close()
    assert [auction.give("seller"), auction.give("witness")] == [False, True]


def test_the_seller_may_open_without_it_after_a_day_and_all_are_told_why(disagreeing):
    sale, later = Sale.objects.get(pk=disagreeing.sale.pk), AFTER + timedelta(hours=24)
    with pytest.raises(NotAllowed, match="have a day"):
        openings.open_without(sale=sale, by=disagreeing.seller, at=later - timedelta(seconds=1), note="Lost key.")
    with pytest.raises(NotAllowed, match="Only a manager of the seller"):
        openings.open_without(sale=sale, by=disagreeing.openers["witness"].user, at=later, note="Lost key.")
    with pytest.raises(NotAllowed, match="Say why"):
        openings.open_without(sale=sale, by=disagreeing.seller, at=later, note=" ")
    openings.open_without(sale=sale, by=disagreeing.seller, at=later, note="The witness lost the key.")
    assert fates(disagreeing) == [(disagreeing.good.pk, True, Decimal("980000.00"))]
    event = SaleEvent.objects.get(kind="opened_without")
    assert (event.public, event.note, event.facts["shut"]) == (True, "The witness lost the key.", [2])


def test_nothing_is_opened_without_a_bid_while_its_openers_agree(auction):
    auction.bid(auction.bidder(), A="98")
    auction.close()
    auction.give("seller")
    with pytest.raises(NotAllowed, match="No envelope is kept shut"):
        openings.open_without(sale=auction.sale, by=auction.seller, at=AFTER + timedelta(days=9), note="Hurry.")
