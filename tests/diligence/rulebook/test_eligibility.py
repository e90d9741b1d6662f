"""Each eligibility rule: it fires, it clears, it says when it cannot tell."""

from typing import Any

import pytest

from .case import Case, check, evaluation_of, loan_rules

DU: dict[str, Any] = {
    "aus_type": "DesktopUnderwriter", "application_date": "2026-03-01", "note_date": "2026-04-01", "occupancy": "PrimaryResidence",
    "loan_purpose": "Purchase", "units": 1, "amortization_type": "Fixed", "note_amount": 400_000.0, "property_state": "IL",
    "mortgage_type": "Conventional", "lien_position": "FirstLien", "affordable_indicator": False,
}  # fmt: skip
MANUAL = DU | {"aus_type": "Manual", "credit_score": 700, "dti": 36.0, "reserves_months": 6, "ltv": 90.0}
OLD_DU = DU | {"application_date": "2025-11-15", "credit_score": 619}
OLDER = {"first_payment_date": "2025-10-01", "loan_age_months": 13}
CONTRIBUTIONS = DU | {"cltv": 90.01, "sales_price": 300_000.0, "appraised_value": 310_000.0, "seller_contributions": 9_000.01}
HIGH_LTV = DU | {"ltv": 95.01, "first_time_homebuyer": False}
TEXAS = DU | {
    "property_state": "TX", "loan_purpose": "Refinance", "refinance_cash_out_type": "CashOut", "cltv": 80.01,
    "investor_feature_ids": "003;304",
}  # fmt: skip
LIMIT = DU | {"property_county": "Cook", "note_amount": 832_750.01}

