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
    assert words["Interest"] == "Accrued on top of the price from the cut-off, 30/360"
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
    assert words["Interest"] == "None accrues"
    assert words["Price"].endswith("dollars for lots that say so")
    assert {"Best and final", "Second price"} <= words.keys()


def test_an_open_sale_says_how_it_goes_on_and_what_is_certified():
    words = said(format="open", minimum_increment="100000.00", certificates={"own": "It bids for itself."})
    assert words["Auction"].endswith("at least $100,000.00 above the last")
    assert words["Certified"] == "It bids for itself"
