"""The opened sale: what its seller reads and signs, what bidders and openers may see, and what stays on record."""

import json

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse

from accounts.models import Role
from portfolios.domain.sales import SaleStatus
from portfolios.models import Award, Offer, Sale, SaleEvent, SealedBid, Settlement
from portfolios.services import notices
from tests.factories import UserFactory
from tests.portfolios.auction import AFTER, make_auction

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.REQUIRE_MFA = False


def url(sale, name, *more):
    return reverse(f"portfolios:{name}", args=[sale.number, *more])


def page(client, user, address):
    client.force_login(user)
    return client.get(address)


def text(client, user, address):
    return " ".join(page(client, user, address).content.decode().split())


@pytest.fixture
def auction():
    """A sale with a reserve, a leader for the whole, its cover, bids for lots, one that does not conform, one late."""
    auction = make_auction(deposit_percent="2")
    first, second, third = (auction.bidder() for _ in range(3))
    auction.reserve(A="970000.00", B="1940000.00", C="485000.00")
    auction.bid(first, A="98.412", B="98.412", C="98.412")
    auction.bid(second, A="98.287", B="98.287", C="98.287")
    auction.offers(third, [{"A": "99"}, {"B": "96"}])
    auction.bid(auction.bidder(), conditions=("subject to financing",), A="120")
    auction.first, auction.second, auction.third = first, second, third
    auction.colleague = UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])
    return auction


def opened(auction):
    sale = auction.open()
    for key in notices.waiting(at=AFTER):
        notices.tell(event_id=key, at=AFTER)
    mail.outbox.clear()
    return sale


def awarded(client, auction):
    sale = opened(auction)
    client.force_login(auction.seller)
    assert client.post(url(sale, "sale-propose")).status_code == 302
    client.force_login(auction.colleague)
    assert client.post(url(sale, "sale-confirm")).status_code == 302
    return Sale.objects.get(pk=sale.pk)


def test_a_round_for_a_tie_says_for_whom_it_is(client):
    auction = make_auction(tie_rule="best_and_final")
    for bidder in (auction.bidder(), auction.bidder()):
        auction.bid(bidder, A="98")
    sale = opened(auction)
    assert "the tied bidders, and nobody else" in text(client, auction.seller, url(sale, "sale-final-round"))


def bidder_of(bidder):
    return bidder.organization.people.get()


def test_the_seller_reads_who_leads_and_by_how_much(client, auction):
    sale = opened(auction)
    shown = text(client, auction.seller, sale.get_absolute_url())
    assert f"{auction.first.organization} leads at 98.412%." in shown
    assert "That is 0.125 above the cover bid and 1.412 above your reserve." in shown
    for figure in ("$3,444,420.00", "$4,375", "0.125 of UPB", "2 of 2 bids at or above it"):
        assert figure in shown
    assert "It sets conditions, which this sale does not take." in shown
    assert "Below reserve" in shown
    assert "Reserve 97.000" in shown


def test_best_prices_by_lot_are_held_against_the_whole(client, auction):
    shown = text(client, auction.seller, opened(auction).get_absolute_url())
    assert "Best price by lot" in shown
    assert "The best bids for parts bring $2,910,000 and leave lot C unsold." in shown


def test_two_people_award_and_the_settlement_begins(client, auction):
    sale = opened(auction)
    client.force_login(auction.seller)
    client.post(url(sale, "sale-propose"))
    again = client.post(url(sale, "sale-confirm"))
    assert again.status_code == 422
    assert "must be someone else" in again.content.decode()
    client.force_login(auction.colleague)
    client.post(url(sale, "sale-confirm"))
    assert Sale.objects.get(pk=sale.pk).status == SaleStatus.AWARDED
    assert Settlement.objects.get().award == Award.objects.get()
    shown = text(client, auction.seller, sale.get_absolute_url())
    assert "Confirmed" in shown
    assert "Awarded" in shown


def test_the_working_says_what_each_bid_changed(client, auction):
    sale = opened(auction)
    shown = text(client, auction.seller, url(sale, "sale-working"))
    assert "Wins. Without it the sale brings $4,375.00 less." in shown
    assert "Would have needed $4,375.00 more." in shown


