"""What the record takes and when; and that nobody can read, add or remove anything."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.policies import NotAllowed
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.domain.sealing import Broken, verified
from portfolios.models import Sale, SealedBid
from portfolios.services import sealedrecord
from tests.portfolios.auction import AFTER, BEFORE, DEADLINE, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction():
    return make_auction()


def entries(auction):
    return list(SealedBid.objects.filter(sale=auction.sale).order_by("position"))


def test_bids_follow_each_other_in_a_chain_that_holds(auction):
    first, second = auction.bidder(), auction.bidder()
    auction.bid(first, A="98.5")
    auction.bid(second, A="98.25", B="97")
    auction.bid(first, A="98.625")
    rows = entries(auction)
    assert [(row.position, row.bidder_id, row.seq) for row in rows] == [
        (1, first.pk, 1),
        (2, second.pk, 1),
        (3, first.pk, 2),
    ]
    assert verified(sealedrecord.chain_of(auction.sale)) == rows[-1].hash


def test_the_last_bid_of_a_bidder_counts(auction):
    bidder = auction.bidder()
    auction.bid(bidder, A="98.5")
    latest = auction.bid(bidder, A="99")
    assert sealedrecord.standing(auction.sale) == {bidder.pk: latest}


def test_a_withdrawn_bid_does_not_count_and_stays_in_the_record(auction):
    bidder = auction.bidder()
    auction.bid(bidder, A="98.5")
    sealedrecord.withdraw(bidder=bidder, by=bidder.organization.people.get(), at=BEFORE)
    assert sealedrecord.standing(auction.sale) == {}
    assert [row.kind for row in entries(auction)] == ["bid", "withdrawal"]
    with pytest.raises(NotAllowed, match="no bid to withdraw"):
        sealedrecord.withdraw(bidder=bidder, by=bidder.organization.people.get(), at=BEFORE)
    again = auction.bid(bidder, A="97")
    assert sealedrecord.standing(auction.sale) == {bidder.pk: again}


def test_the_same_bytes_twice_are_one_entry(auction):
    bidder = auction.bidder()
    data, person = auction.sealed(bidder, {"lots": []}), bidder.organization.people.get()
    first = sealedrecord.submit(bidder=bidder, envelope=data, by=person, at=BEFORE)
    assert sealedrecord.submit(bidder=bidder, envelope=data, by=person, at=AFTER) == first
    assert len(entries(auction)) == 1


@pytest.mark.parametrize("then", ["withdrawn", "replaced"])
def test_bytes_that_no_longer_count_are_not_taken_for_a_bid_again(auction, then):
    """A bidder who sends a withdrawn or replaced envelope again must not believe that it stands."""
    bidder = auction.bidder()
    entry = auction.bid(bidder, A="98")
    by = bidder.organization.people.get()
    if then == "withdrawn":
        sealedrecord.withdraw(bidder=bidder, by=by, at=BEFORE)
    else:
        auction.bid(bidder, A="97")
    with pytest.raises(NotAllowed, match="was replaced or withdrawn since"):
        sealedrecord.submit(bidder=bidder, envelope=bytes(entry.envelope), by=by, at=BEFORE)


def test_no_price_stands_in_the_row(auction):
    entry = auction.bid(auction.bidder(), A="98.73125")
    assert b"98.73125" not in bytes(entry.envelope)
    assert "98.73125" not in str(SealedBid.objects.filter(pk=entry.pk).values().get())


def test_a_byte_at_the_deadline_is_in_time_and_a_millisecond_later_is_not(auction):
    assert auction.bid(auction.bidder(), at=DEADLINE, A="98").position == 1
    with pytest.raises(NotAllowed, match="arrived late"):
        auction.bid(auction.bidder(), at=DEADLINE + timedelta(milliseconds=1), A="99")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": BidderStatus.INVITED}, "Only qualified bidders"),
        ({"status": BidderStatus.BARRED}, "Only qualified bidders"),
        ({"qualified_until": (BEFORE - timedelta(days=1)).date()}, "qualification ended on Dec 14, 2026"),
    ],
)
def test_who_is_not_qualified_cannot_bid(auction, values, words):
    with pytest.raises(NotAllowed, match=words):
        auction.bid(auction.bidder(**values), A="98")


def test_a_stranger_cannot_bid_for_a_bidder(auction):
    bidder, other = auction.bidder(), auction.bidder()
    with pytest.raises(NotAllowed, match="role of bidder"):
        sealedrecord.submit(
            bidder=bidder, envelope=auction.sealed(bidder, {}), by=other.organization.people.get(), at=BEFORE
        )


@pytest.mark.parametrize(
    "changes",
    [{"bidder": "bidder-0"}, {"round": 2}, {"seq": 2}, {"tape_sha256": "cd" * 32}, {"deadline": "x"}, {"sale": "S-1"}],
)
def test_an_envelope_for_something_else_is_refused(auction, changes):
    bidder = auction.bidder()
    data = auction.sealed(bidder, {"lots": []}, **changes)
    with pytest.raises(NotAllowed, match="sealed for another state"):
        sealedrecord.submit(bidder=bidder, envelope=data, by=bidder.organization.people.get(), at=BEFORE)


@pytest.mark.parametrize(("data", "words"), [(b"hello", "not a sealed bid"), (b"x" * 200_000, "at most 128 KB")])
def test_what_is_no_envelope_is_refused(auction, data, words):
    bidder = auction.bidder()
    with pytest.raises(NotAllowed, match=words):
        sealedrecord.submit(bidder=bidder, envelope=data, by=bidder.organization.people.get(), at=BEFORE)


def test_an_envelope_to_other_openers_is_refused(auction):
    bidder = auction.bidder()
    del auction.keys["witness"]
    with pytest.raises(NotAllowed, match="other openers"):
        auction.bid(bidder, A="98")


def test_the_record_closes_after_the_deadline_and_once(auction):
    auction.bid(auction.bidder(), A="98")
    assert not auction.close(DEADLINE)
    assert auction.close()
    assert not auction.close()
    sale = Sale.objects.get(pk=auction.sale.pk)
    assert (sale.status, sale.closed_count, sale.closed_head) == (SaleStatus.CLOSED, 1, entries(auction)[0].hash)
    with pytest.raises(NotAllowed, match="no bids now"):
        auction.bid(auction.bidder(), at=BEFORE, A="99")


def test_the_database_itself_takes_nothing_after_the_deadline(auction):
    entry = auction.bid(auction.bidder(), A="98")
    auction.close()
    entry.pk, entry.position, entry.receipt = None, 2, "f" * 64
    with pytest.raises(IntegrityError, match="takes no bids"), transaction.atomic():
        entry.save(force_insert=True)


def test_the_database_itself_takes_nothing_that_says_it_came_late(auction):
    entry = auction.bid(auction.bidder(), A="98")
    entry.pk, entry.position, entry.receipt, entry.at = None, 2, "f" * 64, AFTER
    with pytest.raises(IntegrityError, match="takes no bids"), transaction.atomic():
        entry.save(force_insert=True)


def test_the_database_itself_changes_no_entry(auction):
    auction.bid(auction.bidder(), A="98")
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        SealedBid.objects.filter(sale=auction.sale).update(receipt="0" * 64)


def test_a_removed_entry_breaks_the_chain_that_everybody_holds(auction):
    for price in ("98", "99", "97"):
        auction.bid(auction.bidder(), A=price)
    auction.close()
    head = Sale.objects.get(pk=auction.sale.pk).closed_head
    SealedBid.objects.filter(sale=auction.sale, position=2).delete()
    with pytest.raises(Broken) as broken:
        verified(sealedrecord.chain_of(auction.sale), head=head)
    assert broken.value.position == 2


def test_the_reserve_is_sealed_like_a_bid(auction):
    entry = auction.reserve(A="975000.00")
    assert (entry.kind, entry.bidder_id) == ("reserve", None)
    with pytest.raises(NotAllowed, match="manager of the seller"):
        sealedrecord.reserve(
            sale=auction.sale,
            envelope=auction.sealed(None, {}),
            by=auction.bidder().organization.people.get(),
            at=BEFORE,
        )


def test_positions_have_no_gaps(auction):
    for _ in range(5):
        auction.bid(auction.bidder(), A="98")
    assert [row.position for row in entries(auction)] == [1, 2, 3, 4, 5]
