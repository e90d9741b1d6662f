"""From quotes to a problem and to a plan that is told and checked: amounts to the cent, rules at their edges."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolios.domain.executions import priced, telling, verifying
from portfolios.domain.executions.assembling import LEFT, assembled
from portfolios.domain.executions.pricing import quotes_of
from portfolios.domain.executions.quotes import MICRO, cents_of
from portfolios.domain.pooling import Plan, fast, greedy, solved
from tests.portfolios.domain.executions.books import BID, RETAIN, book, market, pools

MILLION = 1_000_000.0
AGGREGATOR = {"buyer": "A", "product": None, "term": None, "rate": 6.0, "price": 100.2, "srp": 1.0}
LARGE_BID = BID | {"minimum_upb": MILLION, "maximum_upb": 2 * MILLION, "average_score": 730, "price": 101.4}


def problem(loans, given):
    return assembled(loans, quotes_of(loans, given), given.terms)


def best(loans, given) -> tuple:
    made = problem(loans, given)
    return made, made.whole_plan(solved(made.small, seconds=30.0, gap=0.0))


def places(made, plan) -> list[str]:
    return [made.outlet(number).kind for number in made.whole.pool[plan.chosen].tolist()]


def pooled(*loans):
    """Loans that earn most in the one coupon, and can be kept at 97."""
    return best(book(*loans), pools(retain=[RETAIN]))


@pytest.mark.parametrize(("upb", "kind"), [(499_999.99, "retain"), (500_000.0, "mbs")])
def test_a_pool_of_exactly_a_million_opens_and_a_cent_less_does_not(upb, kind):
    made, plan = pooled({"current_upb": upb, "note_amount": 500_000.0}, {"current_upb": 500_000.0})
    assert places(made, plan) == [kind, kind]


@pytest.mark.parametrize(("upb", "kind"), [(100_000.0, "mbs"), (100_000.01, "retain")])
def test_high_balance_at_exactly_ten_percent_passes(upb, kind):
    high = {"current_upb": upb, "high_balance_indicator": True}
    made, plan = pooled(high, {"current_upb": 450_000.0}, {"current_upb": 450_000.0})
    assert places(made, plan)[0] == kind


def test_the_three_other_types_may_be_fifteen_percent_together():
    def share(upb):
        mixed = [{"current_upb": upb, "relocation_indicator": True}, {"current_upb": upb, "buydown_indicator": True}]
        made, plan = pooled(*mixed, {"current_upb": 700_000.0}, {"current_upb": 300_000.0})
        return places(made, plan)

    assert share(88_235.29) == ["mbs"] * 4  # 176,470.58 of 1,176,470.58
    assert share(88_235.30).count("retain") == 1


def test_government_and_conventional_loans_never_share_a_pool():
    row = {"agency": "ginnie_mae", "term": "30", "coupon": 6.0, "settlement": "2026-12", "price": 101.0}
    fee = {"contract_fee": 0.06, "buy_up_ratio": 0.0, "buy_down_ratio": 0.0}
    kept = {"rate_min": None, "rate_max": None, "base_multiple": 4.0, "excess_multiple": 3.5}
    both = pools()
    given = market(
        mbs=[*both.of("mbs"), row],
        guaranty_fees=[*both.of("guaranty_fees"), row | fee],
        servicing_multiples=[*both.of("servicing_multiples"), row | kept],
        retain=[RETAIN],
    )
    loans = [{"current_upb": 600_000.0}, {"current_upb": 600_000.0}]
    made, plan = best(book(*loans, *({**loan, "mortgage_type": "FHA"} for loan in loans)), given)
    agencies = [made.outlet(number).agency for number in made.whole.pool[plan.chosen].tolist()]
    assert agencies == ["fannie_mae", "fannie_mae", "ginnie_mae", "ginnie_mae"]
    assert verifying.broken_rules(made, plan, given) == []


def test_a_bid_for_all_or_none():
    def taken(price):
        given = market(
            bulk_bids=[BID | {"price": price, "all_or_none": True}],
            retain=[RETAIN | {"value": 100.0}],
            aggregators=[AGGREGATOR | {"rate": 7.0, "price": 104.0, "srp": 0.0}],
        )
        made, plan = best(book({}, {"note_rate": 7.25}), given)
        return places(made, plan)

    assert taken(103.0) == ["bulk_bids", "bulk_bids"]  # 3 + 3 against 0 + 4
    assert taken(101.9) == ["retain", "aggregators"]  # 1.9 + 1.9 against 0 + 4


def test_a_loan_that_only_fits_where_there_is_no_room_is_left():
    given = market(retain=[RETAIN | {"budget_upb": 300_000.0}, RETAIN | {"name": "other", "budget_upb": 0.0}])
    made, plan = best(book({}, {}), given)
    assert sorted(places(made, plan)) == ["retain", LEFT.kind]
    assert verifying.earned(made, plan) == Decimal("-9000.00")
    frame = telling.placements(made, telling.told(made, plan))
    left = frame.filter(frame["pool"].is_null()).row(0, named=True)
    assert (left["value"], left["why"]) == (None, "Nothing takes this loan.")


def test_a_loan_that_nobody_takes_is_told_and_the_others_are_placed():
    given = market(bulk_bids=[BID | {"ltv_max": 80.0}])
    made, plan = best(book({"ltv": 90.0}, {}), given)
    assert made.loans.tolist() == [1]
    assert telling.placements(made, telling.told(made, plan))["pool"].is_null().to_list() == [True, False]


def test_nobody_takes_any():
    with pytest.raises(ValueError, match="Nobody takes any"):
        problem(book({}), market(bulk_bids=[BID | {"ltv_max": 10.0}]))


def test_a_budget_of_servicing():
    sold = {
        "buyer": "Harbor", "agency": "fannie_mae", "term": "30", "rate_min": None, "rate_max": None,
        "balance_min": None, "balance_max": None, "srp": 1.0,
    }  # fmt: skip
    loans = book(*[{"current_upb": 500_000.0}] * 4)
    for budget, kept in ((None, 0), (100_000_000, 2), (99_999_999, 0), (200_000_000, 4)):
        given = pools(servicing_released=[sold], retain=[RETAIN], servicing=budget)
        made, plan = best(loans, given)
        used = [made.outlet(number) for number in made.whole.pool[plan.chosen].tolist()]
        assert sum(outlet.keeps_servicing for outlet in used) == kept
        assert all(outlet.kind == "mbs" for outlet in used)
        assert verifying.broken_rules(made, plan, given) == []


def test_a_closed_pool_says_so_and_keeps_its_price():
    made, plan = pooled({})
    assert places(made, plan) == ["retain"]
    row = telling.placements(made, telling.told(made, plan)).row(0, named=True)
    assert (row["better_pool"], row["stopped_by"]) == ("fannie_mae.30.5.50.mbs", "minimum")
    assert row["why"].endswith("stopped by minimum balance of the pool.")
    frame = priced.prices(made, pools(retain=[RETAIN]))
    assert frame.filter(frame["kind"] == "mbs")["reason"].to_list() == [
        "All loans that fit add up to less than the pool's minimum."
    ]
    assert frame.columns == list(priced.SCHEMA)


def test_the_reductions_lose_nothing():
    made = problem(random_book(11), full_market(aggregators=[AGGREGATOR]))
    small = solved(made.small, seconds=60.0, gap=0.0)
    whole = solved(made.whole, seconds=60.0, gap=0.0)
    assert len(made.small.loan) < len(made.whole.loan)
    assert small.earned == whole.earned


def random_book(seed: int, count: int = 12):
    chance = np.random.default_rng(seed)
    return book(
        *(
            {
                "current_upb": round(float(chance.uniform(80_000, 700_000)), 2),
                "note_rate": float(chance.choice([6.0, 6.25, 6.375, 6.5, 6.625])),
                "credit_score": int(chance.integers(620, 820)),
                "ltv": (ltv := float(chance.integers(40, 97))),
                "cltv": ltv,
                "property_state": str(chance.choice(["NY", "OR", "TX"])),
                "high_balance_indicator": bool(chance.random() < 0.15),
            }
            for _ in range(count)
        )
    )


def full_market(**changes):
    return pools(
        pay_ups=[{"agency": "fannie_mae", "term": "30", "coupon": 5.5, "story": "max_200k", "pay_up": 0.4}],
        bulk_bids=[BID | {"minimum_upb": MILLION, "maximum_upb": 2 * MILLION, "average_score": 730, "price": 101.4}],
        retain=[RETAIN, RETAIN | {"name": "yield", "value": 100.5, "budget_upb": 800_000.0}],
        pool_cost=30_000,
        **changes,
    )


@pytest.mark.parametrize("seed", range(4))
def test_every_answer_adds_up_in_decimal_and_passes_the_checker(seed):
    given = full_market()
    made = problem(random_book(seed), given)
    for plan in (greedy(made.small), fast(made.small), solved(made.small, seconds=60.0, gap=0.0)):
        whole = made.whole_plan(plan)
        assert verifying.earned(made, whole) == Decimal(plan.earned) / 100
        assert verifying.broken_rules(made, whole, given) == []
        for column, number in zip(whole.chosen.tolist(), made.whole.pool[whole.chosen].tolist(), strict=True):
            own = verifying.value_of(made, number, int(made.at[column]))
            assert own == Decimal(int(made.whole.value[column])) / 100


def test_the_checker_finds_what_a_solver_may_not_do():
    given = full_market()
    made = problem(random_book(3), given)
    plan = made.whole_plan(greedy(made.small))
    bid = next(number for number, quote in enumerate(made.quotes) if quote.outlet.kind == "bulk_bids")
    loans = np.argsort(made.whole.loan[made.whole.pool == bid])
    everything = np.flatnonzero(made.whole.pool == bid)[loans]
    if len(everything) == len(made.loans):
        broken = verifying.broken_rules(made, Plan(everything, 0), given)
        assert any("holds" in sentence for sentence in broken)
    twice = replace(plan, chosen=np.append(plan.chosen, plan.chosen[:1]))
    assert verifying.broken_rules(made, twice, given) == ["A loan is placed twice, or not at all."]


@pytest.mark.parametrize("seed", range(3))
def test_another_execution_never_lowers_the_best_and_a_tighter_rule_never_raises_it(seed):
    loans = random_book(seed)

    def earns(given):
        return solved(problem(loans, given).small, seconds=60.0, gap=0.0).earned

    now = earns(full_market())
    assert earns(full_market(aggregators=[AGGREGATOR])) >= now
    tighter = replace_rows(full_market(), "bulk_bids", maximum_upb=1.5 * MILLION, average_score=760)
    assert earns(tighter) <= now


def replace_rows(given, kind, **changes):
    rows = dict(given.rows) | {kind: [row | changes for row in given.of(kind)]}
    return replace(given, rows=rows, _adjusted={})


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 90_000_000_000), st.integers(-100 * MICRO, 100 * MICRO))
def test_values_are_rounded_half_away_from_zero(cents, over_par):
    exact = Decimal(cents) * Decimal(over_par) / Decimal(100 * MICRO)
    (found,) = cents_of(np.array([cents]), np.array([over_par]))
    assert found == int(exact.quantize(Decimal(1), rounding="ROUND_HALF_UP"))
