"""Each cross-field rule on ratios and amounts: it fires, it clears, it says when it cannot tell."""

import pytest

from .case import Case, check

REFINANCE = {"note_amount": 400_000, "loan_purpose": "Refinance", "appraised_value": 500_000}
PURCHASE = {"note_amount": 400_000, "loan_purpose": "Purchase", "appraised_value": 520_000, "sales_price": 500_000}

CASES = (
    Case(
        "XF-001",
        PURCHASE | {"ltv": 78.5},
        {"ltv": 80.0},
        "ltv note_amount loan_purpose appraised_value sales_price",
        more_fires=({"ltv": 80.02}, REFINANCE | {"ltv": 76.9}),
        more_clear=(
            {"ltv": 79.5},
            {"ltv": 80.01},
            {"ltv": 80.009},
            {"lien_position": "SecondLien", "ltv": 95.0, "cltv": 95.0},
        ),
    ),
    Case(
        "XF-002",
        PURCHASE | {"ltv": 79.5},
        {"ltv": 80.0},
        "ltv note_amount",
        more_clear=({"ltv": 78.5}, {"ltv": 79.99}),
        more_fires=({"note_amount": 397_000, "ltv": 79.8},),
    ),
    Case(
        "XF-003",
        PURCHASE | {"cltv": 88.0, "subordinate_amount": 50_000},
        {"cltv": 90.0},
        "cltv subordinate_amount note_amount",
        more_clear=({"subordinate_amount": 0, "heloc_balance": 40_000},),
        more_fires=({"heloc_balance": 10_000, "cltv": 90.0},),
    ),
    Case(
        "XF-004",
        PURCHASE | {"hcltv": 88.0, "heloc_limit": 50_000},
        {"hcltv": 90.0},
        "hcltv heloc_limit note_amount",
    ),
    Case("XF-005", {"ltv": 80.0, "cltv": 79.99}, {"cltv": 80.0}, "ltv cltv", more_clear=({"cltv": 79.99999999},)),
    Case("XF-006", {"cltv": 80.0, "hcltv": 79.99}, {"hcltv": 80.0}, "cltv hcltv"),
    Case(
        "XF-007",
        {"ltv": 80, "cltv": 90, "subordinate_amount": None, "heloc_limit": 0},
        {"subordinate_amount": 50_000},
        "cltv ltv",
        absent="subordinate_amount",
        more_clear=({"heloc_limit": 50_000}, {"cltv": 80.01}),
    ),
    Case(
        "XF-008",
        {"ltv": 80, "cltv": 80, "subordinate_amount": 50_000, "note_amount": 400_000},
        {"cltv": 92.5},
        "subordinate_amount cltv",
        more_clear=({"subordinate_amount": 0}, {"subordinate_amount": 4000}),
    ),
    Case(
        "XF-023",
        {"current_upb": 400_000.02, "note_amount": 400_000},
        {"current_upb": 400_000.01},
        "current_upb note_amount",
        more_clear=(
            {"negative_amortization_indicator": True},
            {"capitalized_indicator": True},
            {"modification_indicator": True},
        ),
    ),
    Case(
        "XF-033",
        {"loan_purpose": "Purchase", "sales_price": None},
        {"sales_price": 500_000},
        "loan_purpose",
        absent="sales_price",
        more_fires=({"sales_price": 0},),
        more_clear=({"loan_purpose": "Refinance"}, {"lien_position": "SecondLien"}),
    ),
    Case(
        "XF-034",
        {"loan_purpose": "Refinance", "sales_price": 500_000},
        {"sales_price": None},
        "loan_purpose",
        absent="sales_price",
        more_clear=({"sales_price": 0}, {"loan_purpose": "Purchase"}),
    ),
    Case(
        "XF-035",
        {"lien_position": "SecondLien", "sales_price": 500_000},
        {"sales_price": None},
        "lien_position",
        absent="sales_price",
        more_clear=({"lien_position": "FirstLien"},),
    ),
    Case(
        "XF-036",
        {"loan_purpose": "Refinance", "refinance_cash_out_type": None},
        {"refinance_cash_out_type": "CashOut"},
        "loan_purpose",
        absent="refinance_cash_out_type",
        more_clear=({"loan_purpose": "Purchase"},),
    ),
    Case(
        "XF-037",
        {"loan_purpose": "Purchase", "refinance_cash_out_type": "CashOut"},
        {"refinance_cash_out_type": None},
        "loan_purpose",
        more_fires=({"refinance_cash_out_type": None, "refinance_cash_out_amount": 5000},),
        more_clear=({"refinance_cash_out_type": "NoCashOut"}, {"loan_purpose": "Refinance"}),
    ),
    Case(
        "XF-038",
        {"refinance_cash_out_type": "LimitedCashOut", "refinance_cash_out_amount": 4000.01, "note_amount": 400_000},
        {"refinance_cash_out_amount": 4000},
        "refinance_cash_out_amount note_amount refinance_cash_out_type",
        more_fires=({"note_amount": 100_000, "refinance_cash_out_amount": 2000.01},),
        more_clear=(
            {"note_amount": 100_000, "refinance_cash_out_amount": 2000},
            {"refinance_cash_out_type": "CashOut"},
        ),
    ),
    Case(
        "XF-039",
        PURCHASE | {"appraised_value": 626_000},
        {"appraised_value": 625_000},
        "appraised_value sales_price loan_purpose",
        more_fires=({"appraised_value": 374_000},),
        more_clear=({"appraised_value": 375_000}, {"loan_purpose": "Refinance"}),
    ),
    Case(
        "XF-040",
        {"dti": 38.01, "monthly_debt": 3700, "monthly_income": 10_000},
        {"dti": 38.0},
        "dti monthly_debt monthly_income",
        more_fires=({"dti": 50, "housing_expense": 3000},),
        more_clear=({"dti": 67, "housing_expense": 3000},),
    ),
    Case(
        "XF-041",
        {"dti": 40, "monthly_income": None},
        {"monthly_income": 9000},
        "dti",
        absent="monthly_income",
        more_fires=({"monthly_income": 0},),
        more_clear=({"documentation_type": "DSCR"}, {"dti": 0}),
    ),
    Case(
        "XF-042",
        {"housing_expense": 2498, "initial_pi_payment": 2500},
        {"housing_expense": 2499},
        "housing_expense initial_pi_payment",
    ),
    Case(
        "XF-043",
        {"reserves_amount": 30_000, "reserves_months": 12, "housing_expense": 3000},
        {"reserves_months": 11},
        "reserves_amount reserves_months housing_expense",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)
