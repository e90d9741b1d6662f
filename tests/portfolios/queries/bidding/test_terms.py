"""Terms read as sentences; those that do not apply are left out."""

import pytest

from portfolios.queries.bidding.terms import terms_in_words
from tests.portfolios.auction import make_auction

pytestmark = pytest.mark.django_db


def said(**terms):
    by_dollars = terms.pop("by_dollars", False)
    return dict(terms_in_words(make_auction(**terms).sale, by_dollars=by_dollars))


def test_the_usual_terms():
    words = said(deposit_percent="2.50")
    assert words["Deposit on award"] == "2.5% of the price"
    assert words["Late bids"] == "Not opened. The server refuses them after 2:00:00 PM ET"
    assert words["Conditions"].startswith("None")
    assert words["Interest"] == (
        "On top of the price, accrued from the day it is paid to up to the settlement, "
        "30/360 US (the last day of February counts as the 30th)"
    ), "as the settlement statement counts it"
    assert words["After settlement"].startswith("120 days for documents that follow, 365 days for repurchase claims")
    assert words["Kick-outs"] == "At most 5% of the awarded balance, at the prices of the bid"
    assert not {"Deposit to bid", "Best and final", "Second price", "Buyer"} & words.keys()


def test_terms_of_a_sale_that_asks_for_more():
    words = said(
        deposit="100000.00", deposit_percent="10", conditions=True, linked=False, best_and_final=True,
        cover_published=True, servicing="retained", accrues=False, by_dollars=True,
    )  # fmt: skip
    assert words["Deposit to bid"] == "$100,000.00 with the seller before bids are due"
    assert words["Deposit on award"] == "10% of the price"
    assert words["Several lots"] == "Every lot is bid for by itself"
    assert words["Interest"].startswith("None on top of the price; repurchase claims count it 30/360 US")
    assert words["Price"].endswith("dollars for lots that say so")
    assert {"Best and final", "Second price"} <= words.keys()


def test_an_open_sale_says_how_it_goes_on_and_what_is_certified():
    words = said(format="open", minimum_increment="100000.00", certificates={"own": "It bids for itself."})
    assert words["Auction"].endswith("at least $100,000.00 above the last")
    assert words["Certified"] == "It bids for itself"
    assert words["End of the auction"] == "The announced end does not move"
    assert "Stalking horse" not in words


def test_an_auction_says_how_its_end_moves_and_what_the_stalking_horse_is_owed():
    words = said(
        format="open", minimum_increment="100000.00", extension_minutes=5, stalking_horse="Harbor Fund LP",
        stalking_price="31200000.00", break_up_fee="624000.00", expense_cap="150000.00",
    )  # fmt: skip
    assert words["End of the auction"] == "A bid in the last 5 minutes moves the end so that as many are left"
    assert words["Stalking horse"] == (
        "Harbor Fund LP at $31,200,000.00; where somebody else buys it is owed $624,000.00 and at most $150,000.00 "
        "of expenses, so the first bid above it is at least $32,074,000.00"
    )
    assert said(number="S-2026-0005", stalking_horse="Harbor Fund LP").keys().isdisjoint({"Stalking horse", "Auction"})
