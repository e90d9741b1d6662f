"""The awards that pay most, against every possible set of bids."""

import random
from decimal import Decimal
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolios.domain.awards import Bid, Cover, Lot, Sale, TieRule, award, best_value
from portfolios.domain.sales import PriceUnit
from tests.portfolios.domain.awards.offers import DEADLINE, TAPE, bid, sale


def winners(terms: dict, *bids: Bid) -> list[str]:
    return [each.bid.code for each in award(sale(**terms), bids).awards]


def by_hand(terms: Sale, bids: list[Bid]) -> Decimal:
    """The best of all sets, by trying each."""

    def allowed(found: tuple[Bid, ...]) -> bool:
        lots = [code for each in found for code in each.lots]
        spent = {b: sum(terms.total(e) for e in found if e.bidder == b) for b in terms.most_dollars}
        won = {b: sum(len(e.lots) for e in found if e.bidder == b) for b in terms.most_lots}
        return (
            len(lots) == len(set(lots))
            and all(spent[b] <= most for b, most in terms.most_dollars.items())
            and all(won[b] <= most for b, most in terms.most_lots.items())
        )

    sets = chain.from_iterable(combinations(bids, size) for size in range(len(bids) + 1))
    return max(sum((terms.total(each) for each in found), Decimal(0)) for found in sets if allowed(found))


def test_the_highest_bid_on_each_lot_wins():
    bids = bid("1", "north", A="98"), bid("2", "south", A="98.5"), bid("3", "north", B="97"), bid("4", "east", C="90")
    assert winners({}, *bids) == ["2", "3", "4"]


def test_a_linked_bid_wins_where_it_pays_more_than_the_parts():
    single = bid("1", "north", A="98"), bid("2", "south", B="96")
    assert winners({}, *single, bid("3", "east", A="97", B="97")) == ["3"]
    assert winners({}, *single, bid("3", "east", A="97", B="96.49")) == ["1", "2"]


def test_the_cover_is_the_best_bid_of_another_bidder_for_the_same_lots():
    result = award(
        sale(),
        [
            bid("1", "east", A="97", B="97"),
            bid("2", "north", A="96", B="96"),
            bid("3", "south", A="96.5", B="96.5"),
            bid("4", "east", A="96.9", B="96.9"),
        ],
    )
    (won,) = result.awards
    assert won.cover == Cover(frozenset("AB"), Decimal("2895000.00"), "3")


def test_a_linked_award_has_a_stand_alone_cover_for_each_lot():
    result = award(
        sale(),
        [
            bid("1", "east", A="97", B="97"),
            bid("2", "north", A="98"),
            bid("3", "south", B="96"),
            bid("4", "east", A="98.2"),
        ],
    )
    (won,) = result.awards
    assert (won.bid.code, won.amount, won.cover) == ("1", Decimal("2910000.00"), None)
    assert won.alone == (
        Cover(frozenset("A"), Decimal("980000.00"), "2"),
        Cover(frozenset("B"), Decimal("1920000.00"), "3"),
    )
    assert (won.instead, won.instead_bids) == (Decimal("2900000.00"), ("2", "3"))


def test_a_bidder_does_not_cover_its_own_bid():
    (won,) = award(sale(), [bid("1", "east", A="97"), bid("2", "east", A="96"), bid("3", "west", A="90")]).awards
    assert won.cover == Cover(frozenset("A"), Decimal("900000.00"), "3")
    assert (won.instead, won.alone) == (Decimal("900000.00"), ())


def test_without_another_bidder_there_is_no_cover():
    (won,) = award(sale(), [bid("1", "east", A="97")]).awards
    assert (won.cover, won.instead, won.instead_bids) == (None, None, ())


def test_a_conforming_bid_below_the_reserve_covers_and_cannot_win():
    lots = (Lot("A", Decimal("1000000.00"), Decimal("975000.00")),)
    (won,) = award(sale(lots=lots), [bid("1", "north", A="98"), bid("2", "south", A="97")]).awards
    assert (won.cover, won.instead) == (Cover(frozenset("A"), Decimal("970000.00"), "2"), None)


def test_of_equal_covers_the_earlier_is_named():
    bids = bid("1", "north", A="99"), bid("2", "south", 10, A="98"), bid("3", "east", 20, A="98")
    (won,) = award(sale(), bids).awards
    assert won.cover is not None
    assert won.cover.bid == "3"


def test_a_bid_below_the_reserve_leaves_the_lot_unsold():
    lots = (Lot("A", Decimal("1000000.00"), Decimal("975000.00")),)
    result = award(sale(lots=lots), [bid("1", "north", A="97.49999")])
    assert (result.awards, result.unsold, [b.code for b in result.below_reserve]) == ((), ("A",), ["1"])
    assert winners({"lots": lots}, bid("1", "north", A="97.5")) == ["1"]


