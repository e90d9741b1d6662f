"""The buyer's prices: the list that was sealed and no other, adding up to the cent, errors by row."""

import hashlib
from decimal import Decimal

import pytest

from accounts.policies import NotAllowed
from portfolios.services import allocations, kickouts
from portfolios.services.allocations import BadList
from tests.portfolios.closing import LATER, make_closing, prices_csv, upload

EVEN = {f"L{number:05d}": "98.25" for number in range(1, 11)}
OWN = EVEN | {"L00002": "60", "L00005": "61.5", "L00001": "120.0000", "L00003": "122.75", "L00004": "127.0"}


def allocate(closing, text, name="list.csv"):
    return allocations.allocate(
        settlement=closing.settlement, lot=closing.lots["A"], upload=upload(text, name), by=closing.buyer, at=LATER
    )


def problems_of(closing, text):
    with pytest.raises(BadList) as refused:
        allocate(closing, text)
    return refused.value.problems


def test_prices_are_taken_and_move_what_a_kick_out_costs(closing):
    after = allocate(closing, prices_csv(OWN))
    assert after.allocations["A"]["sealed"] is False
    assert after.loans.get(loan_id="L00002").price == Decimal("60")
    kickouts.propose(settlement=after, places=closing.places(2), reason="Low score", by=closing.buyer, at=LATER)
    answered = kickouts.answer(settlement=after, places=None, answer="out", note="", by=closing.seller, at=LATER)
    assert answered.price == Decimal("1845000.00")


def test_the_sealed_list_is_the_only_one(db):
    text = prices_csv(OWN)
    closing = make_closing(content={"allocations": {"A": hashlib.sha256(text.encode()).hexdigest()}})
    with pytest.raises(NotAllowed, match="sealed another list"):
        allocate(closing, text + "\n")
    kickouts.propose(settlement=closing.settlement, places=closing.places(2), reason="Low", by=closing.buyer, at=LATER)
    after = allocate(closing, text)
    assert after.allocations["A"]["sealed"] is True


def test_prices_that_were_not_sealed_come_before_kick_outs(closing):
    kickouts.propose(settlement=closing.settlement, places=closing.places(2), reason="Low", by=closing.buyer, at=LATER)
    with pytest.raises(NotAllowed, match="come too late"):
        allocate(closing, prices_csv(OWN))


def test_a_list_adds_up_to_the_cent(closing):
    (problem,) = problems_of(closing, prices_csv(EVEN | {"L00001": "98.2500050"}))
    assert problem == (
        "The prices add up to $1,965,000.01, which is $0.01 more than the $1,965,000.00 that was bid. "
        "Change the prices until they add up to the cent."
    )


def test_problems_name_row_field_and_cure(closing):
    wrong = EVEN | {"L00003": "abc", "X1": "98"}
    del wrong["L00010"]
    text = prices_csv(wrong) + "L00001,98.25\n,97\n"
    assert problems_of(closing, text) == [
        "Row 3, price: “abc” is not a price. Write percent of the balance such as 98.125, with at most seven decimals.",
        "Row 10, loan_id: “X1” is not a loan of this lot. Take the line out.",
        "Row 11, loan_id: “L00001” stands in an earlier row too. Keep one line a loan.",
        "Row 12, loan_id: is blank. Write the loan number as on the tape.",
        "1 loan of the lot stands in no row (L00010). Price every loan.",
    ]


def test_columns_that_are_missing(closing):
    assert problems_of(closing, "number,x\n1,2\n")[0].startswith("No column holds the loan numbers.")
    assert problems_of(closing, "Loan ID,x\n1,2\n")[0].startswith("No column holds the prices.")


def test_a_file_that_is_none(closing):
    with pytest.raises(NotAllowed):
        allocate(closing, b"PK\x03\x04 broken", "list.xlsx")


def test_the_seller_does_not_price(closing):
    with pytest.raises(NotAllowed, match="bidder of the buyer"):
        allocations.allocate(
            settlement=closing.settlement, lot=closing.lots["A"], upload=upload("x"), by=closing.seller, at=LATER
        )
