"""The room of an open auction, for its seller and its bidders."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from portfolios.domain.saleterms import Terms
from portfolios.models import Auction, Sale
from portfolios.services import auctions, sales
from tests import snapshots
from tests.factories import UserFactory
from tests.portfolios.openroom import ENDS, HORSE, make_room, person


@pytest.fixture
def room(db):
    return snapshots.made_once("auction room", make_room)


@pytest.fixture
def live(room):
    """An auction that runs now; the next bid is at least 3,320,000."""
    now = timezone.now()
    Sale.objects.filter(pk=room.sale.pk).update(bids_due_at=now - timedelta(hours=2))
    return room, room.start(at=now - timedelta(minutes=1), ends_at=now + timedelta(hours=1))


def address(room, name="sale-auction"):
    return reverse(f"portfolios:{name}", args=[room.sale.number])


def page(client, user, url):
    client.force_login(user)
    return client.get(url)


def test_the_seller_sees_who_qualified_and_starts(client, room):
    found = page(client, room.seller, address(room)).content.decode()
    assert "2 bidders qualified" in found
    assert "$3,220,000.00" in found
    ends = timezone.localtime(timezone.now() + timedelta(hours=2))
    answer = client.post(
        address(room, "sale-auction-start"), {"ends_on": ends.date(), "ends_time": "23:59", "assumed_1": "0"}
    )
    assert answer.status_code == 302
    assert Auction.objects.get(sale=room.sale).bids.count() == 1


def test_a_start_with_an_end_that_has_passed_is_refused_with_the_reason(client, room):
    client.force_login(room.seller)
    answer = client.post(address(room, "sale-auction-start"), {"ends_on": "2020-01-01", "ends_time": "10:00"})
    assert answer.status_code == 422
    assert "ends after it starts" in answer.content.decode()


def test_a_bidder_bids_and_leads(client, live):
    room, _ = live
    found = page(client, person(room.north), address(room)).content.decode()
    assert "$3,320,000.00" in found
    answer = client.post(address(room, "sale-auction-bid"), {"price": "$3,320,000"}, follow=True)
    assert "You lead at" in answer.content.decode()
    assert "Your bid of $3,320,000.00 leads." in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"price": "3,319,999.99"}, "at least $3,320,000.00"), ({"price": "33,200,000"}, "above the next bid allowed")],
)
def test_a_bid_that_is_refused_says_why_and_keeps_what_was_typed(client, live, typed, words):
    room, auction = live
    client.force_login(person(room.north))
    answer = client.post(address(room, "sale-auction-bid"), typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert typed["price"] in answer.content.decode()
    assert auction.bids.count() == 1


def test_an_unusual_bid_is_taken_once_it_is_meant(client, live):
    room, auction = live
    client.force_login(person(room.north))
    client.post(address(room, "sale-auction-bid"), {"price": "33,200,000", "meant": "on"})
    assert auction.bids.count() == 2


def test_the_room_tells_what_changed_since_the_head_one_has(client, live):
    room, auction = live
    head = auction.bids.get().hash
    quiet = page(client, person(room.south), f"{address(room, 'sale-auction-now')}?head={head}").content.decode()
    assert "auction-clock" in quiet
    assert "auction-board" not in quiet
    room.bid(auction, room.north, "3320000.00", at=timezone.now())
    changed = client.get(f"{address(room, 'sale-auction-now')}?head={head}").content.decode()
    assert 'hx-swap-oob="true"' in changed
    assert str(room.north.organization) in changed


def test_who_did_not_qualify_sees_no_bid_until_it_is_over(client, live):
    room, auction = live
    found = page(client, person(room.west), address(room)).content.decode()
    assert "has no seat" in found
    assert "3,220,000" not in found
    answer = client.post(address(room, "sale-auction-bid"), {"price": "9,000,000"})
    assert answer.status_code == 403
    moving = client.get(address(room, "sale-auction-now"))
    assert moving.headers["HX-Refresh"] == "true"
    Auction.objects.filter(pk=auction.pk).update(ends_at=auction.ends_at)
    auctions.close(auction_id=auction.pk, at=auction.ends_at + timedelta(seconds=1))
    assert "won at" in client.get(address(room)).content.decode()


def test_the_result_names_winner_and_back_up(client, room):
    auction = room.start()
    room.bid(auction, room.north, "3320000.00")
    auctions.close(auction_id=auction.pk, at=ENDS + timedelta(seconds=1))
    found = page(client, room.seller, address(room)).content.decode()
    assert f"{room.north.organization} won at $3,320,000.00" in found
    assert f"{room.south.organization} stands by" in found
    late = page(client, person(room.south), address(room))
    assert late.status_code == 200
    answer = client.post(address(room, "sale-auction-bid"), {"price": "4,000,000"}, follow=True)
    assert "The auction is over" in answer.content.decode()


def test_worth_is_worked_out_where_more_than_the_price_counts(client, db):
    room = make_room(**HORSE)
    room.start()
    found = page(client, room.seller, address(room)).content.decode()
    assert "$3,532,000.00" in found  # the first overbid
    assert "Stalking Stable LP" in found


def test_the_rules_are_set_in_the_draft(client, db):
    seller = UserFactory(roles=[Role.MANAGER])
    sale = sales.create(
        name="Estate of Kestrel", kind="section_363", time_zone="America/New_York", by=seller, at=timezone.now()
    )
    rules = reverse("portfolios:sale-auction-rules", args=[sale.number])
    shown = page(client, seller, rules).content.decode()
    assert 'name="extension_minutes" value="5"' in shown
    assert "Minutes after a late bid: A choice made here, not a rule of the market, Nov 22, 2026." in shown
    refused = client.post(rules, {"minimum_increment": "0", "extension_minutes": "5"})
    assert refused.status_code == 422
    client.post(rules, {"minimum_increment": "250,000", "extension_minutes": "5"})
    sale.refresh_from_db()
    terms = Terms.from_json(sale.terms)
    assert (terms.minimum_increment, terms.extension_minutes) == ("250000.00", 5)


def test_a_sealed_sale_has_no_auction(client, db):
    room = make_room(format="sealed")
    assert page(client, room.seller, address(room)).status_code == 403
