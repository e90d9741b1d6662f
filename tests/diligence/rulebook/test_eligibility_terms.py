"""Each rule about loan terms, programs and seasoning: it fires, it clears, it says when it cannot tell."""

from typing import Any

import pytest

from .case import Case, check, evaluation_of, loan_rules

DU: dict[str, Any] = {
    "aus_type": "DesktopUnderwriter",
    "application_date": "2026-03-01",
    "note_date": "2026-04-01",
    "occupancy": "PrimaryResidence",
    "loan_purpose": "Purchase",
    "units": 1,
    "amortization_type": "Fixed",
    "note_amount": 400_000.0,
    "property_state": "IL",
    "mortgage_type": "Conventional",
    "lien_position": "FirstLien",
    "affordable_indicator": False,
}
OLDER = {"first_payment_date": "2025-10-01", "loan_age_months": 13}
CONTRIBUTIONS = DU | {
    "cltv": 90.01,
    "sales_price": 300_000.0,
    "appraised_value": 310_000.0,
    "seller_contributions": 9_000.01,
}
TEXAS = DU | {
    "property_state": "TX",
    "loan_purpose": "Refinance",
    "refinance_cash_out_type": "CashOut",
    "cltv": 80.01,
    "investor_feature_ids": "003;304",
}
EACH = ("interest_only_indicator", "negative_amortization_indicator", "balloon_indicator")