def test_a_linked_bid_meets_the_reserves_together():
    lots = (Lot("A", Decimal("100.00"), Decimal("95")), Lot("B", Decimal("100.00"), Decimal("95")))
    assert winners({"lots": lots}, bid("1", "north", A="94", B="96")) == ["1"]


def test_a_funding_cap_keeps_a_bidder_from_winning_all():
    bids = bid("1", "north", A="99"), bid("2", "north", B="99"), bid("3", "south", A="98"), bid("4", "south", B="50")
    assert winners({}, *bids) == ["1", "2"]
    assert winners({"most_dollars": {"north": Decimal("2969999.99")}}, *bids) == ["3", "2"]
    assert winners({"most_dollars": {"north": Decimal("2970000.00")}}, *bids) == ["1", "2"]
    assert winners({"most_lots": {"north": 1}}, *bids) == ["3", "2"]


def test_what_others_would_have_paid_keeps_within_their_caps_and_a_cover_is_as_bid():
    bids = bid("1", "north", A="99"), bid("2", "south", A="98"), bid("3", "south", B="97")
    first, second = award(sale(most_lots={"south": 1}), bids).awards
    assert (first.bid.code, first.instead, first.cover) == ("1", None, Cover(frozenset("A"), Decimal("980000.00"), "2"))
    assert (second.bid.code, second.instead, second.cover) == ("3", None, None)


def test_offers_of_one_bidder_for_the_same_lot_exclude_each_other():
    offers = bid("1", "north", A="99"), bid("2", "north", A="98", B="98"), bid("3", "north", B="97.4")
    assert winners({}, *offers) == ["2"]  # 2,940,000 against 990,000 + 1,948,000
    assert winners({}, *offers, bid("4", "south", B="97.6")) == ["1", "4"]


def test_caps_hold_over_all_offers_of_a_bidder():
    offers = bid("1", "north", A="99"), bid("2", "north", B="99"), bid("3", "north", C="99"), bid("4", "south", C="50")
    assert winners({"most_lots": {"north": 2}}, *offers) == ["1", "2", "4"]
    assert winners({"most_dollars": {"north": Decimal("2500000")}}, *offers) == ["2", "3"]


def test_a_bidders_own_alternatives_are_no_tie_between_bidders():
    own = bid("1", "north", A="98", B="98"), bid("2", "north", A="98"), bid("3", "north", B="98")
    assert not award(sale(tie_rule=TieRule.BEST_AND_FINAL), own).undecided
    assert award(sale(tie_rule=TieRule.BEST_AND_FINAL), [*own, bid("4", "south", B="98")]).undecided


def test_the_last_round_leaves_no_tie_undecided():
    bids = bid("1", "north", 10, A="98"), bid("2", "south", 20, A="98")
    result = award(sale(tie_rule=TieRule.BEST_AND_FINAL, last_round=True), bids)
    assert (result.undecided, [each.bid.code for each in result.awards]) == (False, ["2"])


def test_a_bidder_that_repeats_itself_makes_no_ties():
    same = [bid(f"{lot}{number:02}", "north", **{lot: "98"}) for lot in "ABC" for number in range(20)]
    result = award(sale(), same)
    assert (result.total, result.ties) == (Decimal("3430000.00"), ())


def test_a_solver_that_goes_over_a_cap_by_a_cent_is_corrected():
    lots = tuple(Lot(code, Decimal("99999999999.99"), unit=PriceUnit.USD) for code in "ABC")
    bids = bid("1", "north", A="60000000000.01"), bid("2", "north", B="39999999999.99"), bid("3", "south", B="0.02")
    assert winners({"lots": lots, "most_dollars": {"north": Decimal("100000000000.00")}}, *bids) == ["1", "2"]
    assert winners({"lots": lots, "most_dollars": {"north": Decimal("99999999999.99")}}, *bids) == ["1", "3"]


TIED = (
    bid("late", "north", 10, A="98", deposit=Decimal(5), stipulations=("x",)),
    bid("early", "south", 20, A="98", deposit=Decimal(1), stipulations=("x",)),
    bid("plain", "east", 5, A="98"),
)


@pytest.mark.parametrize(
    ("rule", "winner"), [(TieRule.RECEIPT, "early"), (TieRule.STIPULATIONS, "plain"), (TieRule.BEST_AND_FINAL, "early")]
)
def test_ties_fall_by_the_announced_rule(rule, winner):
    result = award(sale(tie_rule=rule), TIED)
    assert [each.bid.code for each in result.awards] == [winner]
    assert sorted(result.ties) == [("early",), ("late",), ("plain",)]
    assert result.undecided is (rule is TieRule.BEST_AND_FINAL)


