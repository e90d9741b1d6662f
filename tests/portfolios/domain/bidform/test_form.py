"""The form of a bid: every rule with its sentence, and nothing in an envelope that it stumbles over."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.bidform import problems, read, read_reserve, read_unsold
from portfolios.domain.bidform.certificates import certificates
from tests.portfolios.anything import ANYTHING
from tests.portfolios.bidcases import CASES, NAMES, SHEET, sheet_of


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_every_case_of_the_table(case):
    assert problems(case["content"], sheet_of(case)) == case["problems"]


@given(ANYTHING, st.sampled_from(["bidder-12", "reserve"]))
def test_anything_at_all_is_read(content, bidder):
    assert all(isinstance(each, str) for each in problems(content, {**SHEET, "bidder": bidder}))


@given(st.lists(ANYTHING, max_size=4))
def test_anything_at_all_is_read_as_offers(offers):
    form = read({"offers": offers}, SHEET)
    assert len(form.offers) == (0 if form.defects else len(offers))


def test_a_bid_as_read():
    form = read(
        {
            "offers": [{"lots": [{"lot": "A", "price": "98.25"}, {"lot": "B", "price": "97"}]}],
            "most_dollars": "3000000",
            "most_lots": 2,
            "valid_until": "2026-12-31T22:00Z",
        },
        SHEET,
    )
    assert form.offers[0].prices == {"A": Decimal("98.25"), "B": Decimal(97)}
    assert (form.most_dollars, form.most_lots) == (Decimal(3000000), 2)
    assert form.valid_until is not None
    assert form.valid_until.isoformat() == "2026-12-31T22:00:00+00:00"


def test_a_reserve_says_what_a_lot_brings_unsold_or_does_not():
    content = {"lots": [{"lot": "A", "amount": "0", "unsold": "940000.00"}, {"lot": "B", "amount": "1900000.00"}]}
    assert read_reserve(content, SHEET)[0] == {"A": Decimal(0), "B": Decimal("1900000.00")}
    assert read_unsold(content, SHEET) == {"A": Decimal("940000.00")}
    assert read_unsold({"lots": [{"lot": "A", "amount": "1", "unsold": "much"}]}, SHEET) == {}
    assert read_unsold({"lots": [{"lot": "Z", "amount": "1", "unsold": "2"}]}, SHEET) == {}


def test_a_reserve_as_read():
    assert read_reserve({"lots": [{"lot": "A", "amount": "975000.00"}]}, SHEET) == ({"A": Decimal("975000.00")}, ())


def test_certificates_follow_the_needs_of_a_kind():
    assert set(certificates([])) == {"authority", "own_price", "agreement"}
    assert set(certificates(["no_affiliates"])) - set(certificates([])) == {"not_affiliated"}
