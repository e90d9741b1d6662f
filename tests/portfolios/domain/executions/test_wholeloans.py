"""Aggregators, bulk bids, the cash window and retained loans."""

import numpy as np
import pytest

from portfolios.domain.executions import cashwindow, retaining, wholeloans
from portfolios.domain.executions.retaining import priced
from tests.portfolios.domain.executions.books import ADJUSTER, BID, KEPT, RETAIN, book, market, reasons

PRICE = {"buyer": "Cascade", "product": "conventional", "term": "30", "rate": 6.25, "price": 101.0, "srp": 1.1}


def aggregator(*loans, adjusters=(), rows=(PRICE, PRICE | {"rate": 6.5, "price": 102.0})):
    given = market(aggregators=rows, adjusters=adjusters)
    (quote,) = wholeloans.aggregator_quotes(book(*loans), given)
    return quote


def test_a_loan_takes_the_row_at_or_next_below_its_rate():
    quote = aggregator({"note_rate": 6.25}, {"note_rate": 6.499}, {"note_rate": 6.5}, {"note_rate": 6.125})
    assert reasons(quote) == ["", "", "", "no_price"]
    assert quote.parts["base"].tolist() == [101_000_000, 101_000_000, 102_000_000]
    assert quote.over_par.tolist() == [2_100_000, 2_100_000, 3_100_000]


def test_adjusters_of_one_name_count_once_and_others_add_up():
    rows = [
        ADJUSTER | {"adjuster": "Score", "score_max": 699, "points": -1.0},
        ADJUSTER | {"adjuster": "Score", "score_max": 759, "points": -0.25},
        ADJUSTER | {"adjuster": "State", "state": "NY", "points": -0.1},
    ]
    low, middle, high = {"credit_score": 680}, {"credit_score": 720, "property_state": "NY"}, {"credit_score": 780}
    assert aggregator(low, middle, high, adjusters=rows).parts["adjusters"].tolist() == [-1_000_000, -350_000, 0]


def test_adjusters_refuse_and_a_blank_has_no_price():
    rows = [ADJUSTER | {"adjuster": "Floor", "score_max": 639, "points": "refused"}]
    quote = aggregator({"credit_score": 639}, {"credit_score": 640}, {"credit_score": None}, adjusters=rows)
    assert reasons(quote) == ["refused", "", "blank"]


@pytest.mark.parametrize(
    ("name", "change", "fits"),
    [
        ("condo", {"property_type": "CondoDetached"}, True),
        ("other", {}, True),
        ("other", {"units": 2}, False),
        ("units_2_4", {"units": 2}, True),
        ("manufactured_home", {"construction_method": "Manufactured"}, True),
        ("cooperative", {"project_legal_structure": "Cooperative"}, True),
    ],
)
def test_adjusters_by_kind_of_property(name, change, fits):
    quote = aggregator(change, adjusters=[ADJUSTER | {"property": name}])
    assert quote.parts["adjusters"].tolist() == [-500_000 if fits else 0]


def bid(*loans, **changes):
    (quote,) = wholeloans.bid_quotes(book(*loans), market(bulk_bids=[BID | changes]))
    return quote


def test_a_bid_for_some_loans():
    quote = bid({"ltv": 60.0}, {"ltv": 80.01}, {"ltv": None}, ltv_max=80.0)
    assert reasons(quote) == ["", "bid_terms", "blank"]
    assert quote.over_par.tolist() == [1_000_000]


def test_all_or_none_asks_for_everything_that_fits():
    assert bid({}, {}, {"ltv": 90.0}, ltv_max=80.0, all_or_none=True).outlet.minimum == 60_000_000
    assert bid({}, {}, minimum_upb=1.0, all_or_none=False).outlet.minimum == 100


def test_the_score_and_the_states_of_a_bid():
    loans = ({"property_state": "NY", "credit_score": 700}, {"property_state": "OR"})
    rules = {rule.name: rule for rule in bid(*loans, average_score=748, state_share=10.0).outlet.rules}
    assert set(rules) == {"average_score", "state_share.NY", "state_share.OR"}
    assert (rules["average_score"].limit, rules["average_score"].at_least) == (748, True)
    assert rules["state_share.NY"].limit == 1_000
    assert rules["state_share.NY"].amounts.tolist() == [10_000, 0]
    assert [rule.name for rule in bid(*loans, state_share=10.0, state="NY").outlet.rules] == ["state_share.NY"]


def test_the_cash_window_takes_the_best_rate_that_servicing_allows():
    row = {"agency": "fannie_mae", "term": "30", "servicing": "retained", "rate": 6.0, "price": 100.0}
    rows = [row, row | {"rate": 6.25, "price": 101.5}, row | {"rate": 6.375, "price": 105.0}]
    given = market(cash_window=rows, servicing_multiples=[KEPT])
    (quote,) = cashwindow.quotes(book({"note_rate": 6.5}, {"note_rate": 6.249}), given)
    assert reasons(quote) == ["", "no_price"]  # 6.375 would leave 12.5 bp of servicing
    assert int(quote.over_par[0]) == 1_500_000 + 1_250_000  # rather than 0 + 1.25 + 0.25 × 4.31
    assert quote.outlet.minimum == 0


def test_the_first_row_that_fits_prices_a_retained_loan():
    rows = [RETAIN | {"score_min": 760, "value": 99.0, "budget_upb": 1_000_000.0}, RETAIN]
    (quote,) = retaining.quotes(book({}, {"credit_score": 700}), market(retain=rows))
    assert quote.over_par.tolist() == [-1_000_000, -3_000_000]
    assert (quote.outlet.maximum, quote.outlet.is_sold) == (100_000_000, False)


@pytest.mark.parametrize("cpr", [0.0, 8.0, 40.0])
def test_at_its_own_rate_a_loan_is_worth_par(cpr):
    found = priced(np.array([6.5, 3.0]), np.array([360.0, 120.0]), annual_yield=6.5, cpr=cpr)
    assert found[0] == pytest.approx(100.0)
    assert found[1] < 100


def test_the_price_of_a_loan_is_the_value_of_its_payments():
    # one year at 12 percent, 1,000 of balance, discounted at 6 percent a year: twelve payments of 88.85
    payment = 1000 * 0.01 / (1 - 1.01**-12)
    value = sum(payment / 1.005**month for month in range(1, 13))
    assert priced(np.array([12.0]), np.array([12.0]), annual_yield=6.0, cpr=0.0)[0] == pytest.approx(value / 10)


def test_a_loan_without_interest():
    assert priced(np.array([0.0]), np.array([4.0]), annual_yield=0.0, cpr=0.0)[0] == pytest.approx(100.0)