@pytest.mark.parametrize("codes", [("a", "z"), ("z", "a")])
def test_bids_of_the_same_microsecond_are_told_apart_by_their_place_in_the_record(codes):
    first, second = bid(codes[0], "north", A="98", position=1), bid(codes[1], "south", A="98", position=2)
    below = bid("below", "west", A="97")
    assert award(sale(), [second, first]).awards[0].bid is first
    assert award(sale(), [second, first, below]).awards[0].cover == Cover(
        frozenset("A"), Decimal("980000.00"), codes[1]
    )


def test_ties_between_sets_of_different_sizes_are_told_apart():
    whole, parts = (
        bid("whole", "north", 30, A="98", B="98"),
        (bid("a", "south", 20, A="98"), bid("b", "east", 40, B="98")),
    )
    assert winners({}, whole, *parts) == ["whole"]
    same_time = bid("a", "south", 30, A="98"), bid("b", "east", 30, B="98")
    assert winners({}, whole, *same_time) == ["whole"]  # its receipts are a beginning of the others'


def test_fewer_conditions_first_then_the_higher_deposit():
    result = award(sale(tie_rule=TieRule.STIPULATIONS), TIED[:2])
    assert result.awards[0].bid.code == "late"


def test_a_draw_depends_on_the_seed_alone():
    def drawn(seed: str) -> str:
        return award(sale(tie_rule=TieRule.DRAW, seed=seed), TIED).awards[0].bid.code

    assert drawn("x") == drawn("x")
    assert {drawn(str(seed)) for seed in range(40)} == {"late", "early", "plain"}


def test_a_cent_decides():
    lots = (Lot("A", Decimal("999999999.99")), Lot("B", Decimal("999999999.99")))
    bids = bid("1", "north", A="99.00001"), bid("2", "south", A="99"), bid("3", "east", B="88.12345", A="99.00001")
    result = award(sale(lots=lots), [*bids, bid("4", "west", B="88.12346")])
    assert [each.bid.code for each in result.awards] == ["1", "4"]


def test_a_sale_without_bids_sells_nothing():
    result = award(sale(), [])
    assert (result.awards, result.total, result.unsold) == ((), Decimal(0), ("A", "B", "C"))


PRICES = st.integers(min_value=9_000_000, max_value=10_500_000).map(lambda units: Decimal(units) / 100_000)
BIDS = st.lists(
    st.tuples(
        st.sampled_from(["north", "south", "east"]),
        st.dictionaries(st.sampled_from("ABC"), PRICES | st.just(Decimal("98")), min_size=1),
    ),
    max_size=8,
)


@given(
    BIDS,
    st.sampled_from([{}, {"north": Decimal("1500000")}, {"north": Decimal("2939999.99"), "east": Decimal("980000")}]),
    st.sampled_from([{}, {"south": 1}, {"south": 2, "north": 1}]),
)
def test_no_set_of_bids_pays_more(offers, dollars, lots):
    terms = sale(most_dollars=dollars, most_lots=lots)
    bids = [bid(str(number), bidder, **prices) for number, (bidder, prices) in enumerate(offers)]
    result = award(terms, bids)
    assert best_value(terms, bids) == by_hand(terms, bids) == result.total
    for each in result.awards:
        same = [terms.total(b) for b in bids if b.bidder != each.bid.bidder and b.lots == each.bid.lots]
        assert (each.cover.amount if each.cover else None) == max(same, default=None)


@given(BIDS, st.randoms(use_true_random=False))
def test_the_order_of_the_bids_does_not_matter(offers, order: random.Random):
    bids = [bid(str(number), bidder, **prices) for number, (bidder, prices) in enumerate(offers)]
    shuffled = order.sample(bids, len(bids))
    assert award(sale(), bids) == award(sale(), shuffled)


def test_sixty_lots_and_hundreds_of_bids_are_awarded():
    chance = random.Random(7)
    lots = tuple(Lot(f"L{number}", Decimal(chance.randrange(10**8, 10**10)) / 100) for number in range(60))
    bids = []
    for number in range(400):
        size = chance.choice([1, 1, 1, 2, 3])
        prices = {
            lot.code: Decimal(chance.randrange(9_000_000, 10_200_000)) / 100_000 for lot in chance.sample(lots, size)
        }
        bids.append(Bid(f"{number:03}", f"b{number % 12}", prices, DEADLINE, TAPE))
    result = award(Sale(lots, DEADLINE, TAPE), bids)
    alone = {
        lot.code: max((lot.amount(b.prices[lot.code]) for b in bids if set(b.prices) == {lot.code}), default=Decimal(0))
        for lot in lots
    }
    assert result.total >= sum(alone.values())