CASES = (
    Case(
        "EL-001", DU | {"ltv": 97.01}, {"ltv": 97.0}, "ltv occupancy loan_purpose units amortization_type note_amount",
        more_fires=(
            {"ltv": 95.01, "amortization_type": "AdjustableRate"}, {"ltv": 95.01, "units": 2}, {"ltv": 75.01, "units": 4, "occupancy": "Investment"},
            {"ltv": 90.01, "occupancy": "SecondHome"}, {"ltv": 80.01, "loan_purpose": "Refinance", "refinance_cash_out_type": "CashOut"},
        ),
        more_clear=(
            {"ltv": 95.0, "amortization_type": "AdjustableRate"}, {"ltv": 95.0, "units": 2}, {"ltv": 75.0, "units": 4, "occupancy": "Investment"},
            {"ltv": 90.0, "occupancy": "SecondHome"}, {"ltv": 80.001, "loan_purpose": "Refinance", "refinance_cash_out_type": "CashOut"},
        ),
    ),
    Case("EL-002", DU | {"cltv": 97.01}, {"cltv": 97.0}, "cltv occupancy", more_clear=({"cltv": 97.009},)),
    Case("EL-003", DU | {"hcltv": 97.01}, {"hcltv": 97.0}, "hcltv units"),
    Case("EL-004", DU | {"occupancy": "SecondHome", "units": 2}, {"units": 1}, "units occupancy"),
    Case(
        "EL-005", MANUAL | {"credit_score": 659}, {"credit_score": 660}, "credit_score dti reserves_months ltv",
        more_fires=({"reserves_months": 0, "credit_score": 679}, {"ltv": 75.0, "credit_score": 619}, {"dti": 40.0, "credit_score": 699}),
        more_clear=({"reserves_months": 0, "credit_score": 680}, {"ltv": 75.0, "credit_score": 620}, {"dti": 40.0, "credit_score": 700}),
    ),
    Case(
        "EL-006", OLD_DU, {"credit_score": 620}, "credit_score application_date",
        more_clear=({"application_date": "2025-11-16"}, {"refinance_program": "DURefiPlus"}),
    ),
    Case("EL-007", OLD_DU | {"application_date": "2025-11-16"}, {"credit_score": 620}, "credit_score", more_clear=({"application_date": "2025-11-15"},)),
    Case(
        "EL-008", {"credit_score": None, "credit_score_impairment": None, "ltv": 80}, {"credit_score": 640},
        more_clear=({"credit_score_impairment": "InsufficientCreditHistory"}, {"refinance_program": "HighLTVRefi"}, {"mortgage_type": "VA"}),
        absent="credit_score",
    ),
    Case("EL-009", DU | {"dti": 50.01}, {"dti": 50.0}, "dti aus_type", more_clear=({"aus_type": "Manual"},)),
    Case(
        "EL-010", MANUAL | {"dti": 45.01}, {"dti": 45.0}, "dti credit_score reserves_months",
        more_fires=({"dti": 36.01, "credit_score": 690},), more_clear=({"dti": 36.0, "credit_score": 690},),
    ),
    Case("EL-011", {"manual_underwriting": True, "dti": 45.01}, {"dti": 45.0}, "dti"),
    Case(
        "EL-012", {"aus_recommendation": "ReferEligible", "manual_underwriting": False}, {"aus_recommendation": "ApproveEligible"},
        "aus_recommendation", more_clear=({"manual_underwriting": True}, {"mortgage_type": "FHA"}),
    ),
    Case(
        "EL-013", {"aus_type": None, "manual_underwriting": False}, {"manual_underwriting": True}, absent="aus_type",
        more_fires=({"manual_underwriting": None},), more_clear=({"aus_type": "DesktopUnderwriter"},),
    ),
    Case(
        "EL-015", DU | {"occupancy": "SecondHome", "reserves_months": 1}, {"reserves_months": 2}, "reserves_months occupancy",
        more_fires=({"occupancy": "Investment", "reserves_months": 5}, {"occupancy": "PrimaryResidence", "units": 2, "reserves_months": 5}),
        more_clear=({"occupancy": "Investment", "reserves_months": 6}, {"occupancy": "PrimaryResidence", "units": 2, "reserves_months": 6}),
    ),
    Case(
        "EL-017", DU | {"occupancy": "Investment", "financed_property_count": 11}, {"financed_property_count": 10},
        "financed_property_count", more_clear=({"occupancy": "PrimaryResidence"},),
    ),
    Case("EL-018", MANUAL | {"occupancy": "Investment", "financed_property_count": 7}, {"financed_property_count": 6}, "financed_property_count"),
    Case(
        "EL-019", {"occupancy": "Investment", "financed_property_count": 7, "credit_score": 719}, {"credit_score": 720},
        "credit_score financed_property_count", more_clear=({"financed_property_count": 6}, {"occupancy": "PrimaryResidence"}),
    ),
    Case(
        "EL-020", LIMIT, {"note_amount": 832_750.0}, "note_amount units property_state",
        more_fires=(
            {"units": 2, "note_amount": 1_066_250.01}, {"units": 3, "note_amount": 1_288_800.01}, {"units": 4, "note_amount": 1_601_750.01},
            {"property_state": "CA", "property_county": "Los Angeles", "note_amount": 1_249_125.01},
            {"property_county": None, "note_amount": 1_249_125.01},
        ),
        more_clear=(
            {"units": 2, "note_amount": 1_066_250.0}, {"units": 3, "note_amount": 1_288_800.0}, {"units": 4, "note_amount": 1_601_750.0},
            {"property_state": "CA", "property_county": "Los Angeles", "note_amount": 1_249_125.0},
            {"property_county": None}, {"mortgage_type": "VA"},
        ),
    ),
    Case(
        "EL-021", LIMIT | {"property_county": None}, {"note_amount": 832_750.0}, "note_amount units", absent="property_county",
        more_clear=({"property_county": "Los Angeles", "property_state": "CA"},),
    ),
    Case(
        "EL-022", HIGH_LTV, {"ltv": 95.0}, "first_time_homebuyer ltv",
        more_fires=({"first_time_homebuyer": True, "units": 2}, {"first_time_homebuyer": True, "note_amount": 900_000.0}),
        more_clear=({"first_time_homebuyer": True}, {"affordable_indicator": True}, {"ltv": 97.01}),
    ),
    Case(
        "EL-024", TEXAS, {"cltv": 80.0}, "cltv occupancy",
        more_fires=({"cltv": 80.0, "investor_feature_ids": "003"}, {"cltv": 80.0, "investor_feature_ids": None}),
        more_clear=({"property_state": "OK"}, {"refinance_cash_out_type": "NoCashOut"}),
    ),
    Case("EL-026", {"prepayment_penalty_indicator": True}, {"prepayment_penalty_indicator": False}, "prepayment_penalty_indicator"),
    Case(
        "EL-027", {"maturity_term_months": 361}, {"maturity_term_months": 360}, "maturity_term_months",
        more_clear=({"modification_indicator": True},),
    ),
    Case("EL-028", {"maturity_term_months": 84}, {"maturity_term_months": 85}, "maturity_term_months"),
    Case("EL-029", {"lien_position": "SecondLien"}, {"lien_position": "FirstLien"}, "lien_position"),
    Case(
        "EL-030", {"affordable_indicator": True, "occupancy": "SecondHome"}, {"occupancy": "PrimaryResidence"},
        "occupancy affordable_indicator", more_clear=({"affordable_indicator": False},),
    ),
    Case(
        "EL-032", {"loan_purpose": "Purchase", "first_time_homebuyer": True, "ltv": 95.01, "homebuyer_education": None},
        {"homebuyer_education": "HUDApprovedCounselingAgency"}, "first_time_homebuyer", absent="homebuyer_education",
        more_fires=({"homebuyer_education": "NoBorrowerCounseling"}, {"ltv": 80.0, "affordable_indicator": True}),
        more_clear=({"ltv": 95.0, "affordable_indicator": False}, {"loan_purpose": "Refinance"}),
    ),
    Case(
        "EL-033", {"property_type": "Cooperative", "subordinate_amount": 0.01, "occupancy": "PrimaryResidence"}, {"subordinate_amount": 0.0},
        "subordinate_amount property_type", more_fires=({"subordinate_amount": None, "occupancy": "Investment"},),
    ),
    Case(
        "EL-034", {"construction_method": "Manufactured", "occupancy": "Investment", "loan_purpose": "Purchase", "refinance_cash_out_type": "NoCashOut"},
        {"occupancy": "SecondHome"}, "occupancy construction_method",
        more_fires=({"occupancy": "PrimaryResidence", "refinance_cash_out_type": "CashOut", "maturity_term_months": 241},),
        more_clear=({"occupancy": "PrimaryResidence", "refinance_cash_out_type": "CashOut", "maturity_term_months": 240},),
    ),
    Case(
        "EL-035", CONTRIBUTIONS, {"seller_contributions": 9_000.0}, "cltv sales_price seller_contributions",
        more_fires=(
            {"cltv": 90.0, "seller_contributions": 18_000.01}, {"cltv": 75.0, "seller_contributions": 27_000.01},
            {"occupancy": "Investment", "cltv": 75.0, "seller_contributions": 6_000.01},
        ),
        more_clear=(
            {"cltv": 90.0, "seller_contributions": 18_000.0}, {"cltv": 75.0, "seller_contributions": 27_000.0},
            {"occupancy": "Investment", "cltv": 75.0, "seller_contributions": 6_000.0},
        ),
    ),
    Case(
        "EL-038", {"delinquency_status": "30", "next_due_date": "2026-11-01"}, {"delinquency_status": "Current"}, "delinquency_status",
        more_fires=({"delinquency_status": "Current", "next_due_date": "2026-10-20"},),
        more_clear=({"delinquency_status": "Current", "next_due_date": "2026-10-21"},),
    ),
    Case(
        "EL-039", {"loan_age_months": 12, "pay_history_12": "000000001000"}, {"pay_history_12": "000000000000"}, "pay_history_12",
        more_clear=({"loan_age_months": 13},),
    ),
    Case(
        "EL-040", {"loan_age_months": 13, "pay_history_12": "000000001000"}, {"pay_history_12": "000000000000"}, "pay_history_12",
        more_clear=({"loan_age_months": 12},),
    ),
    Case("EL-041", OLDER, {"loan_age_months": 12}, more_fires=({"loan_age_months": None},)),
    Case(
        "EL-042", OLDER | {"appraised_value": 300_000.0, "secondary_value": 299_999.99}, {"secondary_value": 300_000.0},
        "secondary_value appraised_value", more_clear=({"loan_age_months": 12},),
    ),
    Case(
        "EL-043", {"mortgage_type": "FHA", "loan_age_months": 7}, {"loan_age_months": 6}, "mortgage_type loan_age_months",
        more_clear=({"mortgage_type": "Conventional"},),
    ),
    Case(
        "EL-044", {"mortgage_type": "FHA", "government_case_number": "123-456789"}, {"government_case_number": "123-4567890-703"},
        "mortgage_type", absent="government_case_number",
        more_fires=({"government_case_number": None}, {"mortgage_type": "VA", "government_case_number": "123-4567890"}),
        more_clear=({"mortgage_type": "VA", "government_case_number": "12-34-5-6789012"}, {"mortgage_type": "Conventional"}),
    ),
    Case(
        "EL-045", {"loan_purpose": "Purchase", "ltv": 80.01, "units": 2, "occupancy": "PrimaryResidence", "down_payment_source": "Relative"},
        {"down_payment_source": "Borrower"}, "down_payment_source ltv",
        more_fires=({"units": 1, "occupancy": "SecondHome"},), more_clear=({"ltv": 80.0}, {"units": 1}),
    ),
    Case("EL-046", {"occupancy": "Investment", "down_payment_source": "Relative"}, {"down_payment_source": "Borrower"}, "occupancy down_payment_source"),
    Case("EL-047", {"legal_entity_type": "Corporation"}, {"legal_entity_type": "LivingTrust"}, "legal_entity_type"),
    Case(
        "EL-048", {"mortgage_type": "FHA", "application_date": "2025-05-25", "citizenship": "NonPermanentResidentAlien"},
        {"citizenship": "PermanentResidentAlien"}, "citizenship application_date", more_clear=({"application_date": "2025-05-24"},),
    ),
    Case("EL-050", {"documentation_type": "DSCR", "dscr": 0.99}, {"dscr": 1.0}, "dscr documentation_type", more_clear=({"documentation_type": "Full"},)),
)  # fmt: skip