def test_before_the_award_bidders_see_only_that_bids_were_opened(client, auction):
    sale = opened(auction)
    shown = text(client, bidder_of(auction.second), url(sale, "sale-result"))
    assert "The bids were opened together" in shown
    for secret in ("98.4", "98.2", "3,444,420", str(auction.first.organization)):
        assert secret not in shown
    for name in ("sale-record", "sale-bidder-record", "sale-minutes", "sale-minutes-text"):
        assert page(client, bidder_of(auction.second), url(sale, name)).status_code == 403


def test_after_it_bidders_see_their_own_result_and_no_more_than_announced(client, auction):
    sale = awarded(client, auction)
    shown = text(client, bidder_of(auction.second), url(sale, "sale-result"))
    assert "Your bid did not win." in shown
    assert "$3,440,045.00" in shown
    for secret in ("3,444,420", str(auction.first.organization), "rank"):
        assert secret not in shown
    assert page(client, bidder_of(auction.second), url(sale, "sale-record")).status_code == 403
    assert "You win lots A, B, C." in text(client, bidder_of(auction.first), url(sale, "sale-result"))


def test_after_it_bidders_hold_the_record_without_the_prices_that_lost(client, auction):
    sale = awarded(client, auction)
    address = url(sale, "sale-bidder-record")
    assert address in text(client, bidder_of(auction.second), url(sale, "sale-result"))
    held = page(client, bidder_of(auction.second), address).content.decode()
    assert '"98.287"' in held
    assert '"98.412"' not in held
    assert '"price"' not in page(client, auction.seller, address).content.decode()
    stranger = auction.bidder(status="invited")
    assert page(client, bidder_of(stranger), address).status_code == 403


def test_nothing_that_bidders_read_names_an_amount_of_others(client, auction):
    sale = awarded(client, auction)
    for event in SaleEvent.objects.filter(sale=sale, public=True):
        assert "3444420" not in json.dumps(event.facts)
        assert not any(receipt in json.dumps(event.facts) for receipt in receipts(sale))


def receipts(sale):
    return SealedBid.objects.filter(sale=sale).values_list("receipt", flat=True)


def test_where_the_terms_publish_the_cover_bidders_see_winner_cover_and_rank(client):
    auction = make_auction(cover_published=True)
    auction.colleague = UserFactory(organization=auction.seller.organization, roles=[Role.MANAGER])
    first, second = auction.bidder(), auction.bidder()
    auction.bid(first, A="99")
    auction.bid(second, A="98")
    sale = awarded(client, auction)
    shown = text(client, bidder_of(second), url(sale, "sale-result"))
    assert str(first.organization) in shown
    assert "$990,000.00" in shown
    assert "Did not win, rank 2" in shown
    assert page(client, bidder_of(second), url(sale, "sale-record")).status_code == 200


def test_each_is_written_its_own_result(client, auction):
    sale = awarded(client, auction)
    mail.outbox.clear()
    for key in notices.waiting(at=sale.awarded_at):
        notices.tell(event_id=key, at=sale.awarded_at)
    bodies = {message.to[0]: message.body for message in mail.outbox if "awarded on" in message.body}
    loser, winner = bodies[bidder_of(auction.second).email], bodies[bidder_of(auction.first).email]
    assert "Your bid did not win." in loser
    assert "3,444,420" not in loser
    assert "You win lots A, B, C." in winner
    assert "$3,444,420.00" in bodies[auction.seller.email]
    assert "$3,444,420.00" in bodies[auction.openers["witness"].user.email]


def test_the_record_is_a_file_that_can_be_checked_and_one_byte_breaks_it(client, auction, tmp_path, capsys):
    sale = awarded(client, auction)
    answer = page(client, auction.openers["witness"].user, url(sale, "sale-record"))
    file = tmp_path / "record.json"
    file.write_bytes(answer.content)
    call_command("verify_sale", str(file))
    assert "BROKEN" not in capsys.readouterr().out
    broken = json.loads(answer.content)
    broken["entries"][1]["at"] = broken["entries"][1]["at"].replace("Z", "1Z")
    file.write_text(json.dumps(broken))
    with pytest.raises(BaseException, match=r"changed|does not hold|not the record"):
        call_command("verify_sale", str(file))


