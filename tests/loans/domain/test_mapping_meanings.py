"""Headers that share most of their words with a known one and mean something else."""

import pytest

from tests.loans.domain.proposals import AMOUNTS, DATES, RATES, match_of, proposed

SCORES = ["701", "750", "812", "688"]
NAMES = ["Ash", "Birch", "Cedar", "Dale"]
PAYMENTS = ["1870.60", "837.55", "1564.67", "990.01"]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Interest Rate Buydown", [None, None, None, None]),
        ("Scheduled Principal", ["410.11", "650.20", "388.00", "502.75"]),
        ("Principal Payment", PAYMENTS),
        ("Interest Payment", PAYMENTS),
        ("Last Payment Amount", PAYMENTS),
        ("Next Payment Amount", PAYMENTS),
        ("Monthly MI", PAYMENTS),
        ("Modified Maturity Date", DATES),
        ("Payment Change Date", DATES),
        ("Next Payment Change Date", DATES),
        ("Rate Lock Expiration Date", DATES),
        ("Flood Zone Determination Date", DATES),
        ("Appraisal Date 2", DATES),
        ("Appraised Value 2", AMOUNTS),
        ("Second Appraisal Value", AMOUNTS),
        ("Original UPB 2", AMOUNTS),
        ("UPB Sold", AMOUNTS),
        ("Participation UPB", AMOUNTS),
        ("Total Annual Income", AMOUNTS),
        ("Borrower Annual Income", AMOUNTS),
        ("Co-Borrower Income", AMOUNTS),
        ("MI Premium", PAYMENTS),
        ("Closing Cost", PAYMENTS),
        ("Current FICO", SCORES),
        ("Experian FICO", SCORES),
        ("Guarantor FICO", SCORES),
        ("Times 60", ["0", "1", "0", "0"]),
        ("60x12", ["0", "1", "0", "0"]),
        ("Months Delinquent", ["0", "1", "0", "0"]),
        ("Remaining IO Term", ["115", "84", "101", "12"]),
        ("Co-Borrower Last Name", NAMES),
        ("Co-Borrower Self Employed", ["Y", "N", "N", "Y"]),
        ("Borrower Mailing City", NAMES),
        ("Settlement Date", DATES),
        ("Effective Date", DATES),
        ("Life Cap", ["5", "5", "6", "5"]),
        ("Mail Zip Code", ["07102", "75023", "43215", "30309"]),
    ],
)
def test_headers_about_something_else_fill_no_field(header, values):
    assert match_of(header, values).field is None


def test_the_original_maturity_is_no_note_date():
    found = {
        match.column: match.field for match in proposed({"Mat Date": DATES, "Original Maturity Date": DATES}).matches
    }
    assert found == {"Mat Date": "maturity_date", "Original Maturity Date": None}


@pytest.mark.parametrize(
    ("header", "values", "field"),
    [
        ("Co-Borrower FICO", SCORES, "coborrower_credit_score"),
        ("Co Borr Credit Score", SCORES, "coborrower_credit_score"),
        ("Next Rate Adjustment Date", DATES, "arm_next_change_date"),
        ("Remaining Principal Balance", AMOUNTS, "current_upb"),
        ("Orig Princ Bal", AMOUNTS, "note_amount"),
        ("Annual Interest Rate", RATES, "note_rate"),
        ("Amort", ["Fixed Rate", "ARM", "Fixed Rate", "Fixed Rate"], "amortization_type"),
        ("Amort", ["360", "180", "240", "360"], "amortization_term_months"),
        ("Property Rights", ["Fee Simple", "Leasehold", "Fee Simple", "Fee Simple"], "estate_type"),
        ("Pay History", ["0000", "00", "000100", "C0C0"], "pay_history_12"),
        ("Life Cap Rate", ["11.5", "12", "10.25", "11"], "arm_ceiling"),
        ("Appraisal Effective Date", DATES, "valuation_date"),
        ("Loan Amuont", AMOUNTS, "note_amount"),
        ("Total Monthly Payment", PAYMENTS, "housing_expense"),
    ],
)  # fmt: skip
def test_headers_that_mean_the_same_keep_their_field(header, values, field):
    assert match_of(header, values).field == field
