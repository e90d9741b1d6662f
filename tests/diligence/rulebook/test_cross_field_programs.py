"""Each cross-field rule on programs, insurance and costs: it fires, it clears, it says when it cannot tell."""

import pytest

from .case import Case, check

BUYDOWN = {
    "buydown_indicator": True,
    "buydown_contributor": "Lender",
    "buydown_initial_discount": 2,
    "buydown_duration_months": 24,
}
INSURED = {"mi_company": "MGIC", "mi_coverage_pct": 25, "mi_certificate": "123456", "mi_premium_source": "Borrower"}

CASES = (
    Case(
        "XF-067",
        {"refinance_cash_out_type": "CashOut", "investor_feature_ids": "127"},
        {"investor_feature_ids": "127;003"},
        absent="investor_feature_ids",
        more_fires=(
            {"investor_feature_ids": None},
            {"refinance_cash_out_type": None, "enote_indicator": True},
            {"refinance_cash_out_type": None, **BUYDOWN, "buydown_duration_months": 36, "investor_feature_ids": "009"},
        ),
        more_clear=(
            {"refinance_cash_out_type": None},
            {"refinance_cash_out_type": None, **BUYDOWN, "investor_feature_ids": "009"},
            {"refinance_cash_out_type": None, "ron_indicator": True, "investor_feature_ids": "920"},
        ),
    ),
    Case(
        "XF-068",
        {"refinance_cash_out_type": "LimitedCashOut", "investor_feature_ids": "003"},
        {"investor_feature_ids": "007"},
        "investor_feature_ids",
        more_clear=({"refinance_cash_out_type": None}, {"refinance_cash_out_type": "CashOut"}),
    ),
    Case(
        "XF-069",
        {"affordable_indicator": True, "investor_feature_ids": "127"},
        {"investor_feature_ids": "127;900"},
        "affordable_indicator",
        absent="investor_feature_ids",
        more_fires=({"affordable_indicator": False, "investor_feature_ids": "900"},),
        more_clear=({"affordable_indicator": False},),
    ),
    Case(
        "XF-070",
        {
            "high_balance_indicator": True,
            "note_amount": 832_750,
            "units": 1,
            "note_date": "2026-03-01",
            "property_state": "CA",
            "mortgage_type": "Conventional",
        },
        {"note_amount": 832_750.01},
        "high_balance_indicator note_amount units mortgage_type",
        more_fires=({"high_balance_indicator": False, "note_amount": 900_000},),
        more_clear=({"high_balance_indicator": False},),
    ),
    Case(
        "XF-071",
        INSURED | {"mi_certificate": None},
        INSURED,
        absent="mi_certificate",
        more_fires=({"mi_company": None},),
        more_clear=({"mi_company": "MI_Waived", "mi_coverage_pct": None},),
    ),
    Case(
        "XF-072",
        {"mi_company": "MGIC", "mortgage_type": "FHA"},
        {"mi_company": None},
        "mortgage_type",
        absent="mi_company",
        more_clear=({"mortgage_type": "Conventional"}, {"mi_company": "MI_Waived"}),
    ),
    Case(
        "XF-073",
        {"mi_premium_source": "Lender", "investor_feature_ids": "127"},
        {"investor_feature_ids": "019"},
        "mi_premium_source",
        absent="investor_feature_ids",
        more_clear=({"mi_premium_source": "Borrower"},),
        more_fires=({"investor_feature_ids": None},),
    ),
    Case(
        "XF-074",
        {"mi_financed_amount": 7000, "note_amount": 407_000, "base_loan_amount": 399_998.99},
        {"base_loan_amount": 399_999},
        "mi_financed_amount note_amount base_loan_amount",
        more_fires=({"base_loan_amount": 400_000, "mortgage_type": "Conventional", "investor_feature_ids": "127"},),
        more_clear=(
            {"mi_financed_amount": 0},
            {"base_loan_amount": 400_000, "mortgage_type": "Conventional", "investor_feature_ids": "281"},
        ),
    ),
    Case(
        "XF-080",
        {"points_and_fees": 3000, "origination_charges": 3000},
        {"points_and_fees": 3000.01},
        "points_and_fees origination_charges",
        more_clear=({"origination_charges": 0},),
    ),
    Case(
        "XF-081",
        {"total_loan_costs": 3000, "origination_charges": 3000},
        {"total_loan_costs": 3000.01},
        "total_loan_costs origination_charges",
        more_fires=({"origination_charges": 100, "discount_points": 4000},),
        more_clear=({"total_loan_costs": 0},),
    ),
    Case(
        "XF-082",
        {"discount_points": 15_000.01, "note_amount": 100_000},
        {"discount_points": 15_000},
        "discount_points note_amount",
    ),
    Case(
        "XF-083",
        {"regz_total_loan_amount": 400_000.01, "note_amount": 400_000},
        {"regz_total_loan_amount": 400_000},
        "regz_total_loan_amount note_amount",
    ),
    Case(
        "XF-084",
        {"apr": 6.494, "note_rate": 6.5, "amortization_type": "Fixed"},
        {"apr": 6.495},
        "apr note_rate amortization_type",
        more_clear=({"buydown_indicator": True}, {"amortization_type": "AdjustableRate"}),
    ),
    Case("XF-085", {"rate_spread": 0.506, "apr": 7.0, "apor": 6.5}, {"rate_spread": 0.505}, "rate_spread apr apor"),
    Case(
        "XF-087",
        {"aus_type": "LoanProductAdvisor", "aus_recommendation": "ReferEligible"},
        {"aus_recommendation": "ApproveEligible"},
        "aus_type aus_recommendation",
        more_fires=({"aus_recommendation": "ApproveEligible", "manual_underwriting": True},),
        more_clear=({"aus_type": "DesktopUnderwriter"},),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)
