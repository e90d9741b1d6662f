"""What a seller does between the announcement and the deadline."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganizationKind, Role
from portfolios.domain.sales import BidderStatus
from portfolios.models import Bidder, BundleLoan, Question, Sale
from portfolios.services import bidders, salehashes, sales
from tests.factories import OrganizationFactory, UserFactory
from tests.portfolios.auction import make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture
def auction(client):
    """A sale whose deadline is in ten days by the clock of today, with its seller signed in."""
    made = make_auction()
    Sale.objects.filter(pk=made.sale.pk).update(bids_due_at=timezone.now() + timedelta(days=10))
    made.sale.refresh_from_db()
    client.force_login(made.seller)
    return made


def url(name, sale, *more):
    return reverse(f"portfolios:{name}", args=[sale.number, *more])


def test_several_organizations_are_invited_at_once_and_found_by_name(client, auction):
    kind = OrganizationKind.INVESTOR
    wanted = [OrganizationFactory(kind=kind, name=name) for name in ("Osprey Point", "Larkspur Fund")]
    opener = auction.openers["witness"].user.organization
    page = client.get(url("sale-bidders", auction.sale), {"find": "osprey"}).content.decode()
    assert "Osprey Point" in page
    assert "Larkspur Fund" not in page
    assert f">{opener}<" not in page
    client.post(url("sale-bidders", auction.sale), {"organizations": [each.pk for each in wanted]})
    assert set(auction.sale.bidders.values_list("organization", flat=True)) == {each.pk for each in wanted}
    assert client.post(url("sale-bidders", auction.sale), {"organizations": [opener.pk]}).status_code == 422


def test_a_bidder_is_qualified_until_a_date_and_barred_with_a_reason(client, auction):
    bidder = auction.bidder(status=BidderStatus.CONFIDENTIAL, statement={"net_worth": "12000000"})
    page = client.get(url("sale-bidder", auction.sale, bidder.pk)).content.decode()
    assert "Yours to judge." in page
    assert "$12,000,000" in page
    past = client.post(url("sale-bidder", auction.sale, bidder.pk), {"until": "2020-01-01", "deposit": "0"})
    assert past.status_code == 422
    until = (timezone.now() + timedelta(days=90)).date()
    values = {"until": until.isoformat(), "deposit": "$50,000.00"}
    client.post(url("sale-bidder", auction.sale, bidder.pk), values)
    bidder.refresh_from_db()
    assert (bidder.status, bidder.qualified_until, str(bidder.deposit)) == ("qualified", until, "50000.00")
    assert client.post(url("sale-bidder-bar", auction.sale, bidder.pk), {"note": " "}).status_code == 422
    client.post(url("sale-bidder-bar", auction.sale, bidder.pk), {"note": "An affiliate."})
    assert Bidder.objects.get(pk=bidder.pk).status == "barred"


def test_a_declined_organization_is_invited_again(auction):
    bidder = auction.bidder(status=BidderStatus.DECLINED)
    now = timezone.now()
    again = bidders.invite(sale=auction.sale, organization=bidder.organization, by=auction.seller, at=now)
    assert (again.pk, again.status) == (bidder.pk, "invited")


def test_an_answer_goes_to_all_and_the_asker_is_named_nowhere(client, auction):
    bidder = auction.bidder()
    person = bidder.organization.people.get()
    question = bidders.ask(bidder=bidder, text="Are advances paid?", by=person, at=timezone.now())
    page = client.get(url("sale-questions", auction.sale)).content.decode()
    assert "Are advances paid?" in page
    assert str(person) not in page
    assert str(bidder.organization) not in page
    answer = url("sale-answer", auction.sale, question.pk)
    assert client.post(answer, {f"q{question.pk}-text": ""}).status_code == 422
    client.post(answer, {f"q{question.pk}-text": "Yes, at 100%."})
    assert Question.objects.get(pk=question.pk).answer == "Yes, at 100%."
    twice = client.post(answer, {f"q{question.pk}-text": "No."})
    assert twice.status_code == 422
    assert Question.objects.get(pk=question.pk).answer == "Yes, at 100%."


def test_documents_are_added_and_closed_again(client, auction):
    values = {"title": "Memorandum", "tier": "2", "upload": ContentFile(b"words", name="memo.pdf")}
    client.post(url("sale-document-add", auction.sale), values)
    document = auction.sale.documents.get()
    assert (document.title, document.tier, document.filename, document.size) == ("Memorandum", 2, "memo.pdf", 5)
    client.post(url("sale-document-withdraw", auction.sale, document.pk))
    document.refresh_from_db()
    assert document.withdrawn_at is not None
    assert list(auction.sale.events.values_list("kind", flat=True)) == ["document_withdrawn", "document"]
    assert client.post(url("sale-document-add", auction.sale), {"title": "x", "tier": "2"}).status_code == 422


def test_a_canceled_sale_is_named_once_more(client, auction):
    auction.bidder()
    client.post(url("sale-cancel", auction.sale), {"note": "The owner keeps them.", "number": auction.sale.number})
    auction.sale.refresh_from_db()
    assert auction.sale.status == "cancelled"
    page = client.get(auction.sale.get_absolute_url()).content.decode()
    assert "The sale is canceled." in page


def test_the_history_tells_each_side_what_it_may_know(client, auction):
    bidder = auction.bidder()
    person = bidder.organization.people.get()
    now = timezone.now()
    sales.record(auction.sale, "qualified", by=auction.seller, at=now, public=False, organization="Somebody Else")
    sales.record(auction.sale, "closed", by=None, at=now, head="ab" * 32, entries=7)
    own = client.get(url("sale-history", auction.sale)).content.decode()
    assert "Somebody Else" in own
    assert "7 entries" in own
    Sale.objects.filter(pk=auction.sale.pk).update(terms=auction.sale.terms | {"count_shown": False})
    client.force_login(person)
    told = client.get(url("sale-history", auction.sale)).content.decode()
    assert "Somebody Else" not in told
    assert "7 entries" not in told
    assert "The record was closed" in told
    file = client.get(url("sale-history-csv", auction.sale)).content.decode()
    assert "entries" not in file
    assert "closed" in file


@pytest.fixture
def offered(client, deal):
    """An announced sale of two lots, one of them a real bundle."""
    bundle, seller = deal.draft(), deal.manager
    made = make_auction("S-2026-0777", seller=seller)
    due = timezone.now() + timedelta(days=10)
    tape = salehashes.list_hash(bundle)
    made.sale.lots.filter(code="A").update(
        bundle=bundle, loan_count=bundle.kept_count, upb=bundle.kept_upb, tape_sha256=tape, summary=bundle.summary
    )
    Sale.objects.filter(pk=made.sale.pk).update(bids_due_at=due)
    made.sale.refresh_from_db()
    client.force_login(seller)
    return made


def test_an_addendum_is_shown_as_arithmetic_before_it_is_published(client, offered):
    lot = offered.sale.lots.get(code="A")
    gone = list(BundleLoan.objects.filter(bundle=lot.bundle, kicked_out="").order_by("row_no")[:2])
    new = url("sale-addendum-new", offered.sale)
    values = {"text": "Two loans paid off.", "loans_A": gone[0].loan_id}
    upload = ContentFile(f"loan_id,balance\n{gone[1].loan_id},1\n".encode(), name="gone.csv")
    page = client.post(new, values | {"file_A": upload}).content.decode()
    assert "What the addendum changes" in page
    assert f"{lot.loan_count - 2:,}" in page
    assert not offered.sale.addenda.exists()
    typed = {"text": "Two loans paid off.", "loans_A": f"{gone[0].loan_id}\n{gone[1].loan_id}", "publish": "1"}
    assert client.post(new, typed).status_code == 302
    after = offered.sale.lots.get(code="A")
    assert (after.loan_count, after.upb) == (lot.loan_count - 2, lot.upb - gone[0].upb - gone[1].upb)
    assert after.summary["totals"]["loans"] == after.loan_count
    assert after.summary["totals"]["upb"] == pytest.approx(float(after.upb), abs=0.01)
    listed = client.get(url("sale-addenda", offered.sale)).content.decode()
    assert "2 loans left lot A" in listed


def test_loans_that_a_lot_does_not_hold_are_named(client, offered):
    refused = client.post(url("sale-addendum-new", offered.sale), {"text": "x", "loans_A": "nobody knows"})
    assert refused.status_code == 422
    assert "it lacks knows, nobody" in refused.content.decode()


def test_a_lot_is_withdrawn_by_an_addendum_and_the_last_one_never(client, offered):
    for code in ("B", "C"):
        client.post(url("sale-lot-withdraw", offered.sale, code), {"text": "Kept."})
    offered.sale.refresh_from_db()
    assert [(one.number, one.changes) for one in offered.sale.addenda.all()] == [
        (1, {"B": "withdrawn"}), (2, {"C": "withdrawn"})
    ]  # fmt: skip
    assert offered.sale.addenda.last().tape_sha256 == offered.sale.tape_sha256
    refused = client.post(url("sale-lot-withdraw", offered.sale, "A"), {"text": "Kept."})
    assert refused.status_code == 422
    assert "last lot on offer" in refused.content.decode()
    assert client.get(url("sale-lot-withdraw", offered.sale, "B")).status_code == 403


def test_the_tape_stands_once_bids_are_due(client, offered):
    Sale.objects.filter(pk=offered.sale.pk).update(bids_due_at=timezone.now() - timedelta(seconds=1))
    assert client.get(url("sale-addendum-new", offered.sale)).status_code == 403


def test_both_sides_read_the_summary_and_take_it_as_a_file(client, offered):
    person = offered.bidder().organization.people.get()
    for reader in (offered.seller, person, offered.openers["witness"].user):
        client.force_login(reader)
        page = client.get(url("sale-summary", offered.sale)).content.decode()
        assert "Credit score" in page
        assert "No strata are stated for lot B." in page
        file = client.get(url("sale-summary-csv", offered.sale)).content.decode()
        assert file.startswith("lot,stratum,band,loans,upb_usd")
    client.force_login(UserFactory(roles=[Role.MANAGER]))
    assert client.get(url("sale-summary", offered.sale)).status_code == 404
