"""Headers and units as loan systems, trustees and receivers write them."""

import polars as pl
import pytest

from loans.domain.casting import cast
from loans.domain.parsing.numbers import has_decimal_commas
from tests.loans.domain.cells import value
from tests.loans.domain.proposals import AMOUNTS, DATES, RATES, match_of, proposed, text_batch


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("assetNumber", ["4471", "4502", "4503"], "loan_id"),
        ("originalLoanToValueRatioPercentage", ["0.78", "0.8", "0.61"], "ltv"),
        ("reportingPeriodActualEndBalanceAmount", AMOUNTS, "current_upb"),
        ("Obligor Name", ["Ash", "Birch"], "borrower_last_name"),
        ("MORTGAGOR-NAME", ["Ash, A", "Birch, B"], "borrower_last_name"),
        ("Collateral City", ["Reno", "Waco"], "property_city"),
        ("Collateral Value", AMOUNTS, "appraised_value"),
        ("LOAN-MATURES-DATE", DATES, "maturity_date"),
        ("MTRTY_DT", DATES, "maturity_date"),
        ("OCCPNCY_CD", ["P", "S", "I"], "occupancy"),
        ("Occupancy (P/S/I)", ["P", "S", "I"], "occupancy"),
        ("SLS_PRC_AMT", AMOUNTS, "sales_price"),
        ("BRWR_CNT", ["1", "2", "2"], "borrower_count"),
        ("1ST PMT", DATES, "first_payment_date"),
        ("1StPmtDate", DATES, "first_payment_date"),
        ("Fields.761", DATES, "rate_lock_date"),
        ("Fields.4002", ["Ash", "Birch"], "borrower_last_name"),
        ("Current T&I Bal", AMOUNTS, "escrow_balance"),
        ("has_escrow", ["t", "f", "t"], "escrow_indicator"),
        ("Borrower 2 Credit Score", ["701", "750", "812"], "coborrower_credit_score"),
        ("Note Balance", AMOUNTS, "note_amount"),
        ("id", ["4471", "4502", "4503"], "loan_id"),
        ("Monthly Housing Payment", ["1870.60", "837.55", "1564.67"], "housing_expense"),
        ("Production Channel", ["Retail", "Broker", "Retail"], "originator_type"),
        ("SFC Codes", ["127;007", "127", "460"], "investor_feature_ids"),
        ("Mortgage Coupon (%)", RATES, "note_rate"),
        ("coupon_rate", ["0.0675", "0.0725", "0.0588"], "note_rate"),
        ("interestRateSecuritizationPercentage", ["0.0675", "0.0725", "0.0588"], "current_rate"),
        ("Final Maturity", ["03/01/2051", "11/01/2049", "07/01/2052"], "maturity_date"),
        ("Loan Type (Conv/FHA/VA)", ["Conv", "FHA", "VA"], "mortgage_type"),
        ("First-Time HB (Y/N)", ["Y", "N", "N"], "first_time_homebuyer"),
        ("HCLTV %", ["80", "95", "61.2"], "hcltv"),
        ("CLTV %", ["80", "95", "61.2"], "cltv"),
        ("Proposed PITI", ["1870.60", "837.55", "1564.67"], "housing_expense"),
        ("ULI No", ["PLUMBLINESYNTHETIC00700000000030", "PLUMBLINESYNTHETIC00700000000031"], "uli"),
        ("Borr SS#", ["890-01-0001", "890-01-0002"], "borrower_ssn"),
        ("Seller Code", ["999990001", "999990001", "999990001"], "seller_id"),
        ("Funded On", DATES, "disbursement_date"),
        ("Balloon Loan", ["Y", "N", "N"], "balloon_indicator"),
        ("Sales Px", AMOUNTS, "sales_price"),
        ("Qualified Mortgage Status", ["QM_SafeHarbor", "NonQM"], "qm_status"),
        ("Cut-Off Date Balance", AMOUNTS, "current_upb"),
        ("balance_at_cutoff", AMOUNTS, "current_upb"),
        ("MO_INCOME_AMT", ["9100.00", "11057.50", "6200.00"], "monthly_income"),
        ("RATE_SPRD_PCT", ["0.237", "1.5", "-0.3"], "rate_spread"),
        ("SPEC_FEAT_CD", ["127;007", "127", "460"], "investor_feature_ids"),
        ("AUS_RECOM_CD", ["ApproveEligible", "ReferEligible", "ApproveEligible"], "aus_recommendation"),
        ("Mortgage Insurance Company", ["Radian", "Essent", "MGIC"], "mi_company"),
    ],
)
def test_headers_of_other_shops_find_their_fields(header, values, field):
    assert match_of(header, values).field == field


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("ESCROW_ADVANCE_BALANCE", AMOUNTS),
        ("Curr FICO Score", ["701", "750", "812"]),
        ("LO-TYPE", ["3", "3", "1"]),
        ("INVESTOR-ID", ["A01", "A01", "A01"]),
        ("Occupancy Status", ["Occupied", "Vacant", "Occupied"]),
    ],
)
def test_headers_about_something_else_are_left_aside(header, values):
    assert match_of(header, values).field not in (
        "escrow_balance", "borrower_credit_score", "mortgage_type", "investor_loan_id", "occupancy"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("FICO Delta", ["-6", "12", "3"]),
        ("applicant_credit_score_type", ["1", "3", "1"]),
        ("Total Interest Paid", ["7718.40", "5321.07", "21933.15"]),
        ("Credit History Months", ["54", "231", "120"]),
        ("Origination Fee Pct", ["1.0", "0.5", "1.25"]),
        ("Total Fees", ["1302", "880", "2400"]),
        ("MI Coverage Amount", ["25", "30", "12"]),
        ("Flood Insurance Company", ["Acme", "Best", "Acme"]),
        ("Loan Status Date", DATES),
        ("First Payment Default Date", DATES),
        ("Total Capitalized Amount", AMOUNTS),
        ("Initial Periodic Payment Cap", ["7.5", "7.5", "10"]),
        ("Initial Minimum Payment", ["1870.60", "837.55", "1564.67"]),
        ("Current Other Monthly Payment", ["120.60", "37.55", "164.67"]),
        ("Primary Borrower ID", ["B-2001", "B-2002", "B-2003"]),
        ("Negative Amortization Limit", ["1", "0", "1"]),
        ("interest_only_payment", ["24", "60", "24"]),
    ],
)
def test_a_word_too_many_leaves_a_column_aside(header, values):
    assert match_of(header, values).field is None


