"""Agreement, statement and true-up from their pages: drawn up by a worker, sent back, left without a reference."""

from decimal import Decimal

import pytest

from accounts.policies import NotAllowed
from portfolios.domain.settlement import Paper
from portfolios.models import SettlementWork
from portfolios.services import (
    drawing,
    fundings,
    statements,
    trueups,
)
from tests import snapshots
from tests.portfolios.closing import LATER, make_closing, upload
from tests.portfolios.views.settlements.steps import address, advance, both, client_of, every_tab, post


@pytest.fixture
def closing(db, settings):
    settings.REQUIRE_MFA = False
    return snapshots.made_once("closing", make_closing)


def test_a_paper_on_its_way_is_said_and_asked_for_once(closing, monkeypatch):
    monkeypatch.setattr(drawing, "AT_ONCE", 0)
    advance(closing, "agreed")
    for _ in range(2):
        answer = post(closing, closing.seller, "draw-up")
        shown = answer.content.decode()
        assert "The statement is being drawn up" in shown
        assert "Draw up the statement" not in shown
        assert "Look again" in shown
    client = client_of(closing.buyer)
    assert "being drawn up" in client.get(address(closing, "making", paper="statement")).content.decode()
    work = SettlementWork.objects.get()
    assert drawing.do(work_id=work.pk, clock=lambda: LATER)
    done = client.get(address(closing, "making", paper="statement"))
    assert (done.status_code, done["HX-Redirect"]) == (286, address(closing, "statement"))
    assert client.get(address(closing, "making", paper="letter")).status_code == 404
    assert "$1,946,138.90" in client.get(address(closing, "statement")).content.decode()


def test_a_paper_that_was_given_up_says_why_and_can_be_asked_for_again(closing, monkeypatch):
    monkeypatch.setattr(drawing, "AT_ONCE", 0)
    advance(closing, "agreed")
    post(closing, closing.seller, "draft")
    SettlementWork.objects.update(problem=drawing.HOPELESS.format(attempts=5))
    shown = client_of(closing.seller).get(address(closing, "agreement")).content.decode()
    assert "The agreement was not drawn up." in shown
    assert "Draw up the agreement" in shown
    assert "being drawn up" in post(closing, closing.seller, "draft").content.decode()


def test_a_deposit_above_what_is_due_is_sent_back_by_the_seller(closing):
    advance(closing, "signed")
    statements.deposit(settlement=closing.again(), amount=Decimal("1965000.00"), by=closing.seller, at=LATER)
    text = upload("loan_id,collected\nL00001,200000.00\n")
    statements.state(settlement=closing.again(), upload=text, by=closing.seller, at=LATER)
    drawing.draw_up(settlement=closing.again(), paper=Paper.STATEMENT, by=closing.seller, at=LATER)
    seller, buyer = every_tab(closing)
    assert "You send $193,861.10 back by Dec 18, 2026." in seller[""]
    assert "$193,861.10 was sent" in seller[""]
    assert "was sent" not in buyer[""]
    with pytest.raises(NotAllowed, match="manager of the seller"):
        fundings.fund(settlement=closing.again(), reference="FED 7", by=closing.buyer, at=LATER)
    fundings.fund(settlement=closing.again(), reference="FED 8", by=closing.seller, at=LATER)
    seller, buyer = both(closing)
    assert "You confirm that $193,861.10 arrived, and you confirm that the loans arrived." in buyer[""]
    assert "$193,861.10 has arrived" in buyer[""]
    fundings.confirm_money(settlement=closing.again(), by=closing.buyer, at=LATER)
    after = fundings.confirm_loans(settlement=closing.again(), by=closing.buyer, at=LATER)
    assert (after.status, after.confirmed_by) == ("settled", closing.buyer)


def test_where_nothing_is_due_no_reference_is_asked_for(closing):
    advance(closing, "signed")
    statements.deposit(settlement=closing.again(), amount=Decimal("1965000.00"), by=closing.seller, at=LATER)
    statements.state(
        settlement=closing.again(), upload=upload("loan_id,collected\nL00001,6138.90\n"), by=closing.seller, at=LATER
    )
    drawing.draw_up(settlement=closing.again(), paper=Paper.STATEMENT, by=closing.seller, at=LATER)
    _, buyer = every_tab(closing)
    assert "You say that nothing is due." in buyer[""]
    assert "Reference of the wire" not in buyer[""]
    fundings.fund(settlement=closing.again(), reference="", by=closing.buyer, at=LATER)
    seller, _ = both(closing)
    assert "You confirm that nothing is due" in seller[""]


def test_a_true_up_from_the_pages(closing):
    advance(closing, "settled")
    seller, buyer = both(closing)
    assert "Send the figures" in seller["true-up"]
    assert "Send the figures" not in buyer["true-up"]
    answer = post(closing, closing.seller, "finals", {"file": upload("loan_id,upb\nX,1\n")})
    assert answer.status_code == 422
    assert "“X” is not a loan of the loans that were bought" in answer.content.decode()
    answer = post(closing, closing.seller, "finals", {"file": upload("loan_id,upb,note\nL00001,0,Paid off\n")})
    assert "The second statement is drawn up." in answer.content.decode()
    made = closing.settlement.true_ups.get()
    seller, buyer = every_tab(closing)
    assert "Agree to pay $197,113.89" in seller["true-up"]
    assert "Agree to receive $197,113.89" in buyer["true-up"]
    assert "Paid off" in buyer["true-up"]
    data = {"to": "agree", "file": made.statement.name}
    for person in (closing.seller, closing.buyer):
        post(closing, person, "true-up-step", data, true_up=1)
    seller, buyer = both(closing)
    assert "You send $197,113.89." in seller["true-up"]
    assert "$197,113.89 was sent" in seller["true-up"]
    answer = client_of(closing.seller).post(address(closing, "true-up-step", true_up=1), {"to": "pay", "text": "FED 9"})
    assert "reauthenticate" in answer["Location"]
    made.refresh_from_db()
    trueups.pay(true_up=made, reference="FED 9", by=closing.seller, at=LATER)
    trueups.confirm(true_up=made, by=closing.buyer, at=LATER)
    seller, buyer = every_tab(closing)
    assert "Paid in the end" in buyer[""]
    assert "Send the figures" in seller["true-up"]
    answer = client_of(closing.buyer).get(address(closing, "true-up-csv", true_up=1))
    assert answer.content.decode().splitlines()[1].startswith("A,L00001,0.00,98.2500000000,0.00")
    assert post(closing, closing.buyer, "true-up-step", {"to": "contest", "text": ""}, true_up=1).status_code == 422


def test_a_list_that_everything_left_is_not_agreed_to(closing):
    closing.settlement.loans.update(proposed_reason="Gone", answer="out")
    answer = post(closing, closing.seller, "agree")
    assert "Every loan left, so there is nothing to sell." in answer.content.decode()