EACH = ("interest_only_indicator", "negative_amortization_indicator", "balloon_indicator")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_fires_clears_and_is_left_open(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("field", EACH)
def test_each_unusual_payment_is_refused_by_itself(field: str) -> None:
    found = evaluation_of("EL-025", [{field: True}, {field: False}, {field: None}])
    assert found.findings["row_no"].to_list() == [1]
    assert found.findings["fields"].to_list() == [field]


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES} | {"EL-025"} == loan_rules("EL-")


def test_a_combination_before_its_row_begins_is_not_judged() -> None:
    before = DU | {"application_date": "2017-12-31", "note_date": "2018-01-15", "ltv": 97.01}
    found = evaluation_of("EL-001", [before])
    assert found.counts.select("fired", "not_evaluated").row(0) == (0, 1)


def test_a_relief_refinance_has_no_maximum() -> None:
    relief = DU | {"loan_purpose": "Refinance", "refinance_cash_out_type": "NoCashOut", "refinance_program": "HighLTVRefi", "ltv": 234.0}
    assert evaluation_of("EL-001", [relief]).counts.select("fired", "not_evaluated").row(0) == (0, 1)


def test_the_finding_says_the_two_numbers() -> None:
    found = evaluation_of("EL-020", [LIMIT])
    assert found.findings["message"].to_list() == ["The amount is $832,750.01; the limit for 1 units in 2026 is $832,750 here."]