@pytest.mark.parametrize(
    ("header", "texts", "values"),
    [
        ("Days Past Due", ["0", "1", "29", "35", "61", "95", "300"], ["Current"] * 3 + ["30", "60", "90", "120"]),
        ("DLQ DAYS", ["0", "3", "30", "59.0", "119"], ["Current", "Current", "30", "30", "90"]),
        ("DPD", ["0", "2", "45"], ["Current", "Current", "30"]),
        ("Delinquency Status", ["0", "1", "2", "Current"], ["Current", "30", "60", "Current"]),
        ("Delinquency Status", ["0", "12", "0", "Current"], ["Current", None, "Current", "Current"]),
    ],
)
def test_days_past_due_are_read_as_the_status_they_mean(header, texts, values):
    typed = cast(text_batch({header: texts}), proposed({header: texts}).mapping()).typed
    assert typed["delinquency_status"].to_list() == values


def test_a_balance_at_cut_off_beside_the_one_of_today_is_the_scheduled_one():
    columns = {"Cutoff Date Balance": AMOUNTS, "Current UPB": AMOUNTS}
    fields = {match.column: match.field for match in proposed(columns).matches}
    assert fields == {"Cutoff Date Balance": "scheduled_upb", "Current UPB": "current_upb"}
    alone = proposed({"Cutoff Date Balance": AMOUNTS, "Orig. Loan Bal": AMOUNTS})
    assert {match.field for match in alone.matches} == {"current_upb", "note_amount"}


def test_an_amount_of_the_loan_is_no_balance_of_today():
    amounts = ["12000.00", "150500.00", "212000.00", "97000.00"]
    fields = {match.column: match.field for match in proposed({"loan_amnt": AMOUNTS, "funded_amnt": amounts}).matches}
    assert "current_upb" not in fields.values()


def test_a_list_of_unknown_codes_is_told_by_its_header():
    match = match_of("Loan Purpose", ["7", "9", "3"])
    assert match.field is None
    assert match.reason.startswith("The header means Loan purpose, but its codes are not known: 3, 7, 9.")


