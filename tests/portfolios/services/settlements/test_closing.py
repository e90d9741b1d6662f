"""From the closed list to the settled award: agreement, statement to the cent, wire, confirmation by both sides."""

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core import mail

from accounts.policies import NotAllowed
from portfolios.domain.sales import AssetClass, LotStatus, SaleStatus
from portfolios.domain.settlement import Paper
from portfolios.models import Lot, Sale, SettlementLoan
from portfolios.queries.settlements.schedule import schedule_csv
from portfolios.queries.settlements.statements import csv_of, statement_page, xlsx_of
from portfolios.services import agreements, drawing, fundings, kickouts, settlements, statements
from portfolios.services.allocations import BadList
from tests.portfolios.closing import LATER, make_closing, upload


def agreed(closing):
    for person in (closing.seller, closing.buyer):
        kickouts.agree(settlement=closing.settlement, by=person, at=LATER)
    return closing.again()


def draw_up(settlement, paper, closing):
    assert drawing.draw_up(settlement=settlement, paper=paper, by=closing.seller, at=LATER) is None
    return closing.again()


def drafted(closing):
    return draw_up(agreed(closing), Paper.AGREEMENT, closing)


def signed(closing):
    found = drafted(closing)
    for person in (closing.seller, closing.buyer):
        agreements.sign(settlement=found, sha256=found.agreement_sha256, by=person, at=LATER)
    return closing.again()


def drawn(closing):
    return draw_up(signed(closing), Paper.STATEMENT, closing)


def funded(closing):
    return fundings.fund(settlement=drawn(closing), reference="FED 1127-0042", by=closing.buyer, at=LATER)


def test_the_agreement_tells_the_facts_and_is_kept_by_its_hash(closing):
    kickouts.propose(settlement=closing.settlement, places=closing.places(2), reason="Low", by=closing.buyer, at=LATER)
    kickouts.answer(settlement=closing.settlement, places=None, answer="out", note="", by=closing.seller, at=LATER)
    found = drafted(closing)
    assert found.agreement_sha256 == hashlib.sha256(found.agreement.encode()).hexdigest()
    one_line = " ".join(found.agreement.split())
    assert "has not been reviewed by counsel" in one_line
    assert "The purchase price is $1,768,500.00, 98.25000 percent of the balance" in one_line
    assert "1 awarded loan with a balance of $200,000.00 left before this agreement" in one_line
    assert hashlib.sha256(schedule_csv(found)).hexdigest() in one_line
    assert schedule_csv(found).count(b"\n") == 10


def test_both_sides_sign_the_same_text(closing):
    found = drafted(closing)
    with pytest.raises(NotAllowed, match="drawn up again"):
        agreements.sign(settlement=found, sha256="0" * 64, by=closing.buyer, at=LATER)
    agreements.sign(settlement=found, sha256=found.agreement_sha256, by=closing.buyer, at=LATER)
    with pytest.raises(NotAllowed, match="signed already"):
        agreements.sign(settlement=found, sha256=found.agreement_sha256, by=closing.buyer, at=LATER)
    after = agreements.sign(settlement=found, sha256=found.agreement_sha256, by=closing.second, at=LATER)
    assert (after.status, after.seller_signed_by, after.buyer_signed_by) == ("signed", closing.second, closing.buyer)


def test_another_day_makes_the_text_and_its_signatures_void(closing):
    found = drafted(closing)
    agreements.sign(settlement=found, sha256=found.agreement_sha256, by=closing.buyer, at=LATER)
    after = settlements.set_day(settlement=found, settles_on=date(2026, 12, 21), by=closing.seller, at=LATER)
    assert (after.agreement, after.buyer_signed_by) == ("", None)
    again = draw_up(after, Paper.AGREEMENT, closing)
    assert again.agreement_sha256 != found.agreement_sha256


def test_the_published_example_to_the_cent(closing):
    """portfolio-sales 1.5: 198,412.33 at 97.125, 6.375%, paid to 1 Nov, settled 18 Dec, is 194,359.35."""
    loans = SettlementLoan.objects.filter(settlement=closing.settlement)
    loans.exclude(row_no=1).delete()
    loans.update(upb=Decimal("198412.33"), price=Decimal("97.125"))
    settlements.change(closing.settlement, price=Decimal("192707.98"), deposit=Decimal("0.00"))
    stated = upload("loan_id,paid_to,rate\nL00001,2026-11-01,6.375\n")
    statements.state(settlement=closing.settlement, upload=stated, by=closing.seller, at=LATER)
    found = drawn(closing)
    (line,) = statement_page(found).lines
    assert (line["days"], line["principal"], line["accrued"]) == (47, Decimal("192707.98"), Decimal("1651.37"))
    assert (found.funds, found.totals["wire"]) == (Decimal("194359.35"), "194359.35")


