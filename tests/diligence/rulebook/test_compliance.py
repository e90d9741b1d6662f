"""Each Regulation Z rule: it fires, it clears, it says when it cannot tell."""

from typing import Any

import pytest

from .case import Case, check, loan_rules

QM: dict[str, Any] = {
    "qm_status": "QM_SafeHarbor",
    "lien_position": "FirstLien",
    "amortization_type": "Fixed",
    "note_date": "2026-04-01",
    "note_amount": 137_958.0,
    "apr": 8.25,
    "apor": 6.0,
    "regz_total_loan_amount": 135_000.0,
    "occupancy": "PrimaryResidence",
    "units": 1,
    "property_state": "IL",
    "property_county": "Cook",
}
EXEMPT = QM | {"qm_status": "ATR_Exempt", "atr_exemption_reason": "PropertyUsage"}
ARM = QM | {"amortization_type": "AdjustableRate", "arm_initial_fixed_months": 61}

CASES = (
    Case("CMP-001", {"apr": 0.0, "note_rate": 6.0}, {"apr": 0.01}, absent="apr", more_fires=({"apr": None},)),
    Case(
        "CMP-002",
        {"qm_status": None, "application_date": "2014-01-10"},
        {"qm_status": "QM_General"},
        absent="qm_status",
        more_fires=({"qm_status": "NonQM"},),
        more_clear=({"application_date": "2014-01-09"}, {"qm_status": "ATR_Exempt"}),
    ),
    Case(
        "CMP-006",
        EXEMPT | {"atr_exemption_reason": None},
        {"atr_exemption_reason": "LoanProgram"},
        absent="atr_exemption_reason",
    ),
    Case(
        "CMP-007",
        {"points_and_fees": -0.01, "note_rate": 6.0},
        {"points_and_fees": 0.0},
        absent="points_and_fees",
        more_fires=({"points_and_fees": None},),
    ),
    Case("CMP-008", {"points_and_fees": 0.0}, {"points_and_fees": 0.01}, "points_and_fees"),
    Case(
        "CMP-022",
        QM,
        {"apr": 8.249},
        "apr apor note_amount",
        more_fires=({"note_amount": 137_957.99, "apr": 9.5}, {"note_amount": 82_774.99, "apr": 12.5}),
        more_clear=(
            {"note_amount": 137_957.99, "apr": 9.49},
            {"note_amount": 82_774.99, "apr": 12.49},
            {"qm_status": "ATR_Exempt"},
        ),
    ),
    Case("CMP-023", ARM, {"apr": 8.249}, "apr apor", more_clear=({"arm_initial_fixed_months": 60},)),
    Case("CMP-025", EXEMPT | {"apr": 12.5}, {"apr": 12.49}, "apr apor"),
    Case(
        "CMP-026",
        EXEMPT | {"points_and_fees": 6_750.01},
        {"points_and_fees": 6_750.0},
        "points_and_fees regz_total_loan_amount",
    ),
    Case(
        "CMP-027",
        QM | {"points_and_fees": 4_050.01},
        {"points_and_fees": 4_050.0},
        "points_and_fees note_amount",
        more_fires=(
            {"note_amount": 137_957.99, "points_and_fees": 4_139.01},
            {"note_amount": 82_774.99, "regz_total_loan_amount": 80_000.0, "points_and_fees": 4_000.01},
            {"note_amount": 27_591.99, "points_and_fees": 1_380.01},
            {"note_amount": 17_244.99, "regz_total_loan_amount": 17_000.0, "points_and_fees": 1_360.01},
        ),
        more_clear=(
            {"note_amount": 137_957.99, "points_and_fees": 4_139.0},
            {"note_amount": 82_774.99, "regz_total_loan_amount": 80_000.0, "points_and_fees": 4_000.0},
            {"note_amount": 27_591.99, "points_and_fees": 1_380.0},
            {"note_amount": 17_244.99, "regz_total_loan_amount": 17_000.0, "points_and_fees": 1_360.0},
        ),
    ),
    Case(
        "CMP-029",
        QM | {"apr": 12.51},
        {"apr": 12.5},
        "apr apor lien_position",
        more_clear=({"occupancy": "Investment"}, {"business_purpose": True}),
    ),
    Case(
        "CMP-030",
        QM | {"points_and_fees": 6_750.01},
        {"points_and_fees": 6_750.0},
        "points_and_fees regz_total_loan_amount",
        more_fires=({"regz_total_loan_amount": 27_591.99, "points_and_fees": 1_380.01},),
        more_clear=({"regz_total_loan_amount": 27_591.99, "points_and_fees": 1_380.0},),
    ),
    Case("CMP-032", {"hoepa_indicator": True}, {"hoepa_indicator": False}, "hoepa_indicator"),
    Case(
        "CMP-033",
        QM | {"apr": 7.5, "hpml_indicator": False},
        {"apr": 7.49},
        "hpml_indicator apr",
        more_fires=({"apr": 7.49, "hpml_indicator": True}, {"note_amount": 900_000.0, "apr": 8.5}),
        more_clear=({"hpml_indicator": True}, {"note_amount": 900_000.0, "apr": 8.49}),
    ),
    Case(
        "CMP-034",
        QM | {"apr": 7.5, "escrow_indicator": False},
        {"escrow_indicator": True},
        "escrow_indicator apr",
        more_clear=({"apr": 7.49},),
    ),
    Case(
        "CMP-036",
        QM
        | {
            "interest_only_indicator": True,
            "negative_amortization_indicator": False,
            "balloon_indicator": False,
            "maturity_term_months": 360,
        },
        {"interest_only_indicator": False},
        more_fires=({"interest_only_indicator": False, "maturity_term_months": 361}, {"balloon_indicator": None}),
        more_clear=({"qm_status": "NonQM"},),
    ),
    Case(
        "CMP-037",
        QM | {"apr": 7.5},
        {"apr": 7.49},
        "apr apor",
        more_fires=({"apr": 7.49, "qm_status": "QM_RebuttablePresumption"},),
        more_clear=({"qm_status": "QM_RebuttablePresumption"},),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_fires_clears_and_is_left_open(case: Case) -> None:
    check(case)


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES} == loan_rules("CMP-")
