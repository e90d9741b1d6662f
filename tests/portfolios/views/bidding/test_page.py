"""The bidder's page of a sale, by how far the bidder is, and the list of its bids."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.models import Addendum, Question, Sale
from portfolios.services import sealedrecord
from tests.portfolios.auction import form
from tests.portfolios.views.bidding.conftest import taking_bids

pytestmark = pytest.mark.django_db


def text_of(client, sale):
    return client.get(sale.get_absolute_url()).content.decode()


def seal(auction, bidder):
    envelope = auction.sealed(bidder, form([{"A": "98.5"}]))
    return sealedrecord.submit(bidder=bidder, envelope=envelope, by=bidder.organization.people.get(), at=timezone.now())


def test_a_qualified_bidder_can_seal_a_bid(client, person, auction):
    page = text_of(client, auction.sale)
    assert "Seal bid" in page
    assert "Percent of the balance at the cut-off" in page
    assert "Any 2 of these 3 together" in page


def test_a_yield_is_worked_out_in_the_window_from_what_is_published_of_the_lots(client, person, auction):
    assert "data-yield" not in text_of(client, auction.sale)  # nothing is published of these lots
    auction.sale.lots.filter(code="A").update(summary={"totals": {"rate": 6.5, "wam": 351}})
    auction.sale.lots.filter(code="B").update(summary={"totals": {"rate": 6.5}}, unit="usd")
    page = text_of(client, auction.sale)
    pools = page.split('id="bid-pools" type="application/json">')[1].split("</script>")[0]
    assert json.loads(pools) == {"A": {"rate": 6.5, "months": 351}}
    assert "Lot A at 6.500%, months left" in page
    assert "data-yield" in page
    assumptions = page.split('class="pl-assume"')[1].split("</details>")[0]
    assert " name=" not in assumptions  # nothing of it can be posted


def test_who_has_signed_nothing_is_told_what_to_do_and_sees_no_panel(client, auction):
    bidder = auction.bidder(status=BidderStatus.INVITED)
    client.force_login(bidder.organization.people.get())
    page = text_of(client, auction.sale)
    assert "Sign the confidentiality agreement" in page
    assert "Seal bid" not in page
    assert "Decline to take part" in page


def test_bids_are_counted_by_bidder_and_without_names(client, person, auction):
    others = [auction.bidder(), auction.bidder()]
    for other in (*others, others[0]):
        seal(auction, other)
    page = text_of(client, auction.sale)
    assert 'aria-label="2 sealed bids"' in page
    assert others[0].organization.name not in page


def test_the_count_is_hidden_where_the_terms_hide_it(client):
    auction = taking_bids("S-2026-0007", count_shown=False)
    bidder = auction.bidder()
    seal(auction, auction.bidder())
    client.force_login(bidder.organization.people.get())
    page = text_of(client, auction.sale)
    assert "How many bids came in is not shown" in page
    assert "1 sealed bid" not in page


def test_after_an_addendum_the_bid_prices_the_earlier_tape(client, person, auction, bidder):
    seal(auction, bidder)
    assert "prices an earlier tape" not in text_of(client, auction.sale)
    Addendum.objects.create(
        sale=auction.sale, number=1, text="Loan L00003 paid off.", tape_sha256="cd" * 32, replaces_sha256="ab" * 32,
        published_by=auction.seller, published_at=timezone.now(),
    )  # fmt: skip
    Sale.objects.filter(pk=auction.sale.pk).update(tape_sha256="cd" * 32)
    page = text_of(client, auction.sale)
    assert "prices an earlier tape" in page
    assert "Loan L00003 paid off." in page
    seal(auction, bidder)
    assert "prices an earlier tape" not in text_of(client, auction.sale)


def test_questions_show_no_names_and_open_ones_of_others_not_at_all(client, person, auction, bidder):
    other = auction.bidder()
    asker = other.organization.people.get()
    now = timezone.now()
    Question.objects.create(sale=auction.sale, bidder=other, text="Still open?", asked_by=asker, asked_at=now)
    Question.objects.create(
        sale=auction.sale, bidder=other, text="Are advances paid?", asked_by=asker, asked_at=now, answer="Yes.",
        answered_by=auction.seller, published_at=now,
    )  # fmt: skip
    page = text_of(client, auction.sale)
    assert "Are advances paid?" in page
    assert "Still open?" not in page
    assert str(asker) not in page
    assert "Yours" not in page


def test_asking(client, person, auction, bidder):
    url = reverse("portfolios:sale-ask", args=[auction.sale.number])
    assert client.post(url, {"text": " "}).status_code == 422
    assert client.post(url, {"text": "Are advances paid?"}).status_code == 302
    assert Question.objects.get().bidder == bidder
    assert "Not answered yet" in text_of(client, auction.sale)


def test_my_bids_tell_standing_receipt_and_what_was_superseded(client, person, auction, bidder):
    seal(auction, bidder)
    entry = seal(auction, bidder)
    page = client.get(reverse("portfolios:my_bids")).content.decode()
    assert entry.receipt in page
    assert "1 superseded" in page
    assert "Qualified" in page


def test_a_cancelled_sale_says_that_nothing_was_opened(client, person, auction, bidder):
    Sale.objects.filter(pk=auction.sale.pk).update(status=SaleStatus.CANCELLED)
    assert "Envelopes were deleted unopened" in client.get(reverse("portfolios:my_bids")).content.decode()
    assert "Seal bid" not in text_of(client, auction.sale)


def test_pages_ask_the_database_a_fixed_number_of_times(client, person, auction, bidder, django_assert_max_num_queries):
    for _ in range(3):
        seal(auction, auction.bidder())
    with django_assert_max_num_queries(48):
        text_of(client, auction.sale)
    with django_assert_max_num_queries(18):
        client.get(reverse("portfolios:my_bids"))
