"""The database holds to the deadline by its own clock, whatever a program stamps its rows with."""

from datetime import timedelta

import pgtrigger
import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.policies import NotAllowed
from portfolios.domain.sales import SaleStatus
from portfolios.models import Auction, OpenBid, OpeningPart, Sale, SealedBid
from portfolios.services import auctions, closing, sealedrecord
from tests.portfolios.auction import AFTER, make_auction
from tests.portfolios.openroom import ENDS, STARTS, make_room, person

pytestmark = pytest.mark.django_db
CLOCKS = (
    "portfolios.SealedBid:entered_by_the_clock",
    "portfolios.OpeningPart:parts_by_the_clock",
    "portfolios.Sale:closed_by_the_clock",
    "portfolios.OpenBid:open_bid_by_the_clock",
    "portfolios.Auction:ended_by_the_clock",
)


@pytest.fixture
def auction(db):
    """A sale with one bid, once the triggers read the clock; tests of other things tell the time themselves."""
    made = make_auction()
    due_in(made, 60)
    made.bid(made.bidder(), at=timezone.now() - timedelta(days=2), A="98")
    by_the_clock()
    return made


def by_the_clock():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    pgtrigger.enable(*CLOCKS)


def due_in(auction, seconds):
    due = timezone.now() + timedelta(seconds=seconds)
    Sale.objects.filter(pk=auction.sale.pk).update(bids_due_at=due)
    return due


def test_a_server_whose_clock_is_slow_takes_no_late_bid(auction):
    due = due_in(auction, -3)
    with pytest.raises(NotAllowed, match="The deadline has passed"), transaction.atomic():
        auction.bid(auction.bidder(), at=due - timedelta(hours=1), A="99")
    assert SealedBid.objects.count() == 1


def test_a_late_bid_of_a_slow_server_is_noted(auction):
    due, bidder = due_in(auction, -3), auction.bidder()
    envelope, by = auction.sealed(bidder, {"offers": []}), bidder.organization.people.get()
    with pytest.raises(NotAllowed, match="arrived late"):
        sealedrecord.receive(bidder=bidder, envelope=envelope, by=by, at=due - timedelta(minutes=5))
    assert auction.sale.events.filter(kind="late_bid").count() == 1


def test_a_row_stamped_before_the_deadline_is_late_all_the_same(auction):
    due = due_in(auction, -3)
    entry = SealedBid.objects.get()
    entry.pk, entry.position, entry.receipt, entry.at = None, 2, "f" * 64, due - timedelta(days=1)
    with pytest.raises(IntegrityError, match="by the clock of the database"), transaction.atomic():
        entry.save(force_insert=True)


def test_a_bid_that_waited_for_those_ahead_of_it_is_entered(auction):
    due = due_in(auction, -0.5)
    assert auction.bid(auction.bidder(), at=due, A="99").position == 2


def test_a_withdrawal_is_late_by_the_same_clock(auction):
    due_in(auction, -3)
    entry = SealedBid.objects.select_related("bidder").get()
    with pytest.raises(NotAllowed, match="The deadline has passed"):
        sealedrecord.withdraw(bidder=entry.bidder, by=entry.by, at=timezone.now() - timedelta(days=1))


def test_a_worker_whose_clock_is_fast_closes_nothing_early(auction):
    due_in(auction, 60)
    assert not closing.close(sale_id=auction.sale.pk, at=AFTER + timedelta(days=9999))
    assert Sale.objects.get().status == SaleStatus.OPEN
    due_in(auction, -3)
    assert closing.close(sale_id=auction.sale.pk, at=timezone.now())


def test_no_part_of_a_key_is_taken_before_the_deadline(auction):
    due_in(auction, -3)
    auction.close(timezone.now())
    due_in(auction, 60)  # as a program would have to turn it back to open early
    with pytest.raises(NotAllowed, match="Bids are opened after the deadline"), transaction.atomic():
        auction.give("seller", at=timezone.now() + timedelta(days=1))
    assert not OpeningPart.objects.exists()
    due_in(auction, -3)
    auction.give("seller", at=timezone.now())
    assert OpeningPart.objects.exists()


def test_an_open_auction_ends_by_the_same_clock():
    room = make_room(extension_minutes=0)
    begun = room.start()
    now = timezone.now()
    moved = now - ENDS  # the whole auction, so that it ended three seconds ago
    ended = now - timedelta(seconds=3)
    with pgtrigger.ignore("portfolios.Auction:auction_rules_stay"):
        Auction.objects.filter(pk=begun.pk).update(starts_at=STARTS + moved, announced_end=ended, ends_at=ended)
    by_the_clock()
    auction = Auction.objects.get(pk=begun.pk)
    with pytest.raises(NotAllowed, match="The auction is over"), transaction.atomic():
        auctions.bid(
            auction=auction, bidder=room.north, price=auctions.leading_bid(auction).price * 2, credit=False,
            by=person(room.north), at=auction.ends_at - timedelta(minutes=1),
        )  # fmt: skip
    assert OpenBid.objects.count() == 1


def test_a_worker_whose_clock_is_fast_ends_no_auction_early():
    begun = make_room().start()
    with pgtrigger.ignore("portfolios.Auction:auction_rules_stay"):
        Auction.objects.filter(pk=begun.pk).update(ends_at=timezone.now() + timedelta(days=400))
    by_the_clock()
    assert not auctions.close(auction_id=begun.pk, at=timezone.now() + timedelta(days=401))
    assert Auction.objects.get().closed_at is None


def test_these_tests_look_at_every_trigger_that_reads_the_clock():
    known = {uri.rpartition(":")[2] for uri in CLOCKS}
    named = {trigger.name for _, trigger in pgtrigger.registered() if trigger.name.endswith("_by_the_clock")}
    assert named == known
