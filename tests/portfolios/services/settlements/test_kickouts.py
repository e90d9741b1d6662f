"""Kick-outs by both sides: reasons, answers, the cap, the price by the buyer's own prices, agreeing."""

from decimal import Decimal

import pytest

from accounts.policies import NotAllowed
from portfolios.queries.settlements.figures import figures
from portfolios.services import kickouts
from tests.portfolios.closing import LATER, make_closing


def propose(closing, *rows, reason="Note is missing"):
    return kickouts.propose(
        settlement=closing.settlement, places=closing.places(*rows), reason=reason, by=closing.buyer, at=LATER
    )


def answer(closing, rows, word="out", note=""):
    places = None if rows is None else closing.places(*rows)
    return kickouts.answer(
        settlement=closing.settlement, places=places, answer=word, note=note, by=closing.seller, at=LATER
    )


def test_a_loan_leaves_at_the_price_allocated_to_it(closing):
    assert propose(closing, 2, 5) == 2
    after = answer(closing, [2])
    assert after.price == Decimal("1965000.00") - Decimal("196500.00")
    found = figures(after)
    assert (found.out, found.waiting, found.kept) == (1, 1, 9)
    assert (found.repriced.price, found.repriced.pull_through) == (Decimal("98.25000"), Decimal("90.00"))


def test_cured_and_contested_loans_stay(closing):
    propose(closing, 1, 2)
    answer(closing, [1], "cured", "The note was found")
    after = answer(closing, [2], "contested", "The score is right")
    assert after.price == Decimal("1965000.00")
    assert list(after.loans.exclude(answer="").values_list("answer", flat=True)) == ["cured", "contested"]


def test_answers_that_keep_a_loan_need_their_words(closing):
    propose(closing, 1)
    with pytest.raises(NotAllowed, match="how the loans were cured"):
        answer(closing, [1], "cured")


def test_all_that_wait_are_answered_at_once(closing):
    propose(closing, 1, 2, 3)
    answer(closing, [1], "contested", "No")
    after = answer(closing, None)
    assert figures(after).out == 2


def test_what_left_does_not_come_back(closing):
    propose(closing, 1)
    answer(closing, [1])
    with pytest.raises(NotAllowed, match="waits for an answer"):
        answer(closing, [1], "cured", "After all")
    with pytest.raises(NotAllowed, match="has not left"):
        kickouts.take_back(settlement=closing.settlement, places=closing.places(1), by=closing.buyer, at=LATER)


def test_the_cap_holds_for_all_that_is_asked(db):
    closing = make_closing(kick_out_percent="25")
    propose(closing, 1)
    with pytest.raises(NotAllowed, match=r"at most \$500,000.00 of balance leave. \$300,000.00 of it is left"):
        propose(closing, 2, 3)
    propose(closing, 2)
    kickouts.take_back(settlement=closing.settlement, places=closing.places(1), by=closing.buyer, at=LATER)
    assert propose(closing, 3) == 1


def test_a_reason_is_needed_and_the_buyer_s_role(closing):
    with pytest.raises(NotAllowed, match="Say why"):
        propose(closing, 1, reason=" ")
    with pytest.raises(NotAllowed, match="bidder of the buyer"):
        kickouts.propose(
            settlement=closing.settlement, places=closing.places(1), reason="x", by=closing.seller, at=LATER
        )


def test_both_sides_agree_and_the_list_is_closed(closing):
    kickouts.agree(settlement=closing.settlement, by=closing.seller, at=LATER)
    with pytest.raises(NotAllowed, match="agreed already"):
        kickouts.agree(settlement=closing.settlement, by=closing.second, at=LATER)
    after = kickouts.agree(settlement=closing.settlement, by=closing.buyer, at=LATER)
    assert (after.status, after.seller_agreed_by, after.buyer_agreed_by) == ("agreed", closing.seller, closing.buyer)
    with pytest.raises(NotAllowed, match="list is closed"):
        propose(closing, 1)


def test_nobody_agrees_while_a_loan_waits(closing):
    propose(closing, 1)
    with pytest.raises(NotAllowed, match="1 proposed loan waits"):
        kickouts.agree(settlement=closing.settlement, by=closing.buyer, at=LATER)


def test_a_changed_list_takes_agreement_back(closing):
    kickouts.agree(settlement=closing.settlement, by=closing.seller, at=LATER)
    propose(closing, 1)
    assert closing.again().seller_agreed_by is None


def test_the_list_is_opened_again_with_a_reason(closing):
    for person in (closing.seller, closing.buyer):
        kickouts.agree(settlement=closing.settlement, by=person, at=LATER)
    with pytest.raises(NotAllowed, match="Say why"):
        kickouts.reopen(settlement=closing.settlement, by=closing.buyer, at=LATER, note="")
    after = kickouts.reopen(settlement=closing.settlement, by=closing.buyer, at=LATER, note="A payoff came in.")
    assert (after.status, after.seller_agreed_by, after.buyer_agreed_by) == ("diligence", None, None)