def test_minutes_tell_everything_and_are_signed_by_their_text(client, auction):
    sale = awarded(client, auction)
    witness = auction.openers["witness"].user
    written = page(client, witness, url(sale, "sale-minutes-text")).content.decode()
    for said in (
        sale.closed_head,
        "$3,444,420.00",
        "It sets conditions",
        auction.colleague.name,
        "no parts",
    ):
        assert said in written
    shown = text(client, witness, url(sale, "sale-minutes"))
    sha256 = shown.partition('name="sha256" value="')[2][:64]
    assert client.post(url(sale, "sale-minutes"), {"sha256": "0" * 64}).status_code == 422
    assert client.post(url(sale, "sale-minutes"), {"sha256": sha256}).status_code == 302
    assert SaleEvent.objects.get(kind="minutes_signed").by == witness
    assert "Sign these minutes" not in text(client, witness, url(sale, "sale-minutes"))


def test_a_defect_is_excused_with_a_reason_and_then_counts(client, auction):
    sale = opened(auction)
    offer = Offer.objects.get(conforming=False)
    client.force_login(auction.seller)
    assert "It sets conditions" in client.get(url(sale, "sale-cure", offer.pk)).content.decode()
    assert client.post(url(sale, "sale-cure", offer.pk), {"note": " "}).status_code == 422
    assert client.post(url(sale, "sale-cure", offer.pk), {"note": "Financing is shown."}).status_code == 302
    assert Offer.objects.get(pk=offer.pk).conforming
    assert "Excused" in text(client, auction.seller, sale.get_absolute_url())


def test_all_bids_are_rejected_with_a_reason_that_is_told(client, auction):
    sale = opened(auction)
    client.force_login(auction.seller)
    assert client.post(url(sale, "sale-reject"), {"note": ""}).status_code == 422
    assert client.post(url(sale, "sale-reject"), {"note": "The market moved."}).status_code == 302
    assert Sale.objects.get(pk=sale.pk).status == SaleStatus.NO_AWARD
    assert "Ended without an award" in text(client, auction.seller, sale.get_absolute_url())
    assert "The seller rejected all bids" in text(client, bidder_of(auction.first), url(sale, "sale-result"))


def test_a_further_round_only_where_it_was_announced(client, auction):
    sale = opened(auction)
    client.force_login(auction.seller)
    refused = client.post(url(sale, "sale-final-round"), {"hours": 24})
    assert "did not announce" in refused.content.decode()
    Sale.objects.filter(pk=sale.pk).update(terms={**sale.terms, "best_and_final": True})
    assert client.post(url(sale, "sale-final-round"), {"hours": 24}).status_code == 302
    assert Sale.objects.get(pk=sale.pk).status == SaleStatus.FINAL_ROUND


def test_a_sale_without_bids_says_so(client):
    auction = make_auction()
    sale = opened_empty(auction)
    assert "No bid was received." in text(client, auction.seller, sale.get_absolute_url())
    assert page(client, auction.seller, url(sale, "sale-minutes")).status_code == 200


def opened_empty(auction):
    auction.close()
    auction.give("seller")
    return Sale.objects.get(pk=auction.sale.pk)


def test_a_tie_says_how_it_fell(client):
    auction = make_auction()
    for _ in range(2):
        auction.bid(auction.bidder(), A="98")
    shown = text(client, auction.seller, auction.open().get_absolute_url())
    assert "Several awards bring the same" in shown
    assert "the earlier server receipt of the final version wins" in shown


def test_how_bids_are_sealed_says_what_is_not_protected(client, auction):
    for user in (auction.seller, bidder_of(auction.first), auction.openers["witness"].user):
        shown = text(client, user, url(auction.sale, "sale-sealing"))
        assert "What it does not protect" in shown
        assert "verify_sale" in shown
