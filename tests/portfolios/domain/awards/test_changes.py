"""What each bid changed, held against awards that are worked out anew with it paying more, or without it."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.domain.awards import award, changes
from tests.portfolios.domain.awards.offers import bid, sale

STEP = Decimal(100)  # dollars, which every price here can be moved by


def found(terms, bids):
    return {change.bid.code: change for change in changes(terms, bids, award(terms, bids))}


def test_a_winner_adds_what_it_pays_above_the_next_best():
    terms = sale()
    told = found(terms, [bid("1", "north", A="99"), bid("2", "south", A="98")])
    upb = terms.lot("A").upb
    assert told["1"].lost == upb / 100
    assert told["2"].short == upb / 100
    assert (told["1"].short, told["2"].lost) == (None, None)


def test_a_whole_bid_falls_short_of_its_parts():
    terms = sale()
    bids = [bid("1", "north", A="99"), bid("2", "south", B="99"), bid("3", "east", A="98", B="98")]
    assert found(terms, bids)["3"].short == (terms.lot("A").upb + terms.lot("B").upb) / 100


def test_a_bid_below_the_reserve_is_short_of_the_reserve():
    terms = sale()
    terms = replace(terms, lots=tuple(replace(lot, reserve=lot.upb) for lot in terms.lots))
    assert found(terms, [bid("1", "north", A="99")])["1"].short == terms.lot("A").upb / 100


def with_more(terms, bids, chosen, dollars):
    """The awards if one bid paid so much more for the first of its lots."""
    code = min(chosen.prices)
    price = chosen.prices[code] + dollars * 100 / terms.lot(code).upb
    paying = replace(chosen, prices={**chosen.prices, code: price})
    return award(terms, [paying if bid.code == chosen.code else bid for bid in bids])


def winners(result):
    return {each.bid.code for each in result.awards}


PRICES = st.integers(9000, 10500).map(lambda price: str(Decimal(price) / 100))
ONE = st.dictionaries(st.sampled_from("ABC"), PRICES, min_size=1, max_size=3)


@settings(max_examples=40, deadline=None)
@given(st.lists(ONE, min_size=1, max_size=6))
def test_a_loser_that_pays_what_it_is_short_of_ties_and_a_cent_more_wins(offers):
    terms = sale()
    bids = [bid(str(number), f"bidder {number}", **prices) for number, prices in enumerate(offers)]
    result = award(terms, bids)
    for change in changes(terms, bids, result):
        if change.short is None:
            rest = [other for other in bids if other.code != change.bid.code]
            assert result.total - award(terms, rest).total == change.lost
        else:
            assert with_more(terms, bids, change.bid, change.short).total == result.total
            assert change.bid.code in winners(with_more(terms, bids, change.bid, change.short + STEP))
