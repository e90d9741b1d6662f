"""The list of sales and the one page of a sale, by who looks and where it stands."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.models import Sale
from portfolios.queries.sales import lists
from portfolios.queries.waiting import waiting
from tests.factories import UserFactory
from tests.portfolios.auction import AFTER, BEFORE, make_auction

pytestmark = pytest.mark.django_db
LIST = reverse("portfolios:sales")


def read(client, user, path):
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return answer.content.decode()


def running(**terms):
    """A sale whose deadline is in two days by the clock of today."""
    auction = make_auction(**terms)
    Sale.objects.filter(pk=auction.sale.pk).update(bids_due_at=timezone.now() + timedelta(days=2))
    auction.sale.refresh_from_db()
    return auction


def test_the_seller_reads_what_is_for_sale_and_when_bids_are_due(client):
    auction = make_auction()
    text = read(client, auction.seller, auction.sale.get_absolute_url())
    assert "Project Kestrel" in text
    assert "$3,500,000.00" in text
    assert "Bids due Dec 15" in text
    assert "Tuesday, Dec 15, 2026 at 2:00:00 PM ET" in text


def test_people_of_the_seller_without_a_part_in_it_are_told(client):
    auction = make_auction()
    uploader = UserFactory(organization=auction.seller.organization, roles=[Role.UPLOADER])
    for person, status in ((uploader, 403), (UserFactory(roles=[Role.MANAGER]), 404)):
        client.force_login(person)
        assert client.get(auction.sale.get_absolute_url()).status_code == status


def test_the_number_of_sealed_bids_is_shown_where_the_terms_say_so_and_never_whose_they_are(client):
    shown, kept = make_auction(), make_auction("S-2026-0005", count_shown=False)
    for auction in (shown, kept):
        bidder = auction.bidder()
        auction.bid(bidder, A="98.25")
        auction.bid(bidder, A="98.5")
    assert "1 sealed bid" in read(client, shown.seller, shown.sale.get_absolute_url())
    text = read(client, kept.seller, kept.sale.get_absolute_url())
    assert "1 sealed bid" not in text
    assert "How many bids came in is not shown" in text


def test_the_page_says_what_needs_the_seller(client):
    auction = running()
    bidder = auction.bidder(status=BidderStatus.CONFIDENTIAL, statement={"net_worth": "1"})
    auction.sale.questions.create(
        bidder=bidder, text="Are advances paid?", asked_by=bidder.organization.people.get(), asked_at=timezone.now()
    )
    text = read(client, auction.seller, auction.sale.get_absolute_url())
    assert "1 question is yours to answer." in text
    assert f"{bidder.organization} waits to be qualified." in text


def test_a_closed_sale_waits_for_its_openers(client):
    auction = make_auction()
    auction.bid(auction.bidder(), A="98")
    auction.close()
    text = read(client, auction.seller, auction.sale.get_absolute_url())
    assert "The bids open as soon as 2 openers have given their parts." in text


def test_each_side_has_its_own_list(client):
    auction = running()
    bidder = auction.bidder(status=BidderStatus.INVITED)
    person = bidder.organization.people.get()
    opener = auction.openers["witness"].user
    assert "New sale" in read(client, auction.seller, LIST)
    bidding = read(client, person, LIST)
    assert "Sign the confidentiality agreement" in bidding
    assert "New sale" not in bidding
    assert auction.sale.name in read(client, opener, LIST)
    nobody = read(client, UserFactory(roles=[Role.MANAGER]), LIST)
    assert auction.sale.name not in nobody
    assert "No open sale" in nobody


def test_a_draft_is_seen_by_its_seller_and_its_openers_only(client):
    auction = make_auction()
    bidder = auction.bidder()
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.DRAFT, announced_at=None)
    assert auction.sale.name in read(client, auction.openers["adviser"].user, LIST)
    person = bidder.organization.people.get()
    for status in (SaleStatus.DRAFT, SaleStatus.CANCELLED):
        Sale.objects.filter(pk=auction.sale.pk).update(status=status)
        assert auction.sale.name not in read(client, person, f"{LIST}?show=all")
        assert client.get(auction.sale.get_absolute_url()).status_code == 404


def test_the_list_is_filtered_and_paged_by_key(client):
    auction = make_auction()
    values = {"seller": auction.sale.seller, "kind": "bulk", "time_zone": "UTC", "created_by": auction.seller}
    for number in range(1, 61):
        Sale.objects.create(number=f"S-2025-{number:04d}", name="Draft", created_at=BEFORE, **values)
    page = lists.list_page(auction.seller, shown="draft", after="", at=AFTER)
    assert (len(page.lines), page.total, page.rest) == (50, 60, 10)
    rest = lists.list_page(auction.seller, shown="draft", after=page.next, at=AFTER)
    assert (len(rest.lines), rest.next) == (10, "")
    assert not {line.sale.pk for line in page.lines} & {line.sale.pk for line in rest.lines}
    assert [line.sale.pk for line in lists.list_page(auction.seller, shown="bidding", after="", at=AFTER).lines] == [
        auction.sale.pk
    ]


def test_the_list_asks_the_same_number_of_questions_however_long_it_is(client, django_assert_max_num_queries):
    auction = make_auction()
    for number in range(8):
        make_auction(f"S-2026-1{number:03d}", seller=auction.seller)
    client.force_login(auction.seller)
    client.get(LIST)
    with django_assert_max_num_queries(20):
        client.get(LIST)


def test_the_number_beside_sales_counts_what_waits_for_a_person():
    auction = running()
    bidder = auction.bidder(status=BidderStatus.INVITED)
    person, now = bidder.organization.people.get(), timezone.now()
    assert waiting(auction.seller, now) == {}
    assert waiting(person, now) == {"portfolios:sales": 1}
    auction.sale.questions.create(bidder=bidder, text="Why?", asked_by=person, asked_at=now)
    assert waiting(auction.seller, now) == {"portfolios:sales": 1}
    opener = auction.openers["witness"]
    assert waiting(opener.user, now) == {}
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.CLOSED)
    assert waiting(opener.user, now) == {"portfolios:sales": 1}
    assert waiting(person, now + timedelta(days=9)) == {}
