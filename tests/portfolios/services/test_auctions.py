"""Open auctions: who gets in, how bids follow one another, how they end, and the award they lead to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Role
from accounts.policies import NotAllowed
from portfolios.domain.salerecord import (
    bidder_record_to_bytes,
    record_from_bytes,
    record_to_bytes,
    verified_bidder_record,
    verified_sale,
)
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.models import Award, Bidder, OpenBid, Sale
from portfolios.queries.ceremonies.letters import letters_of
from portfolios.services import auctions, awards, salerecords
from portfolios.services.auctions import Valued
from portfolios.services.bidderrecords import bidder_record_of
from tests import snapshots
from tests.factories import UserFactory
from tests.portfolios.auction import make_auction
from tests.portfolios.openroom import ENDS, HORSE, SOON, STARTS, TERMS, Room, make_room, person


@pytest.fixture
def room(db):
    return snapshots.made_once("auction room", make_room)


def test_the_best_sealed_bid_for_all_lots_is_the_baseline(room):
    auction = room.start()
    baseline = auction.bids.get()
    assert (baseline.position, baseline.bidder, baseline.price) == (1, room.south, Decimal("3220000.00"))
    assert {seat.bidder for seat in auction.seats.all()} == {room.north, room.south}
    assert Sale.objects.get(pk=room.sale.pk).status == SaleStatus.AUCTION
    event = room.sale.events.get(kind="auction_started")
    assert event.public
    assert event.facts["bidders"] == 2


def test_bids_follow_by_the_increment_and_by_somebody_else(room):
    auction = room.start()
    with pytest.raises(NotAllowed, match=r"at least \$3,320,000.00"):
        room.bid(auction, room.north, "3319999.99")
    with pytest.raises(NotAllowed, match="the leading bid already"):
        room.bid(auction, room.south, "4000000.00")
    assert room.bid(auction, room.north, "3320000.00").position == 2
    assert room.bid(auction, room.south, "3420000.00").position == 3
    with pytest.raises(NotAllowed, match="did not qualify"):
        room.bid(auction, room.west, "9000000.00")


def test_only_bidders_of_qualified_organizations_bid(room):
    auction = room.start()
    clerk = UserFactory(organization=room.north.organization, roles=[Role.ANALYST])
    with pytest.raises(NotAllowed, match="role of bidder"):
        auctions.bid(auction=auction, bidder=room.north, price=Decimal("3400000"), credit=False, by=clerk, at=SOON)
    Bidder.objects.filter(pk=room.north.pk).update(qualified_until=(STARTS - timedelta(days=1)).date())
    with pytest.raises(NotAllowed, match="qualification has ended"):
        room.bid(auction, room.north, "3400000.00")


def test_an_auction_starts_once_by_the_seller_for_a_sale_that_announced_it(room):
    with pytest.raises(NotAllowed, match="manager of the seller"):
        auctions.start(sale=room.sale, ends_at=ENDS, values={}, by=UserFactory(roles=[Role.MANAGER]), at=STARTS)
    with pytest.raises(NotAllowed, match="ends after it starts"):
        auctions.start(sale=room.sale, ends_at=STARTS, values={}, by=room.seller, at=STARTS)
    room.start()
    with pytest.raises(NotAllowed, match="once the sealed bids are open"):
        room.start()


def test_a_sealed_sale_holds_no_auction(db):
    room = make_room(format="sealed")
    with pytest.raises(NotAllowed, match="did not announce"):
        room.start()


def test_without_a_bid_for_all_lots_nobody_qualifies(room):
    Bidder.objects.filter(sale=room.sale).update(status=BidderStatus.CONFIDENTIAL)
    with pytest.raises(NotAllowed, match="nobody qualifies"):
        room.start()


def test_the_initial_overbid_tops_price_fee_expenses_and_one_increment(db):
    room = make_room(**HORSE)
    auction = room.start()
    assert auction.bids.get().bidder == room.north  # held to its announced price, above what it sealed
    assert auction.bids.get().price == Decimal("3300000.00")
    with pytest.raises(NotAllowed, match=r"at least \$3,532,000.00"):
        room.bid(auction, room.south, "3531999.99")
    made = room.bid(auction, room.south, "3532000.00")
    assert (made.break_up, made.comparable) == (Decimal("132000.00"), Decimal("3400000.00"))
    assert room.bid(auction, room.north, "3500000.00").comparable == Decimal("3500000.00")  # owes itself nothing


def test_a_stalking_horse_that_sealed_no_bid_is_owed_nothing(db):
    room = make_room(
        **{**HORSE, "stalking_horse": ""},
    )
    auction = room.start()
    assert (auction.stalking_horse, auction.break_up_fee) == (None, Decimal(0))


def test_liabilities_and_cure_costs_count(room):
    auction = room.start(north=Valued(assumed=Decimal("500000"), cure_costs=Decimal("50000"), basis="Schedule 4"))
    assert auction.bids.get().bidder == room.north  # 3,150,000 + 500,000 - 50,000 beats 3,220,000
    assert auction.bids.get().comparable == Decimal("3600000.00")
    with pytest.raises(NotAllowed, match=r"\$3,700,000.00"):
        room.bid(auction, room.south, "3600000.00")


def test_a_credit_bid_is_at_most_the_allowed_claim(room):
    auction = room.start(north=Valued(credit_limit=Decimal("3500000")))
    with pytest.raises(NotAllowed, match="allowed claim is"):
        room.bid(auction, room.north, "3500000.01", credit=True)
    assert room.bid(auction, room.north, "3500000.00", credit=True).credit
    with pytest.raises(NotAllowed, match="no allowed claim"):
        room.bid(auction, room.south, "3900000.00", credit=True)


def test_a_bid_in_the_last_minutes_moves_the_end_and_no_other_does(room):
    auction = room.start()
    room.bid(auction, room.north, "3400000.00", at=ENDS - timedelta(minutes=6))
    auction.refresh_from_db()
    assert auction.ends_at == ENDS
    room.bid(auction, room.south, "3600000.00", at=ENDS - timedelta(minutes=1))
    auction.refresh_from_db()
    assert auction.ends_at == ENDS + timedelta(minutes=4)
    late = auction.ends_at + timedelta(microseconds=1)
    with pytest.raises(NotAllowed, match="auction is over"):
        room.bid(auction, room.north, "4000000.00", at=late)


def closed_room(room: Room) -> Sale:
    auction = room.start()
    room.bid(auction, room.north, "3400000.01")
    room.bid(auction, room.south, "3600000.03", at=SOON + timedelta(minutes=1))
    assert auctions.close(auction_id=auction.pk, at=ENDS + timedelta(seconds=1))
    return Sale.objects.get(pk=room.sale.pk)


def test_the_end_is_kept_once_with_the_head_and_the_price_by_lot(room):
    sale = closed_room(room)
    auction = sale.auction
    assert sale.status == SaleStatus.OPENED
    assert (auction.count, auction.head) == (3, auction.bids.last().hash)
    assert not auctions.close(auction_id=auction.pk, at=ENDS + timedelta(hours=1))
    assert sale.events.filter(kind="auction_closed").count() == 1
    upb = {lot.code: lot.upb for lot in sale.lots.all()}
    amounts = {
        code: (upb[code] * Decimal(price) / 100).quantize(Decimal("0.01")) for code, price in auction.prices.items()
    }
    assert sum(amounts.values()) == Decimal("3600000.03")


def test_it_does_not_end_before_its_time(room):
    auction = room.start()
    assert auctions.waiting(at=ENDS) == []
    assert not auctions.close(auction_id=auction.pk, at=ENDS)
    assert auctions.waiting(at=ENDS + timedelta(seconds=1)) == [auction.pk]


def test_the_award_comes_from_the_auction(room):
    with pytest.raises(NotAllowed, match="decided by its open auction"):
        awards.propose(sale=room.sale, by=room.seller, at=SOON)
    sale = closed_room(room)
    (award,) = awards.propose(sale=sale, by=room.seller, at=ENDS + timedelta(hours=1))
    assert (award.amount, award.cover) == (Decimal("3600000.03"), Decimal("3400000.01"))
    assert award.offer.bid.entry.bidder == room.south
    assert {lot.code for lot in award.lots.all()} == {"A", "B", "C"}
    second = UserFactory(organization=sale.seller, roles=[Role.MANAGER])
    awards.confirm(sale=sale, by=second, at=ENDS + timedelta(hours=2))
    assert Sale.objects.get(pk=sale.pk).status == SaleStatus.AWARDED


def test_the_published_record_covers_the_auction(room):
    sale = closed_room(room)
    awards.propose(sale=sale, by=room.seller, at=ENDS + timedelta(hours=1))
    record = record_from_bytes(record_to_bytes(salerecords.record_of(sale)))
    assert all(finding.holds for finding in verified_sale(record))
    assert Award.objects.get(sale=sale).offer.code == record.auction.winning_offer
    first, second, third = record.auction.bids
    for changed in (
        replace(record.auction, bids=(first, third)),
        replace(record.auction, bids=(first, replace(second, at=second.at - timedelta(days=2)), third)),
        replace(record.auction, increment=Decimal("1.00")),
    ):
        broken = [each for each in verified_sale(replace(record, auction=changed)) if not each.holds]
        assert "auction" in {each.check for each in broken}


def test_open_bids_are_in_the_records_of_those_who_heard_them(room):
    sale = closed_room(room)
    awards.propose(sale=sale, by=room.seller, at=ENDS + timedelta(hours=1))
    second = UserFactory(organization=sale.seller, roles=[Role.MANAGER])
    sale = awards.confirm(sale=sale, by=second, at=ENDS + timedelta(hours=2))
    south, north, west = (bidder_record_of(sale, bidder) for bidder in (room.south, room.north, room.west))
    for record in (south, north, west):
        assert False not in {each.holds for each in verified_bidder_record(record)}
        assert record.awards[0].amount == Decimal("3600000.03")
    assert south.auction.prices
    assert south.awards[0].offer == south.auction.winning_offer
    assert (north.auction.prices, north.auction.offers) == ({}, {})
    assert (west.auction, west.awards[0].cover) == (None, None)
    assert "3400000.01" not in bidder_record_to_bytes(west).decode()
    shorter = replace(north, auction=replace(north.auction, bids=north.auction.bids[:-1]))
    assert False in {each.holds for each in verified_bidder_record(shorter)}


def test_a_reserve_above_the_last_bid_leaves_the_lots_unsold(db):
    held = make_auction(**TERMS)
    bidder = held.bidder()
    held.bid(bidder, A="90", B="90", C="90")
    held.reserve(A="4000000")
    room = Room(held.open(), held.seller, bidder, bidder, bidder)
    auction = room.start()
    auctions.close(auction_id=auction.pk, at=ENDS + timedelta(seconds=1))
    with pytest.raises(NotAllowed, match="meets the reserve"):
        awards.propose(sale=room.sale, by=room.seller, at=ENDS + timedelta(hours=1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE portfolios_openbid SET price = price + 1, comparable = comparable + 1",
        "DELETE FROM portfolios_openbid",
        "UPDATE portfolios_seat SET assumed = 1",
        "UPDATE portfolios_auction SET ends_at = ends_at - interval '1 minute'",
        "UPDATE portfolios_auction SET increment = 1",
    ],
)
def test_the_database_keeps_bids_and_rules_as_they_were(room, statement):
    room.start()
    refused = pytest.raises(Exception, match=r"Cannot update or delete|rules of an auction stay")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"position": 3}, "follows the leading one"),
        ({"comparable": Decimal("3300000"), "price": Decimal("3300000")}, "at least one increment"),
        ({"at": ENDS + timedelta(hours=1)}, "does not run"),
        ({"comparable": Decimal("9000000")}, "comparable_is_the_sum"),
    ],
)
def test_the_database_refuses_bids_that_break_the_rules(room, changes, words):
    auction = room.start()
    leading = auction.bids.get()
    values = {"position": 2, "price": Decimal("4000000"), "comparable": Decimal("4000000"), "at": SOON} | changes
    with pytest.raises(Exception, match=words) as refused, transaction.atomic():
        OpenBid.objects.create(auction=auction, bidder=room.north, by=leading.by, hash="0" * 64, **values)
    assert isinstance(refused.value, IntegrityError)


def test_who_has_a_seat_is_told_of_the_start_and_everybody_of_the_end(room):
    auction = room.start()
    started = letters_of(room.sale.events.get(kind="auction_started"))
    told = {letter.to for letter in started}
    assert {person(room.north).email, person(room.south).email, room.seller.email} <= told
    assert person(room.west).email not in told
    assert "It begins at $3,220,000.00" in started[0].body
    auctions.close(auction_id=auction.pk, at=ENDS + timedelta(seconds=1))
    ended = letters_of(room.sale.events.get(kind="auction_closed"))
    assert person(room.west).email in {letter.to for letter in ended}
    assert auction.bids.get().hash in ended[0].body
