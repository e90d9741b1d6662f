"""Every tab of a settlement at every step, read by both sides; steps taken and refused by their forms."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from portfolios.models import Settlement
from portfolios.services import (
    trailing,
    transfers,
)
from tests import snapshots
from tests.portfolios.closing import LATER, make_closing, prices_csv, upload
from tests.portfolios.views.settlements.steps import (
    TABS,
    address,
    advance,
    both,
    checked,
    client_of,
    every_tab,
    post,
    take,
)


@pytest.fixture
def closing(db, settings):
    settings.REQUIRE_MFA = False
    return snapshots.made_once("closing", make_closing)


def test_a_new_settlement(closing):
    seller, buyer = every_tab(closing)
    assert "Settlement with" in seller[""]
    assert "You check the loans once more." in buyer[""]
    assert "Agree to $1,965,000.00" in buyer[""]
    assert "Halvorsen" not in seller.all() + buyer.all()


def test_findings_and_suggestions(closing):
    checked(closing)
    _, buyer = both(closing)
    assert "Credit score below 620" in buyer["bring-down"]
    assert "Ask out all suggested" in buyer["bring-down"]
    answer = post(closing, closing.buyer, "propose", {"everything": "on", "from_checks": "on"})
    assert "2 loans asked out" in answer.content.decode()
    seller, _ = every_tab(closing)
    assert "2 loans wait for your answer." in seller[""]
    answer = post(closing, closing.seller, "answer", {"everything": "on", "answer": "out"})
    assert "The price is $1,572,000.00." in answer.content.decode()


def test_a_refused_step_shows_its_reason_beside_the_form(closing):
    answer = post(closing, closing.buyer, "propose", {"places": [f"{closing.lots['A'].pk}-1"]})
    assert answer.status_code == 422
    assert "Say why these loans should leave" in answer.content.decode()
    answer = post(closing, closing.buyer, "propose")
    assert "Choose at least one loan." in answer.content.decode()


def test_prices_with_problems_are_listed(closing):
    data = {"lot": "A", "file": upload(prices_csv({"L00001": "x"}))}
    answer = post(closing, closing.buyer, "allocate", data)
    assert answer.status_code == 422
    assert "“x” is not a price" in answer.content.decode()
    assert post(closing, closing.buyer, "allocate", {"lot": "A"}).status_code == 422


def test_every_tab_at_every_step(closing):
    words = {
        "agreed": ("You draw up the purchase agreement.", "draws up the purchase agreement."),
        "drafted": ("Both sides sign the agreement.", "Both sides sign the agreement."),
        "signed": ("You draw up the settlement statement.", "draws up the settlement statement."),
        "statement": ("sends $1,946,138.90 by Dec 18, 2026.", "You send $1,946,138.90 by Dec 18, 2026."),
        "funded": ("You confirm that $1,946,138.90 arrived", "and you confirm that the loans arrived"),
        "settled": ("Paid and delivered.", "Paid and delivered."),
    }
    for step, (of_seller, of_buyer) in words.items():
        take(closing, step)
        seller, buyer = every_tab(closing)
        assert of_seller in seller[""], step
        assert of_buyer in buyer[""], step


def test_signing_asks_again_who_is_there(closing):
    found = advance(closing, "drafted")
    client = client_of(closing.buyer)
    answer = client.post(address(closing, "sign"), {"sha256": found.agreement_sha256})
    assert answer.status_code == 302
    assert "reauthenticate" in answer["Location"]
    answer = client.post(answer["Location"], {"password": "plumb-bob-and-string-9"})
    assert closing.again().buyer_signed_by == closing.buyer


def test_what_follows(closing):
    found = advance(closing, "settled")
    transfers.set_transfer(settlement=found, transfers_on=date(2027, 1, 4), by=closing.seller, at=LATER)
    trailing.owe(settlement=found, doc_type="note", due_on=date(2027, 1, 10), loan_ids=None, by=closing.buyer, at=LATER)
    data = {
        "loan_id": "L00003", "balance": "$199,000.00", "rate": "6.5", "paid_to": "2026-12-01", "on": "2027-02-15",
        "costs": "0", "reason": "Occupancy",
    }  # fmt: skip
    answer = post(closing, closing.buyer, "claim", data)
    assert "Claimed $198,176.38" in answer.content.decode() or answer.status_code == 200
    seller, buyer = every_tab(closing)
    assert "Goodbye letter" in seller["after"]
    assert "Issue as a pool" in buyer["after"]
    assert "Issue as a pool" not in seller["after"]
    claim = found.claims.get()
    answer = post(closing, closing.seller, "claim-step", {"to": "contested", "text": "No"}, claim=claim.pk)
    assert "gone one step on" in answer.content.decode()
    keys = list(found.trailing.values_list("pk", flat=True)[:3])
    post(closing, closing.seller, "documents", {"documents": keys, "step": "deliver"})
    assert found.trailing.exclude(delivered_on=None).count() == 3


def test_a_pool_from_the_page(closing):
    advance(closing, "settled")
    form = {
        "name": "PL 2026-S02", "program": "private", "delay_days": "55", "coupon": "5.5", "issued_on": "2026-12",
        "forecast_kind": "PSA", "forecast_values": "150",
    }  # fmt: skip
    assert client_of(closing.buyer).get(address(closing, "issue", lot="A")).status_code == 200
    answer = client_of(closing.buyer).post(address(closing, "issue", lot="A"), form)
    assert answer.status_code == 302, answer.content.decode()
    assert closing.lots["A"].security.loan_count == 10


def test_files(closing):
    advance(closing, "statement")
    client = client_of(closing.buyer)
    for name in ("schedule", "agreement-text", "statement-csv", "statement-xlsx", "history-csv"):
        answer = client.get(address(closing, name))
        assert answer.status_code == 200, name
        assert "attachment" in answer["Content-Disposition"]
    assert client.get(address(closing, "agreement-text")).content.decode() == closing.again().agreement


def test_files_that_are_not_there_yet(closing):
    client = client_of(closing.seller)
    assert client.get(address(closing, "agreement-text")).status_code == 404
    assert client.get(address(closing, "statement-csv")).status_code == 404


def test_documents_are_due_by_the_announced_term_unless_somebody_says_otherwise(db, settings):
    settings.REQUIRE_MFA = False
    closing = make_closing(trailing_days=45)
    Settlement.objects.update(status="settled")
    closing.again()
    assert 'name="due_on" value="2027-02-01"' in both(closing)[0]["after"]


def test_a_delivery_without_a_day_is_of_today_where_the_sale_is(closing, monkeypatch):
    """In New York it is still the 9th when it is the 10th by the server."""
    Settlement.objects.update(status="settled")
    found = closing.again()
    trailing.owe(settlement=found, doc_type="note", due_on=date(2027, 1, 10), loan_ids=None, by=closing.buyer, at=LATER)
    monkeypatch.setattr(timezone, "now", lambda: datetime(2027, 1, 10, 3, 0, tzinfo=UTC))
    keys = list(found.trailing.values_list("pk", flat=True))
    post(closing, closing.seller, "documents", {"documents": keys, "step": "deliver"})
    assert set(found.trailing.values_list("delivered_on", flat=True)) == {date(2027, 1, 9)}


def test_one_loan_without_borrowers_data(closing):
    checked(closing)
    for person in (closing.seller, closing.buyer):
        answer = client_of(person).get(address(closing, "loan", lot="A", row_no=2))
        shown = answer.content.decode()
        assert "Credit score below 620" in shown
        assert "Halvorsen" not in shown
        assert "Elm St" not in shown


def test_the_sale_leads_to_its_one_settlement(closing):
    number = closing.settlement.award.sale.number
    answer = client_of(closing.buyer).get(reverse("portfolios:settlements", args=[number]))
    assert answer["Location"] == closing.settlement.get_absolute_url()


def test_an_ended_settlement(closing):
    post(closing, closing.seller, "fail", {"note": "The buyer withdrew."})
    seller, buyer = every_tab(closing)
    assert "Ended without a sale." in seller[""]
    assert "The buyer withdrew." in buyer["history"]
    assert Settlement.objects.get().price == Decimal("1965000.00")


def test_pages_ask_the_database_little(closing, django_assert_max_num_queries):
    client = client_of(closing.buyer)
    for tab in TABS:
        client.get(address(closing, tab))
        with django_assert_max_num_queries(32):
            client.get(address(closing, tab))