@pytest.mark.parametrize("header", ["Loan Type", "product_type", "Prod Type"])
@pytest.mark.parametrize(
    ("values", "field"),
    [
        (["fixed_rate", "fixed_rate", "fixed_rate"], "amortization_type"),
        (["Fixed", "ARM", "Fixed"], "amortization_type"),
        (["Conv", "FHA", "VA"], "mortgage_type"),
        (["Personal", "Mortgage", "Personal"], None),
    ],
)
def test_what_kind_of_type_a_header_means_is_told_by_its_codes(header, values, field):
    assert match_of(header, values).field == field


def test_a_header_that_may_mean_two_things_tells_what_it_does_not_know():
    reason = match_of("Loan Type", ["Personal", "Auto", "Personal"]).reason
    assert "Mortgage type or Amortization type" in reason
    assert "Personal" in reason


@pytest.mark.parametrize(
    ("original", "plain", "first", "now"),
    [
        ("Original P&I Payment", "P&I Payment", "initial_pi_payment", "current_pi_payment"),
        ("Original Interest Rate", "Interest Rate", "note_rate", "current_rate"),
    ],
)
def test_a_plain_header_beside_the_original_one_means_today(original, plain, first, now):
    values = ["6.5", "7.25", "5.875"] if first == "note_rate" else ["1870.60", "837.55", "1564.67"]
    both = {match.column: match.field for match in proposed({plain: values, original: values}).matches}
    assert both == {original: first, plain: now}
    assert match_of(plain, values).field == first


@pytest.mark.parametrize(
    ("header", "field", "texts", "values"),
    [
        ("Rate", "note_rate", ["662.5", "725", "687.5"], [6.625, 7.25, 6.875]),
        ("Rate", "note_rate", ["6625", "7250", "6875"], [6.625, 7.25, 6.875]),
        ("Term", "maturity_term_months", ["30 yrs", "15 years", "30 yrs"], [360, 180, 360]),
        ("Term", "maturity_term_months", ["360 months", "180 mos", "240"], [360, 180, 240]),
        ("Orig Bal ($000s)", "note_amount", ["312", "448.5", "97.25"], [312_000.0, 448_500.0, 97_250.0]),
        ("Loan Amount", "note_amount", ["553.348,00", "97.250,50", "1.250.000,00"], [553_348.0, 97_250.5, 1_250_000.0]),
        ("Rate", "note_rate", ["6,625", "7,25", "5"], [6.625, 7.25, 5.0]),
        ("Loan ID", "loan_id", ["7000123.0", "0042.0", "A1.0"], ["7000123", "0042", "A1.0"]),
    ],
)
def test_units_and_ways_of_writing_are_told_from_the_column(header, field, texts, values):
    mapping = proposed({header: texts}).mapping()
    typed = cast(text_batch({header: texts}), mapping).typed
    assert typed[field].to_list() == values


def test_amounts_in_thousands_without_a_word_take_a_column_of_some_length():
    few, many = AMOUNTS_IN_THOUSANDS[:4], AMOUNTS_IN_THOUSANDS
    assert match_of("Loan Amount", few).transform.scale == 1
    scaled = match_of("Loan Amount", many)
    assert scaled.transform.scale == 1000
    assert scaled.needs_eye
    assert "thousands of dollars" in scaled.reason


AMOUNTS_IN_THOUSANDS = ["312", "448.5", "97.25", "205", "188", "260", "417", "333", "512", "640", "275"]


def test_one_basis_point_figure_among_rates_is_no_unit():
    assert match_of("Rate", [*RATES, "662.5"]).transform.scale == 1


def test_the_comma_is_the_decimal_point_only_where_nothing_speaks_against_it():
    assert has_decimal_commas(pl.Series(["7,25", "6,625", "1.234,50"]))
    assert not has_decimal_commas(pl.Series(["7,25", "6.50"]))
    assert not has_decimal_commas(pl.Series(["1,250", "312,000", "1,250,000.00"]))


@pytest.mark.parametrize("text", ["Refinance Rate & Term", "Rate & Term Refi", "Refinance Cash-out"])
def test_purposes_with_an_ampersand(text):
    assert value("loan_purpose", text) == "Refinance"