def test_a_statement_by_hand(closing):
    """Ten loans of 200,000 at 98.25 and 6.5%, settled 18 Dec, computed by hand.

    Interest: paid to 1 Dec 17 days, 200,000 × 6.5% × 17 / 360 = 613.888… = 613.89 each; loan 1 paid to 1 Nov 47 days,
    1,697.222… = 1,697.22; loan 2 paid to 1 Jan −13 days, −469.444… = −469.44. Eight × 613.89 = 4,911.12; together
    6,138.90. Collected 1,264.14, advances 310.25, escrow 2,040.00 + 880.50. Deposit 25,000.
    """
    text = (
        "Loan Number,Paid To,Collected,Advances,Escrow\n"
        'L00001,11/1/2026,,"$310.25",\nL00002,2027-01-01,"1,264.14",,2040\nL00003,,,,880.50\n'
    )
    statements.state(settlement=closing.settlement, upload=upload(text), by=closing.seller, at=LATER)
    found = drawn(closing)
    totals = found.totals
    assert (totals["principal"], totals["accrued"], totals["collected"]) == ("1965000.00", "6138.90", "1264.14")
    assert (totals["advances"], totals["escrow"]) == ("310.25", "2920.50")
    assert found.funds == Decimal("1967264.51")
    assert totals["wire"] == "1942264.51"
    assert totals["paid_to"] == {"seller": 2, "tape": 0, "cut-off": 8}


def test_the_statement_as_files(closing):
    found = drawn(closing)
    lines = csv_of(found).decode().splitlines()
    assert lines[0].startswith("lot,loan_id,upb,price,principal,rate,paid_to")
    assert lines[1].startswith("A,L00001,200000.00,98.2500000000,196500.00,6.500000,2026-12-01,cut-off,17,613.89")
    assert len(lines) == 11
    assert xlsx_of(found)[:2] == b"PK"


def test_what_is_wrong_with_stated_figures(closing):
    text = "loan_id,paid_to,collected\nL00001,31.12.2026,5\nL00002,2026-12-01,1.234\nQ,,\n"
    with pytest.raises(BadList) as refused:
        statements.state(settlement=closing.settlement, upload=upload(text), by=closing.seller, at=LATER)
    assert refused.value.problems == [
        "Row 1, paid_to: “31.12.2026” is not a date. Write 2026-12-01 or 12/1/2026.",
        "Row 2, collected: “1.234” is not an amount. Write dollars such as 1651.37, with at most two decimals.",
        "Row 3, loan_id: “Q” is not a loan of this settlement. Take the line out.",
    ]


def test_non_performing_loans_accrue_nothing(db):
    closing = make_closing(accrues=False)
    assert drawn(closing).totals["accrued"] == "0.00" or drawn(closing).totals["accrued"] == "0"


def test_a_deposit_changes_the_wire_and_makes_a_statement_void(closing):
    found = drawn(closing)
    after = statements.deposit(settlement=found, amount=Decimal("39300.00"), by=closing.seller, at=LATER)
    assert (after.funds, after.totals) == (None, {})
    again = draw_up(after, Paper.STATEMENT, closing)
    assert Decimal(again.totals["wire"]) == again.funds - Decimal("39300.00")


def test_the_wire_and_both_confirmations_settle(closing):
    found = funded(closing)
    assert (found.status, found.wire_reference) == ("funded", "FED 1127-0042")
    fundings.confirm_loans(settlement=found, by=closing.buyer, at=LATER)
    after = fundings.confirm_money(settlement=found, by=closing.seller, at=LATER)
    assert (after.status, after.confirmed_by, after.received_by) == ("settled", closing.seller, closing.buyer)
    assert after.award.lots.get().status == LotStatus.SETTLED
    assert Sale.objects.get().status == SaleStatus.SETTLED


def test_money_that_has_not_arrived_is_the_buyer_s_turn_again(closing):
    found = funded(closing)
    after = fundings.not_arrived(settlement=found, note="Not in the account at noon.", by=closing.seller, at=LATER)
    assert (after.status, after.wire_reference, after.funded_by) == ("signed", "", None)


def test_money_moves_only_after_signatures_and_statement(closing):
    with pytest.raises(NotAllowed, match="both sides signed"):
        fundings.fund(settlement=closing.settlement, reference="1", by=closing.buyer, at=LATER)
    found = signed(closing)
    with pytest.raises(NotAllowed, match="statement yet"):
        fundings.fund(settlement=found, reference="1", by=closing.buyer, at=LATER)


def test_a_list_of_customers_is_paid_for_once_it_can_be_handed_over(closing):
    settlement = drawn(closing)
    lot = settlement.award.lots.first()
    Lot.objects.filter(pk=lot.pk).update(asset_class=AssetClass.CUSTOMER_LIST, details={"opt_outs_removed": False})
    with pytest.raises(NotAllowed, match="people who opted out are still on lot"):
        fundings.fund(settlement=settlement, reference="FED 1", by=closing.buyer, at=LATER)


def test_each_side_confirms_for_itself(closing):
    found = funded(closing)
    with pytest.raises(NotAllowed, match="manager of the seller"):
        fundings.confirm_money(settlement=found, by=closing.buyer, at=LATER)
    with pytest.raises(NotAllowed, match="bidder of the buyer"):
        fundings.confirm_loans(settlement=found, by=closing.seller, at=LATER)


def test_history_cannot_be_changed(closing):
    from django.db import DatabaseError, transaction

    event = closing.settlement.events.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        type(event).objects.filter(pk=event.pk).update(kind="settled")


def test_the_other_side_is_mailed(closing, settings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        kickouts.agree(settlement=closing.settlement, by=closing.seller, at=LATER + timedelta(hours=1))
    (sent,) = mail.outbox
    assert sent.to == [closing.buyer.email]
    assert "agreed for the seller to the loans and the price" in sent.body
    assert "L00001" not in sent.body