CASES = (
    Case(
        "EL-024",
        TEXAS,
        {"cltv": 80.0},
        "cltv occupancy",
        more_fires=({"cltv": 80.0, "investor_feature_ids": "003"}, {"cltv": 80.0, "investor_feature_ids": None}),
        more_clear=({"property_state": "OK"}, {"refinance_cash_out_type": "NoCashOut"}),
    ),
    Case(
        "EL-026",
        {"prepayment_penalty_indicator": True},
        {"prepayment_penalty_indicator": False},
        "prepayment_penalty_indicator",
    ),
    Case(
        "EL-027",
        {"maturity_term_months": 361},
        {"maturity_term_months": 360},
        "maturity_term_months",
        more_clear=({"modification_indicator": True},),
    ),
    Case("EL-028", {"maturity_term_months": 84}, {"maturity_term_months": 85}, "maturity_term_months"),
    Case("EL-029", {"lien_position": "SecondLien"}, {"lien_position": "FirstLien"}, "lien_position"),
    Case(
        "EL-030",
        {"affordable_indicator": True, "occupancy": "SecondHome"},
        {"occupancy": "PrimaryResidence"},
        "occupancy affordable_indicator",
        more_clear=({"affordable_indicator": False},),
    ),
    Case(
        "EL-032",
        {"loan_purpose": "Purchase", "first_time_homebuyer": True, "ltv": 95.01, "homebuyer_education": None},
        {"homebuyer_education": "HUDApprovedCounselingAgency"},
        "first_time_homebuyer",
        absent="homebuyer_education",
        more_fires=({"homebuyer_education": "NoBorrowerCounseling"}, {"ltv": 80.0, "affordable_indicator": True}),
        more_clear=({"ltv": 95.0, "affordable_indicator": False}, {"loan_purpose": "Refinance"}),
    ),
    Case(
        "EL-033",
        {"property_type": "Cooperative", "subordinate_amount": 0.01, "occupancy": "PrimaryResidence"},
        {"subordinate_amount": 0.0},
        "subordinate_amount property_type",
        more_fires=({"subordinate_amount": None, "occupancy": "Investment"},),
    ),
    Case(
        "EL-034",
        {
            "construction_method": "Manufactured",
            "occupancy": "Investment",
            "loan_purpose": "Purchase",
            "refinance_cash_out_type": "NoCashOut",
        },
        {"occupancy": "SecondHome"},
        "occupancy construction_method",
        more_fires=(
            {"occupancy": "PrimaryResidence", "refinance_cash_out_type": "CashOut", "maturity_term_months": 241},
        ),
        more_clear=(
            {"occupancy": "PrimaryResidence", "refinance_cash_out_type": "CashOut", "maturity_term_months": 240},
        ),
    ),
    Case(
        "EL-035",
        CONTRIBUTIONS,
        {"seller_contributions": 9_000.0},
        "cltv sales_price seller_contributions",
        more_fires=(
            {"cltv": 90.0, "seller_contributions": 18_000.01},
            {"cltv": 75.0, "seller_contributions": 27_000.01},
            {"occupancy": "Investment", "cltv": 75.0, "seller_contributions": 6_000.01},
        ),
        more_clear=(
            {"cltv": 90.0, "seller_contributions": 18_000.0},
            {"cltv": 75.0, "seller_contributions": 27_000.0},
            {"occupancy": "Investment", "cltv": 75.0, "seller_contributions": 6_000.0},
        ),
    ),
    Case(
        "EL-038",
        {"delinquency_status": "30", "next_due_date": "2026-11-01", "note_rate": 6.0},
        {"delinquency_status": "Current"},
        absent="delinquency_status next_due_date",
        more_fires=(
            {"delinquency_status": "Current", "next_due_date": "2026-10-20"},
            {"delinquency_status": None, "next_due_date": "2026-10-20"},
        ),
        more_clear=(
            {"delinquency_status": "Current", "next_due_date": "2026-10-21"},
            {"delinquency_status": "Current", "next_due_date": None},
        ),
    ),
    Case(
        "EL-039",
        {"loan_age_months": 12, "pay_history_12": "000000001000"},
        {"pay_history_12": "000000000000"},
        "pay_history_12",
        more_clear=({"loan_age_months": 13},),
    ),
    Case(
        "EL-040",
        {"loan_age_months": 13, "pay_history_12": "000000001000"},
        {"pay_history_12": "000000000000"},
        "pay_history_12",
        more_clear=({"loan_age_months": 12},),
    ),
    Case(
        "EL-041",
        OLDER | {"current_upb": 290_000.0},
        {"loan_age_months": 12},
        more_fires=({"loan_age_months": None},),
        absent="loan_age_months current_upb",
    ),
    Case(
        "EL-042",
        OLDER | {"appraised_value": 300_000.0, "secondary_value": 299_999.99},
        {"secondary_value": 300_000.0},
        "secondary_value appraised_value",
        more_clear=({"loan_age_months": 12},),
    ),
    Case(
        "EL-043",
        {"mortgage_type": "FHA", "loan_age_months": 7},
        {"loan_age_months": 6},
        "mortgage_type loan_age_months",
        more_clear=({"mortgage_type": "Conventional"},),
    ),
    Case(
        "EL-044",
        {"mortgage_type": "FHA", "government_case_number": "123-456789"},
        {"government_case_number": "123-4567890-703"},
        "mortgage_type",
        absent="government_case_number",
        more_fires=({"government_case_number": None}, {"mortgage_type": "VA", "government_case_number": "123-4567890"}),
        more_clear=(
            {"mortgage_type": "VA", "government_case_number": "12-34-5-6789012"},
            {"mortgage_type": "Conventional"},
        ),
    ),
    Case(
        "EL-045",
        {
            "loan_purpose": "Purchase",
            "ltv": 80.01,
            "units": 2,
            "occupancy": "PrimaryResidence",
            "down_payment_source": "Relative",
        },
        {"down_payment_source": "Borrower"},
        "down_payment_source ltv",
        more_fires=({"units": 1, "occupancy": "SecondHome"},),
        more_clear=({"ltv": 80.0}, {"units": 1}),
    ),
    Case(
        "EL-046",
        {"occupancy": "Investment", "down_payment_source": "Relative"},
        {"down_payment_source": "Borrower"},
        "occupancy down_payment_source",
    ),
    Case("EL-047", {"legal_entity_type": "Corporation"}, {"legal_entity_type": "LivingTrust"}, "legal_entity_type"),
    Case(
        "EL-048",
        {"mortgage_type": "FHA", "application_date": "2025-05-25", "citizenship": "NonPermanentResidentAlien"},
        {"citizenship": "PermanentResidentAlien"},
        "citizenship application_date",
        more_clear=({"application_date": "2025-05-24"},),
    ),
    Case(
        "EL-050",
        {"documentation_type": "DSCR", "dscr": 0.99},
        {"dscr": 1.0},
        "dscr documentation_type",
        more_clear=({"documentation_type": "Full"},),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_fires_clears_and_is_left_open(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("field", EACH)
def test_each_unusual_payment_is_refused_by_itself(field: str) -> None:
    found = evaluation_of("EL-025", [{field: True}, {field: False}, {field: None}])
    assert found.findings["row_no"].to_list() == [1]
    assert found.findings["fields"].to_list() == [field]


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES} | {"EL-025"} == {code for code in loan_rules("EL-") if code > "EL-022"}
