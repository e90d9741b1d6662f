"""Agency pools: who is taken, at which price, and by which rules of the month."""

from datetime import date

import pytest

from portfolios.domain.executions import securities
from tests.portfolios.domain.executions.books import ADJUSTER, FEE, KEPT, TBA, book, market, pools, reasons

LOW, HIGH = 5.75, 6.625  # of a coupon of 5.5: 0.25 and 1.125 above
HAIR = 0.00001  # a thousandth of a basis point


def only(loans, given, kind="mbs"):
    return next(quote for quote in securities.quotes(loans, given) if quote.outlet.kind == kind)


@pytest.mark.parametrize("rate", [LOW, HIGH])
def test_note_rates_at_the_ends_of_the_window_pass(rate):
    # no excess beyond servicing and buy-up: a fee that leaves room for the rate
    fee = FEE | {"contract_fee": rate - 5.5 - 0.25}
    assert reasons(only(book({"note_rate": rate}), pools(guaranty_fees=[fee]))) == [""]


@pytest.mark.parametrize(("rate", "reason"), [(LOW - HAIR, "spread_low"), (HIGH + HAIR, "spread_high")])
def test_a_thousandth_of_a_basis_point_outside_fails(rate, reason):
    fee = FEE | {"contract_fee": rate - 5.5 - 0.25}
    assert reasons(only(book({"note_rate": rate}), pools(guaranty_fees=[fee]))) == [reason]


def test_the_window_is_that_of_the_month_of_issue():
    old = market(
        mbs=[TBA | {"settlement": "2019-05"}], guaranty_fees=[FEE | {"contract_fee": 1.0}],
        servicing_multiples=[KEPT], adjusters=[ADJUSTER | {"buyer": "fannie_mae"}], issued=date(2019, 5, 1),
    )  # fmt: skip
    loan = {"note_rate": 7.0, "note_date": date(2019, 3, 15), "first_payment_date": date(2019, 5, 1)}
    assert reasons(only(book(loan), old)) == [""]


def test_the_price_of_the_reference_example():
    # note 6.625 with a fee of 0.52 in a coupon of 5.5: 25 bp of excess at 4.31, 10.5 bp of buy-up at 4.30
    quote = only(book({"note_rate": 6.625}), pools())
    built = {name: int(part[0]) for name, part in quote.parts.items()}
    assert built == {
        "base": 99_050_000, "pay_up": 0, "adjusters": 0, "srp": 0, "servicing": 1_250_000,
        "excess_servicing": 1_077_500, "buy_up": 451_500, "buy_down": 0,
    }  # fmt: skip
    assert quote.over_par[0] == 99_050_000 + 1_250_000 + 1_077_500 + 451_500 - 100_000_000


def test_what_the_note_rate_lacks_is_bought_down():
    quote = only(book({"note_rate": 6.25}), pools())  # 0.75 less 0.25 and 0.52: 0.02 short
    assert int(quote.parts["buy_down"][0]) == -round(0.02 * 6.23 * 1_000_000)


def test_servicing_goes_to_whoever_pays_more():
    sold = {
        "buyer": "Harbor", "agency": "fannie_mae", "term": "30", "rate_min": None, "rate_max": None,
        "balance_min": None, "balance_max": None, "srp": 1.252,
    }  # fmt: skip
    loans = book({"note_rate": 6.27}, {"note_rate": 6.5})  # nothing to keep in excess; 23 bp of excess
    quote = only(loans, pools(servicing_released=[sold]))
    assert [quote.names[number] for number in quote.servicing_to] == ["Harbor", "retained"]
    assert quote.parts["servicing"].tolist() == [0, 1_250_000]


def test_a_budget_of_servicing_keeps_the_two_apart():
    found = {quote.outlet.code: quote.outlet for quote in securities.quotes(book({}), pools(servicing=10))}
    assert found["fannie_mae.30.5.50.mbs.kept"].keeps_servicing
    assert not found["fannie_mae.30.5.50.mbs.released"].keeps_servicing


def test_lender_paid_insurance_takes_room_of_servicing():
    loan = {"note_rate": 6.5, "mi_premium_source": "Lender", "mi_rate_adjustment": 0.2}
    quote = only(book(loan), pools())  # 1.0 less 0.25, 0.52 and 0.2: 3 bp of excess
    assert int(quote.parts["excess_servicing"][0]) == round(0.03 * 4.31 * 1_000_000)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"mortgage_type": "FHA"}, "product"),
        ({"amortization_type": "AdjustableRate"}, "adjustable"),
        ({"lien_position": "SecondLien"}, "lien"),
        ({"maturity_term_months": 180}, "term"),
        ({"note_amount": 2_000_000.0}, "over_limit"),
        ({"property_state": None}, "blank"),
        ({"credit_score": None}, "blank"),
        ({"delinquency_status": "30"}, "delinquent"),
        ({"delinquent_payments_12m": 1}, "late"),
        ({"ltv": 98.0, "cltv": 98.0}, "no_adjuster"),
        ({"maturity_date": None, "remaining_term_months": 181}, "months_left"),
    ],
)
def test_what_an_agency_does_not_take(change, reason):
    assert reasons(only(book(change), pools())) == [reason]


def test_a_young_loan_only_is_shared_with_other_lenders():
    shared = {"agency": "fannie_mae", "term": "30", "coupon": 5.5, "settlement": "2026-12", "over_tba": -0.05}
    loans = book({"first_payment_date": date(2026, 1, 1)}, {"first_payment_date": date(2025, 12, 1)})
    quote = only(loans, pools(multi_lender=[shared]), "multi_lender")
    assert reasons(quote) == ["", "seasoned"]
    assert quote.outlet.minimum == 100_000
    assert int(quote.parts["pay_up"][0]) == -50_000


def test_a_specified_pool_holds_one_kind_of_loans():
    row = {"agency": "fannie_mae", "term": "30", "coupon": 5.5, "story": "max_150k", "pay_up": 0.75}
    small = {"current_upb": 149_000.0, "note_amount": 150_000.0}
    quote = only(book(small, {"note_amount": 150_000.01}), pools(pay_ups=[row]), "pay_ups")
    assert reasons(quote) == ["", "story"]
    assert int(quote.parts["pay_up"][0]) == 750_000


def test_a_pool_of_high_balances_alone_has_no_share_of_them():
    high = {"note_amount": 900_000.0, "current_upb": 900_000.0, "property_state": "CA", "high_balance_indicator": True}
    row = {"agency": "fannie_mae", "term": "30", "coupon": 5.5, "story": "high_balance", "pay_up": -0.5}
    found = {quote.outlet.kind: quote.outlet for quote in securities.quotes(book({}, high), pools(pay_ups=[row]))}
    assert [rule.name for rule in found["mbs"].rules] == ["high_balance"]
    assert found["pay_ups"].rules == ()


def test_coupons_without_a_fee_and_other_months_are_told():
    given = pools(mbs=[TBA, TBA | {"coupon": 6.0}, TBA | {"settlement": "2027-01"}])
    found = securities.unpriced(given)
    assert "No guaranty fee for Fannie Mae 30-year 6" in found[0]
    assert "2027-01" in found[1]
