"""The data room: what each standing opens, that every opening is noted, and that files run nothing here."""

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from portfolios.domain.sales import BidderStatus
from portfolios.models import Bidder, DocumentAccess, SaleEvent
from portfolios.services import bidders
from tests.factories import UserFactory
from tests.portfolios.deals import make_deal

pytestmark = pytest.mark.django_db
PAGE = b"<script>alert(1)</script>"


@pytest.fixture
def documents(auction):
    return [
        bidders.add_document(
            sale=auction.sale,
            title=f"Tier {tier}",
            tier=tier,
            upload=ContentFile(PAGE, name=f"tier-{tier}.html"),
            by=auction.seller,
            at=timezone.now(),
        )
        for tier in (1, 2, 3)
    ]


def room(auction):
    return reverse("portfolios:room", args=[auction.sale.number])


def url_of(document):
    return reverse("portfolios:room-document", args=[document.sale.number, document.pk])


def status_of(client, url):
    """The status of a download, which is read to its end, so that its file is closed."""
    answer = client.get(url)
    assert answer.status_code != 200 or b"".join(answer.streaming_content)
    return answer.status_code


@pytest.mark.parametrize(
    ("status", "answers"),
    [
        (BidderStatus.INVITED, [200, 403, 403]),
        (BidderStatus.CONFIDENTIAL, [200, 200, 403]),
        (BidderStatus.QUALIFIED, [200, 200, 200]),
        (BidderStatus.BARRED, [403, 403, 403]),
    ],
)
def test_a_standing_opens_its_tiers(client, person, bidder, documents, status, answers):
    Bidder.objects.filter(pk=bidder.pk).update(status=status)
    assert [status_of(client, url_of(document)) for document in documents] == answers
    assert DocumentAccess.objects.filter(by=person).count() == answers.count(200)


def test_a_document_is_saved_byte_for_byte_and_runs_nothing(client, person, documents):
    answer = client.get(url_of(documents[0]))
    assert b"".join(answer.streaming_content) == PAGE
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_room_names_what_is_locked_and_what_it_needs(client, person, auction, bidder, documents):
    Bidder.objects.filter(pk=bidder.pk).update(status=BidderStatus.INVITED)
    page = client.get(room(auction)).content.decode()
    assert "Needs the confidentiality agreement" in page
    assert "Needs a qualification" in page
    assert url_of(documents[0]) in page
    assert url_of(documents[1]) not in page


def test_the_seller_reads_who_opened_what(client, person, auction, documents):
    assert status_of(client, url_of(documents[0])) == 200
    client.force_login(auction.seller)
    assert (
        str(person)
        in client.get(reverse("portfolios:room-log", args=[auction.sale.number, documents[0].pk])).content.decode()
    )
    assert client.get(room(auction)).status_code == 200


def test_bidders_do_not_read_who_opened_what(client, person, auction, documents):
    url = reverse("portfolios:room-log", args=[auction.sale.number, documents[0].pk])
    assert client.get(url).status_code == 403


def test_openers_have_no_part_in_the_room(client, auction):
    opener = auction.openers["witness"].user
    opener.roles = [Role.MANAGER]
    opener.save()
    client.force_login(opener)
    assert client.get(room(auction)).status_code == 404


def test_withdrawn_documents_are_gone_for_bidders(client, person, auction, documents):
    documents[0].withdrawn_at = timezone.now()
    documents[0].save()
    assert client.get(url_of(documents[0])).status_code == 403
    assert "Tier 1" not in client.get(room(auction)).content.decode()


def test_the_redacted_tape_is_streamed_noted_and_named_by_its_hash(client, person, auction):
    lot = auction.sale.lots.get(code="A")
    lot.bundle, lot.tape_sha256 = make_deal().draft(), "cd" * 32
    lot.save()
    for kind in ("csv", "xlsx"):
        answer = client.get(reverse("portfolios:room-tape", args=[auction.sale.number, "A", kind]))
        assert answer.streaming
        assert len(b"".join(answer.streaming_content)) > 100
        assert f"redacted_cdcdcdcdcdcd.{kind}" in answer["Content-Disposition"]
        assert "sandbox" in answer["Content-Security-Policy"]
    assert SaleEvent.objects.filter(kind="tape_taken", by=person).count() == 2
    client.force_login(auction.seller)
    assert "Lot A, CSV" in client.get(room(auction)).content.decode()


def test_another_kind_of_file_does_not_exist(client, person, auction):
    assert client.get(reverse("portfolios:room-tape", args=[auction.sale.number, "A", "exe"])).status_code == 404


def test_the_list_shows_rooms_of_one_s_own_sales_only(client, person, auction, documents):
    page = client.get(reverse("portfolios:data_rooms")).content.decode()
    assert auction.sale.name in page
    stranger = UserFactory(organization__kind="investor", roles=[Role.BIDDER])
    client.force_login(stranger)
    assert auction.sale.name not in client.get(reverse("portfolios:data_rooms")).content.decode()
