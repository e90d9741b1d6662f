"""Ties are told apart by the announced rule exactly, however many sets of bids pay the same."""

import itertools
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.domain.awards import Bid, Lot, Sale, TieRule, award
from portfolios.domain.awards.ties import preferred, told_apart

DEADLINE = datetime(2026, 12, 15, 19, tzinfo=UTC)
SECONDS = 5  # of the processor; listing the sets took minutes from fourteen lots on
FOUR = tuple(Lot(code, Decimal(1_000_000)) for code in "ABCD")
PRICES = st.dictionaries(st.sampled_from("ABCD"), st.sampled_from([Decimal(98), Decimal(99)]), min_size=1, max_size=3)
OFFERS = st.lists(
    st.tuples(st.sampled_from(["north", "south", "east"]), PRICES, st.integers(0, 2), st.integers(0, 3)),
    min_size=1,
    max_size=8,
)
CAPS = st.dictionaries(st.sampled_from(["north", "south"]), st.integers(1, 3), max_size=2)


def bids_of(offers) -> list[Bid]:
    """Bids in the order of the record: no two of them came at the same place."""
    return [
        Bid(
            f"{number}", bidder, prices, DEADLINE, "t", position=number, stipulations=("x",) * conditions,
            deposit=Decimal(deposit),
        )
        for number, (bidder, prices, conditions, deposit) in enumerate(offers)
    ]  # fmt: skip


def feasible(sale: Sale, chosen) -> bool:
    lots = [code for bid in chosen for code in bid.lots]
    won = {bid.bidder: sum(len(each.lots) for each in chosen if each.bidder == bid.bidder) for bid in chosen}
    return len(lots) == len(set(lots)) and all(count <= sale.most_lots.get(name, 99) for name, count in won.items())


def best_by_hand(sale: Sale, bids: list[Bid]) -> list[tuple[Bid, ...]]:
    """Every set of bids is tried."""
    sets = [
        found for size in range(len(bids) + 1) for found in itertools.combinations(bids, size) if feasible(sale, found)
    ]
    most = max(sum(map(sale.total, found)) for found in sets)
    return [found for found in sets if sum(map(sale.total, found)) == most]


def codes(found) -> frozenset[str]:
    return frozenset(bid.code for bid in found)


def open_in(sets) -> frozenset[str]:
    """What some of these sets hold, and not all."""
    return frozenset().union(*sets) - frozenset.intersection(*sets)


@pytest.mark.parametrize("rule", [TieRule.RECEIPT, TieRule.STIPULATIONS])
@settings(max_examples=40)
@given(offers=OFFERS, caps=CAPS)
def test_the_rule_decides_among_all_sets_that_pay_the_most(rule, offers, caps):
    sale, bids = Sale(FOUR, DEADLINE, "t", rule, most_lots=caps), bids_of(offers)
    tied, by_hand = told_apart(sale, bids), best_by_hand(sale, bids)
    named, all_named = [codes(found) for found in tied.sets], [codes(found) for found in by_hand]
    assert codes(tied.chosen) == codes(preferred(sale, by_hand))
    assert set(named) <= set(all_named)
    assert (len(named) > 1) == (len(all_named) > 1)
    assert open_in(named) == open_in(all_named), "every bid that is tied is named"


@pytest.mark.parametrize("rule", TieRule)
def test_a_tie_on_every_one_of_forty_lots_takes_no_time(rule):
    lots = tuple(Lot(f"L{number:02}", Decimal(1_000_000)) for number in range(40))
    bids = [
        Bid(f"{bidder}{number:02}", bidder, {lot.code: Decimal("98.5")}, DEADLINE, "t", position=place + number)
        for place, bidder in ((100, "north"), (0, "south"))
        for number, lot in enumerate(lots)
    ]
    bids.append(Bid("all", "west", {lot.code: Decimal("98.4") for lot in lots}, DEADLINE, "t", position=500))
    begun = time.process_time()
    result = award(Sale(lots, DEADLINE, "t", rule, seed="head"), bids)
    assert time.process_time() - begun < SECONDS
    assert result.total == 40 * Decimal(985_000)
    assert result.undecided is (rule is TieRule.BEST_AND_FINAL)
    if rule is TieRule.RECEIPT:
        assert {each.bid.bidder for each in result.awards} == {"south"}, "every lot falls to the earlier receipt"


def test_a_knot_of_hundreds_of_sets_falls_to_the_earlier_receipts():
    """Caps tie ten lots together: 252 sets pay the same."""
    lots = tuple(Lot(f"L{number}", Decimal(1_000_000)) for number in range(10))
    bids = [
        Bid(
            f"{bidder}{number}",
            bidder,
            {lot.code: Decimal(98)},
            DEADLINE,
            "t",
            position=2 * number + (bidder == "north"),
        )
        for bidder in ("north", "south")
        for number, lot in enumerate(lots)
    ]
    sale = Sale(lots, DEADLINE, "t", TieRule.RECEIPT, most_lots={"north": 5, "south": 5})
    by_hand = [
        tuple(bid for bid in bids if (bid.bidder == "north") == (next(iter(bid.lots)) in north))
        for north in map(set, itertools.combinations([lot.code for lot in lots], 5))
    ]
    assert len(by_hand) == 252
    assert codes(told_apart(sale, bids).chosen) == codes(preferred(sale, by_hand))
