"""Facts against slow Python: decimals for money and percent, the calendar for dates."""

from calendar import monthrange
from datetime import date
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from math import isclose

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.facts import FACTS, facts_needed, fields_needed, with_facts
from loans.domain.fields import FIELD

AS_OF = date(2026, 11, 21)
cents = st.integers(min_value=1, max_value=500_000_000).map(lambda n: Decimal(n) / 100)
days = st.dates(min_value=date(1960, 1, 1), max_value=date(2090, 12, 31))
terms = st.integers(min_value=1, max_value=480)
rates = st.integers(min_value=0, max_value=20_000).map(lambda n: n / 1000)


def facts_of(*names: str, **loan) -> dict:
    """Facts of one loan; fields not given have no column."""
    schema = {name: FIELD[name].dtype for name in loan}
    frame = pl.DataFrame({name: [value] for name, value in loan.items()}, schema=schema, strict=False)
    found = with_facts(frame, needed=set(names), as_of=AS_OF)
    return {name: found[name].item() for name in names}


def months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def completed_months(earlier: date, later: date) -> int:
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)


@given(amount=cents, price=cents, value=cents)
def test_purchase_ltv_is_cut_to_two_decimals_of_the_lesser_of_price_and_value(amount, price, value):
    exact = (100 * amount / min(price, value)).quantize(Decimal("0.01"), ROUND_DOWN)
    loan = {"loan_purpose": "Purchase", "note_amount": amount, "sales_price": price, "appraised_value": value}
    found = facts_of(
        "calc_ltv", "calc_ltv_rounded_up", **{k: float(v) if k != "loan_purpose" else v for k, v in loan.items()}
    )
    assert Decimal(repr(found["calc_ltv"])) == exact
    assert Decimal(found["calc_ltv_rounded_up"]) == exact.to_integral_value(ROUND_CEILING)


