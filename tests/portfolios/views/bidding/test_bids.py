"""Envelopes on their way in: as bytes, as a file, late, and without JavaScript."""

import io
from datetime import timedelta

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portfolios import tasks
from portfolios.models import Sale, SaleEvent, SealedBid
from portfolios.services import sealedrecord
from tests.portfolios.auction import form

pytestmark = pytest.mark.django_db
CANARY = "87.65432"


@pytest.fixture
def url(auction):
    return reverse("portfolios:sale-bid", args=[auction.sale.number])


@pytest.fixture
def envelope(auction, bidder):
    return auction.sealed(bidder, form([{"A": CANARY}]))


def send(client, url, envelope, **headers):
    return client.post(url, data=envelope, content_type="application/octet-stream", headers=headers)


def test_bytes_are_answered_with_receipt_place_and_chain_hash(client, person, url, envelope):
    answer = send(client, url, envelope).json()
    entry = SealedBid.objects.get()
    assert (answer["receipt"], answer["position"], answer["hash"]) == (entry.receipt, 1, entry.hash)
    assert bytes(entry.envelope) == envelope
    assert entry.by == person


def test_the_receipt_goes_to_the_bidders_by_mail_without_the_price(auction, bidder, person, envelope):
    entry = sealedrecord.submit(bidder=bidder, envelope=envelope, by=person, at=timezone.now())
    tasks.mail_receipt(entry.pk)
    (sent,) = mail.outbox
    assert sent.to == [person.email]
    assert entry.receipt in sent.body
    assert entry.hash in sent.body
    assert CANARY not in sent.body + sent.subject


def test_a_file_that_was_sealed_elsewhere_is_taken(client, person, url, envelope, auction):
    upload = SimpleUploadedFile("bid.sealed", envelope)
    assert client.post(url, {"envelope": upload}).url == auction.sale.get_absolute_url()
    assert bytes(SealedBid.objects.get().envelope) == envelope


def test_a_form_without_javascript_is_told_that_nothing_was_sent(client, person, url):
    answer = client.post(url, {})
    assert answer.status_code == 422
    assert "needs JavaScript" in answer.content.decode()
    assert not SealedBid.objects.exists()


def test_no_field_of_the_panel_has_a_name_besides_the_token(client, person, auction):
    page = client.get(auction.sale.get_absolute_url()).content.decode()
    panel = page[page.index('<form id="bid"') : page.index("</form>", page.index('<form id="bid"'))]
    names = [part.split('"')[0] for part in panel.split('name="')[1:]]
    assert names == ["csrfmiddlewaretoken"]
    assert 'method="post"' in panel


def test_the_clock_is_read_after_the_last_byte(rf, auction, person, url, envelope, monkeypatch):
    """A bid whose last byte comes after the deadline is late, however early it began to arrive."""
    due = Sale.objects.get(pk=auction.sale.pk).bids_due_at
    came: list[bool] = []

    class Slow(io.BytesIO):
        def read(self, *size):
            came.append(True)
            return super().read(*size)

    now = lambda: due + timedelta(milliseconds=1) if came else due - timedelta(seconds=1)  # noqa: E731
    monkeypatch.setattr("portfolios.views.bidding.bids.timezone.now", now)
    client = Client()
    client.force_login(person)
    answer = client.generic("POST", url, envelope, "application/octet-stream", **{"wsgi.input": Slow(envelope)})
    assert answer.status_code == 422
    assert "arrived late" in answer.json()["problem"]
    assert SaleEvent.objects.get(kind="late_bid").facts["seconds"] == "0.001"


def test_what_is_no_envelope_is_refused_with_a_sentence(client, person, url):
    answer = send(client, url, b"98.5")
    assert answer.status_code == 422
    assert answer.json()["problem"].endswith(".")


def test_too_much_is_refused_before_it_is_read(client, person, url):
    answer = send(client, url, b"x" * (sealedrecord.MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "128 KB" in answer.json()["problem"]


def test_another_site_cannot_send_a_bid(person, url, envelope):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person)
    assert send(client, url, envelope).status_code == 403


def test_withdrawing_asks_first_and_leaves_a_line(client, person, url, envelope, auction):
    send(client, url, envelope)
    withdraw = reverse("portfolios:sale-bid-withdraw", args=[auction.sale.number])
    assert "Withdraw the bid sealed" in client.get(withdraw).content.decode()
    assert client.post(withdraw).url == auction.sale.get_absolute_url()
    assert list(SealedBid.objects.order_by("position").values_list("kind", flat=True)) == ["bid", "withdrawal"]
    assert client.post(withdraw).status_code == 422


def test_receipts_and_one_s_own_envelope(client, person, url, envelope, auction):
    send(client, url, envelope)
    page = client.get(reverse("portfolios:sale-receipts", args=[auction.sale.number])).content.decode()
    assert SealedBid.objects.get().receipt in page
    file = client.get(reverse("portfolios:sale-envelope", args=[auction.sale.number, 1]))
    assert file.content == envelope
    assert "sandbox" in file["Content-Security-Policy"]


def test_nobody_gets_the_envelope_of_another_bidder(client, person, auction, envelope):
    other = auction.bidder()
    sealed = auction.sealed(other, form([{"A": CANARY}]))
    sealedrecord.submit(bidder=other, envelope=sealed, by=other.organization.people.get(), at=timezone.now())
    assert client.get(reverse("portfolios:sale-envelope", args=[auction.sale.number, 1])).status_code == 404


def test_the_sheet_is_for_this_bidder_and_holds_no_secret(client, person, bidder, auction):
    sheet = client.get(reverse("portfolios:sale-bid-sheet", args=[auction.sale.number])).json()
    assert sheet["bidder"] == f"bidder-{bidder.pk}"
    assert [lot["lot"] for lot in sheet["lots"]] == ["A", "B", "C"]
    assert {opener["name"] for opener in sheet["openers"]} == set(auction.keys)
