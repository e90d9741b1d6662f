"""After the closing: transfer and notices, documents that follow, claims, pools."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accounts.policies import NotAllowed
from portfolios.domain.settlement import ClaimState
from portfolios.models import RepurchaseClaim, Settlement
from portfolios.queries.settlements.days import documents_end
from portfolios.queries.settlements.following import documents_page, notice_lines
from portfolios.services import claims, settledpools, trailing, transfers
from tests.portfolios.closing import make_closing

WHEN = datetime(2027, 1, 20, 15, 0, tzinfo=UTC)
TODAY = WHEN.date()


@pytest.fixture
def settled(closing):
    """A settlement that both sides confirmed; the way there is tested elsewhere."""
    Settlement.objects.filter(pk=closing.settlement.pk).update(status="settled")
    closing.settlement.loans.filter(row_no=10).update(proposed_reason="Paid off", answer="out")
    closing.again()
    return closing


def test_notices_are_counted_from_the_transfer_date(settled):
    transfers.set_transfer(settlement=settled.settlement, transfers_on=date(2027, 2, 1), by=settled.seller, at=WHEN)
    lines = notice_lines(settled.again(), today=TODAY, side="seller")
    assert [(line.notice.code, line.due, line.late, line.mine) for line in lines] == [
        ("goodbye", date(2027, 1, 17), True, True),
        ("hello", date(2027, 2, 16), False, False),
    ]
    assert {line.notice.status for line in lines} == {"recalled"}
    after = transfers.sent(
        settlement=settled.settlement, code="goodbye", on=date(2027, 1, 15), by=settled.seller, at=WHEN
    )
    assert not notice_lines(after, today=TODAY, side="seller")[0].late


def test_each_side_records_its_own_notice(settled):
    transfers.set_transfer(settlement=settled.settlement, transfers_on=date(2027, 2, 1), by=settled.seller, at=WHEN)
    with pytest.raises(NotAllowed, match="bidder of the buyer"):
        transfers.sent(settlement=settled.settlement, code="hello", on=TODAY, by=settled.seller, at=WHEN)


def test_retained_servicing_goes_nowhere(db):
    closing = make_closing(servicing="retained")
    Settlement.objects.update(status="settled")
    with pytest.raises(NotAllowed, match="keeps the servicing"):
        transfers.set_transfer(settlement=closing.again(), transfers_on=TODAY, by=closing.seller, at=WHEN)
    assert notice_lines(closing.settlement, today=TODAY, side="seller") == []


def owe(closing, due_on=date(2027, 1, 15), loan_ids=None, by=None):
    return trailing.owe(
        settlement=closing.settlement, doc_type="title_policy", due_on=due_on, loan_ids=loan_ids,
        by=by or closing.buyer, at=WHEN,
    )  # fmt: skip


def test_the_seller_gives_itself_no_more_time_than_the_sale_announced(db):
    closing = make_closing(trailing_days=30)
    Settlement.objects.update(status="settled")
    closing.again()
    last = documents_end(closing.settlement)
    assert last == date(2027, 1, 19), "January 17 is a Sunday, and the 18th a holiday"
    with pytest.raises(NotAllowed, match=r"by Jan 19, 2027, as announced\. The buyer can list one for later"):
        owe(closing, due_on=date(2027, 1, 20), by=closing.seller)
    assert owe(closing, due_on=last, by=closing.seller, loan_ids=["L00001"]) == 1
    assert owe(closing, due_on=date(2027, 1, 20), by=closing.buyer) == 9


def test_documents_are_owed_for_bought_loans_once(settled):
    assert owe(settled, loan_ids=["L00001", "L00002"]) == 2
    assert owe(settled) == 7
    with pytest.raises(NotAllowed, match="listed for these loans already"):
        owe(settled)
    with pytest.raises(NotAllowed, match="L00010 is not among the loans"):
        owe(settled, loan_ids=["L00010"])


def test_documents_are_delivered_accepted_or_sent_back(settled):
    owe(settled, loan_ids=["L00001", "L00002", "L00003"])
    found = documents_page(settled.settlement, shown="overdue", today=TODAY)
    assert (found.counts["overdue"], len(found.lines), found.lines[0].state) == (3, 3, "overdue")
    keys = [line.document.pk for line in found.lines]
    given = {"settlement": settled.settlement, "at": WHEN}
    assert trailing.deliver(documents=keys[:2], on=TODAY, by=settled.seller, **given) == 2
    assert trailing.send_back(documents=keys[:1], note="Page 3 is missing", by=settled.buyer, **given) == 1
    assert trailing.accept(documents=keys, by=settled.buyer, **given) == 1
    counts = documents_page(settled.settlement, shown="open", today=TODAY).counts
    assert counts == {"open": 2, "delivered": 0, "accepted": 1, "overdue": 2}
    with pytest.raises(NotAllowed, match="manager of the seller"):
        trailing.deliver(documents=keys, on=TODAY, by=settled.buyer, **given)


def claim(closing, **changes):
    values = {
        "loan_id": "L00003", "reason": "Occupancy was misstated", "balance": Decimal("199000.00"),
        "rate": Decimal("6.5"), "paid_to": date(2027, 1, 1), "on": date(2027, 2, 15), "costs": Decimal("450.00"),
    }  # fmt: skip
    return claims.claim(settlement=closing.settlement, by=closing.buyer, at=WHEN, **{**values, **changes})


def test_a_claim_adds_up(settled):
    """199,000 at 98.25 is 195,517.50; 44 days at 6.5% of 199,000 are 1,580.944… = 1,580.94; costs 450."""
    made = claim(settled)
    assert made.amount == Decimal("197548.44")
    assert (made.working["days"], made.working["accrued"]) == (44, "1580.94")


def test_a_claim_is_contested_accepted_paid_and_closed(settled):
    made = claim(settled)
    steps = [
        (ClaimState.CONTESTED, settled.seller, "The lease is in the file"),
        (ClaimState.ACCEPTED, settled.seller, ""),
        (ClaimState.PAID, settled.seller, "FED 0215-7"),
        (ClaimState.CLOSED, settled.buyer, ""),
    ]
    for to, by, text in steps:
        claims.answer(claim=made, to=to, text=text, by=by, at=WHEN)
    made.refresh_from_db()
    assert (made.state, made.answer) == ("closed", "FED 0215-7")
    with pytest.raises(NotAllowed, match="does not stand where"):
        claims.answer(claim=made, to=ClaimState.ACCEPTED, text="", by=settled.seller, at=WHEN)


def test_claims_are_the_buyer_s_in_time_and_one_a_loan(settled):
    claim(settled)
    with pytest.raises(NotAllowed, match="claim on loan L00003 already"):
        claim(settled)
    with pytest.raises(NotAllowed, match=r"at most the 200,000\.00"):
        claim(settled, loan_id="L00004", balance=Decimal("200000.01"))
    assert RepurchaseClaim.objects.count() == 1


def test_claims_end_on_a_business_day_where_the_sale_is(settled):
    """A year after December 18, 2026 is a Saturday. In New York Monday the 20th lasts until 5 a.m. of the 21st, UTC."""
    claims.check_in_time(settled.settlement, datetime(2027, 12, 21, 4, 59, tzinfo=UTC))
    with pytest.raises(NotAllowed, match=r"Claims ended on December 20, 2027"):
        claims.check_in_time(settled.settlement, datetime(2027, 12, 21, 5, 0, tzinfo=UTC))


def test_a_delivery_of_tomorrow_is_not_recorded_though_it_is_tomorrow_elsewhere(settled):
    owe(settled, loan_ids=["L00001"])
    document, late_evening = settled.settlement.trailing.get(), datetime(2027, 1, 21, 3, 0, tzinfo=UTC)
    given = {"settlement": settled.settlement, "documents": [document.pk], "by": settled.seller, "at": late_evening}
    with pytest.raises(NotAllowed, match="once it was made"):
        trailing.deliver(on=date(2027, 1, 21), **given)
    assert trailing.deliver(on=date(2027, 1, 20), **given) == 1


def test_a_claim_in_a_sale_without_accrued_interest_counts_it_from_the_settlement(db):
    """Nobody paid for the months before: 199,000 at 6.5% from 18 Dec to 15 Feb, 57 days, are 2,048.04."""
    closing = make_closing(accrues=False)
    Settlement.objects.update(status="settled")
    closing.again()
    made = claim(closing, paid_to=date(2024, 1, 1))
    assert (made.working["days"], made.working["accrued"]) == (57, "2048.04")


def issue(closing, **changes):
    values = {
        "name": "PL 2026-S01", "coupon": Decimal("5.5"), "issued_on": date(2026, 12, 1), "delay_days": 55,
        "program": "private", "forecast": {"kind": "PSA", "values": [150]},
    }  # fmt: skip
    return settledpools.issue_settled(
        settlement=closing.settlement, lot=closing.lots["A"], by=closing.buyer, at=WHEN, **{**values, **changes}
    )


def test_a_settled_lot_becomes_a_pool_of_the_buyer(settled):
    security = issue(settled)
    assert (security.organization, security.source, security.lot) == (
        settled.buyer.organization, "settled", settled.lots["A"],
    )  # fmt: skip
    assert (security.loan_count, security.original_face, security.servicer) == (9, Decimal("1800000.00"), None)
    assert security.months.get().factor == 1
    with pytest.raises(NotAllowed, match="issued as PL 2026-S01"):
        issue(settled, name="Another")


def test_a_pool_is_not_issued_before_the_settlement(settled, closing):
    with pytest.raises(NotAllowed, match="before that month"):
        issue(settled, issued_on=date(2026, 11, 1))
    Settlement.objects.update(status="funded")
    with pytest.raises(NotAllowed, match="once it is settled"):
        issue(settled)