@given(hundredths=st.integers(min_value=0, max_value=30_000), noise=st.sampled_from([0.0, 1e-9, -1e-9, 1e-8, -1e-8]))
def test_a_percentage_is_cut_without_binary_noise(hundredths, noise):
    found = facts_of("ltv_truncated", "ltv_rounded_up", ltv=hundredths / 100 + noise)
    assert found["ltv_truncated"] == pytest.approx(hundredths / 100, abs=1e-12)
    assert found["ltv_rounded_up"] == -(-hundredths // 100)


@pytest.mark.parametrize(("ltv", "whole"), [(94.01, 95), (80.001, 80), (80.0, 80), (79.99999999, 80), (95.00999, 95)])
def test_rounding_up_of_the_selling_guide(ltv, whole):
    assert facts_of("ltv_rounded_up", ltv=ltv)["ltv_rounded_up"] == whole


@given(amount=cents, closed=st.none() | cents, line=st.none() | cents, value=cents)
def test_second_liens_count_when_either_is_given(amount, closed, line, value):
    given_liens = {"subordinate_amount": closed, "heloc_balance": line, "heloc_limit": line}
    loan = {k: None if v is None else float(v) for k, v in given_liens.items()}
    found = facts_of(
        "calc_cltv",
        "calc_hcltv",
        loan_purpose="Refinance",
        note_amount=float(amount),
        appraised_value=float(value),
        **loan,
    )
    if closed is None and line is None:
        assert found == {"calc_cltv": None, "calc_hcltv": None}
    else:
        owed = amount + (closed or 0) + (line or 0)
        exact = (100 * owed / value).quantize(Decimal("0.01"), ROUND_DOWN)
        assert {Decimal(repr(ratio)) for ratio in found.values()} == {exact}


@pytest.mark.parametrize("blank", ["loan_purpose", "sales_price", "appraised_value", "note_amount"])
def test_a_blank_input_gives_no_ltv(blank):
    loan = {"loan_purpose": "Purchase", "note_amount": 4e5, "sales_price": 5e5, "appraised_value": 5e5}
    assert facts_of("calc_ltv", **(loan | {blank: None}))["calc_ltv"] is None


@pytest.mark.parametrize("value", [0.0, -1.0])
def test_a_value_that_is_not_above_zero_divides_nothing(value):
    loan = {"loan_purpose": "Refinance", "note_amount": 4e5, "appraised_value": value}
    assert facts_of("calc_ltv", **loan)["calc_ltv"] is None


@given(first=days, term=terms)
def test_maturity_is_the_first_payment_and_the_term_less_a_month(first, term):
    assert facts_of("calc_maturity_date", first_payment_date=first, maturity_term_months=term) == {
        "calc_maturity_date": months_later(first, term - 1)
    }


@given(first=days, maturity=days)
def test_terms_are_whole_months(first, maturity):
    found = facts_of("calc_term_months", first_payment_date=first, maturity_date=maturity)
    assert found["calc_term_months"] == completed_months(first, maturity) + 1


@given(born=days, note=days)
def test_age_is_whole_years(born, note):
    expected = note.year - born.year - ((note.month, note.day) < (born.month, born.day))
    assert facts_of("age_at_note", borrower_birth_date=born, note_date=note)["age_at_note"] == expected


@given(amount=st.integers(min_value=1_000, max_value=5_000_000), rate=rates, term=terms)
def test_the_level_payment_repays_the_loan(amount, rate, term):
    loan = {"note_amount": float(amount), "note_rate": rate, "amortization_term_months": term}
    payment = facts_of("calc_level_payment", **loan)["calc_level_payment"]
    balance = float(amount)
    for _ in range(term):
        balance += balance * rate / 1200 - payment
    assert abs(balance) < 1e-5 * amount


@given(rate=rates, paid=st.integers(min_value=0, max_value=360))
def test_the_scheduled_balance_is_the_schedule_payment_by_payment(rate, paid):
    first = date(2000, 1, 1)
    loan = {"note_amount": 300_000.0, "note_rate": rate, "amortization_term_months": 360, "first_payment_date": first}
    found = facts_of(
        "calc_level_payment",
        "payments_made",
        "calc_scheduled_balance",
        **loan,
        last_paid_installment_date=months_later(first, paid - 1),
    )
    balance = 300_000.0
    for _ in range(paid):
        balance += balance * rate / 1200 - found["calc_level_payment"]
    assert found["payments_made"] == paid
    assert isclose(found["calc_scheduled_balance"], max(balance, 0), abs_tol=0.02)


@given(
    rate=st.integers(min_value=10, max_value=150).map(lambda n: n / 10), left=st.integers(min_value=1, max_value=359)
)
def test_payments_to_repay_turn_the_schedule_around(rate, left):
    first = date(2000, 1, 1)
    loan = {"note_amount": 300_000.0, "note_rate": rate, "amortization_term_months": 360, "first_payment_date": first}
    last = months_later(first, 360 - left - 1)
    balance = facts_of("calc_scheduled_balance", **loan, last_paid_installment_date=last)["calc_scheduled_balance"]
    assert facts_of("payments_to_repay", **loan, current_upb=balance)["payments_to_repay"] == pytest.approx(
        left, abs=0.1
    )


def test_a_payment_beyond_the_schedule_has_no_scheduled_balance():
    loan = {
        "note_amount": 3e5,
        "note_rate": 6.0,
        "amortization_term_months": 12,
        "first_payment_date": date(2000, 1, 1),
    }
    assert (
        facts_of("calc_scheduled_balance", **loan, last_paid_installment_date=date(2002, 1, 1))[
            "calc_scheduled_balance"
        ]
        is None
    )


@pytest.mark.parametrize(("balloon", "months"), [(None, 360), (False, 360), (True, None)])
def test_a_balloon_is_not_spread_over_its_term(balloon, months):
    assert facts_of("amortization_months", maturity_term_months=360, balloon_indicator=balloon) == {
        "amortization_months": months
    }


def test_an_interest_only_loan_pays_interest():
    loan = {"note_amount": 4e5, "note_rate": 6.5, "amortization_term_months": 360}
    assert facts_of("calc_payment", **loan)["calc_payment"] == 2528.27
    assert facts_of("calc_payment", **loan, interest_only_indicator=True)["calc_payment"] == 2166.67


def test_the_cut_off_is_the_day_of_the_check_where_the_tape_agrees():
    first, agreeing = [date(2026, 1, 1)] * 30, [10] * 29 + [99]
    frame = pl.DataFrame({"first_payment_date": first, "loan_age_months": agreeing})
    found = with_facts(frame, needed={"cutoff_date"}, as_of=AS_OF)
    assert found["cutoff_date"].unique().to_list() == [AS_OF]
    old = with_facts(frame.with_columns(loan_age_months=pl.lit(3)), needed={"cutoff_date"}, as_of=AS_OF)
    assert old["cutoff_date"].unique().to_list() == [date(2026, 4, 1)]


@pytest.mark.parametrize("months", [2, 3, 7])
@pytest.mark.parametrize("told_by", ["age", "remaining term", "next due date"])
def test_a_tape_cut_off_months_ago_is_taken_as_of_then(told_by: str, months: int) -> None:
    """Its ages agree with its dates (XF-026) and its current loans are not past due (XF-031)."""
    cut_off = date(2025, 12, 1)
    as_of = date(2025 + (11 + months) // 12, (11 + months) % 12 + 1, 28)
    told = {
        "age": {"first_payment_date": date(2025, 1, 1), "loan_age_months": 11},
        "remaining term": {"maturity_date": date(2054, 12, 1), "remaining_term_months": 348},
        "next due date": {},
    }[told_by]
    loan = {"next_due_date": date(2026, 1, 1), **told}
    frame = pl.DataFrame({name: [value] * 30 for name, value in loan.items()})
    found = with_facts(frame, needed={"cutoff_date", "months_since_first_payment", "days_past_due"}, as_of=as_of)

    assert found["cutoff_date"].unique().to_list() == [cut_off]
    assert found["days_past_due"].max() < 30
    if told_by == "age":
        assert found["months_since_first_payment"].unique().to_list() == [11]


def test_every_fact_is_described_and_rests_on_fields_and_facts():
    for fact in FACTS.values():
        assert fact.label
        assert fact.arithmetic
        assert fact.source
        assert set(fact.inputs) <= FACTS.keys() | FIELD.keys() | {"as_of"}
        assert set(fact.expression.meta.root_names()) == set(fact.inputs)


def test_facts_bring_those_they_rest_on_and_nothing_else():
    names = [fact.name for fact in facts_needed({"calc_ltv_rounded_up"})]
    assert names == ["value_basis", "calc_ltv", "calc_ltv_rounded_up"]
    assert fields_needed({"calc_ltv_rounded_up"}) == {"loan_purpose", "sales_price", "appraised_value", "note_amount"}
    found = with_facts(pl.DataFrame({"ltv": [80.0]}), needed={"calc_ltv_rounded_up"}, as_of=AS_OF)
    assert found.columns == ["ltv", *names]


def test_all_facts_of_an_empty_tape_and_of_a_tape_without_columns():
    empty = with_facts(pl.DataFrame(schema={"row_no": pl.Int64}), needed=set(FACTS), as_of=AS_OF)
    assert empty.height == 0
    blank = with_facts(pl.DataFrame({"row_no": [1]}), needed=set(FACTS), as_of=AS_OF)
    assert {name for name in FACTS if blank[name].dtype == pl.Null} == set()


HARP = {
    "loan_purpose": "Refinance",
    "refinance_cash_out_type": "NoCashOut",
    "ltv": 120.0,
    "first_payment_date": date(2012, 8, 1),
}


@pytest.mark.parametrize(
    ("loan", "expected"),
    [
        (HARP, True),
        ({"refinance_program": "DURefiPlus"}, True),
        (HARP | {"ltv": 97.0}, False),
        (HARP | {"refinance_cash_out_type": "CashOut"}, False),
        (HARP | {"first_payment_date": date(2021, 8, 1)}, False),
        (HARP | {"ltv": None}, False),
        ({}, False),
    ],
)
def test_a_relief_refinance_is_named_or_told_by_what_only_it_allowed(loan, expected):
    assert facts_of("relief_refinance", loan_id="A", **loan) == {"relief_refinance": expected}
