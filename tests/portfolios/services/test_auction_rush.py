"""Bids at once, from threads with connections of their own: of those that would share a place one stands."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection, connections
from django.utils import timezone

from accounts.policies import NotAllowed
from portfolios.domain.auctionrecord import problems
from portfolios.models import Auction, OpenBid
from portfolios.services import auctions, salerecords
from tests.portfolios.openroom import make_room

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


@dataclass
class Ended:
    """Whether a try ended the auction, in the place of a bid's price."""

    price: bool


def at_once(tries):
    """Each try in a thread, all begun together; the refusals as sentences and the bids as prices."""
    together = Barrier(len(tries))

    def run(step):
        try:
            together.wait(timeout=30)
            return step().price
        except NotAllowed as refusal:
            return str(refusal)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tries)) as threads:
        return list(threads.map(run, tries))


@pytest.fixture
def live():
    room = make_room()
    now = timezone.now()
    return room, room.start(at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=1))


def test_two_bids_at_once_cannot_both_stand(live):
    room, auction = live
    room.bid(auction, room.north, "3320000.00", at=timezone.now())
    both = [
        lambda: room.bid(auction, room.south, "3420000.00", at=timezone.now()),
        lambda: room.bid(auction, room.south, "3420000.00", at=timezone.now()),
    ]
    found = at_once(both)
    assert sorted(map(str, found)) == ["3420000.00", "Yours is the leading bid already."]


def test_a_rush_keeps_places_increments_and_chain(live):
    room, auction = live
    for number in range(ROUNDS):
        price = Decimal(3_500_000 + 300_000 * number)
        at_once(
            [
                lambda bidder=bidder, more=more, price=price: room.bid(
                    auction, bidder, str(price + more), at=timezone.now()
                )
                for bidder in (room.north, room.south)
                for more in (0, 50_000, 100_000)
            ]
        )
    bids = list(OpenBid.objects.filter(auction=auction).order_by("position"))
    assert [bid.position for bid in bids] == list(range(1, len(bids) + 1))
    rises = [after.comparable - before.comparable for before, after in pairwise(bids)]
    assert min(rises) >= auction.increment
    ends_at = Auction.objects.get(pk=auction.pk).ends_at
    closed = at_once([lambda: Ended(auctions.close(auction_id=auction.pk, at=ends_at + timedelta(seconds=1)))] * 4)
    assert sorted(closed) == [False, False, False, True]
    record = salerecords.auction_of(room.sale)
    assert record is not None
    assert problems(record) == []


def test_the_database_itself_takes_turns(live):
    """Even a program that skips the services cannot put two bids in one place."""
    room, auction = live
    leading = auction.bids.get()

    def write(bidder):
        def step():
            values = {"position": 2, "price": Decimal(4_000_000), "comparable": Decimal(4_000_000)}
            try:
                return OpenBid.objects.create(
                    auction=auction, bidder=bidder, by=leading.by, at=timezone.now(), hash="0" * 64, **values
                )
            except Exception as refused:
                raise NotAllowed(str(refused)) from None

        return step

    found = at_once([write(room.north), write(room.south), write(room.north)])
    assert sum(price == Decimal(4_000_000) for price in found) == 1
    assert connection.is_usable()
