"""Each pricing rule: it fires, it clears, it says when it cannot tell."""

from typing import Any

import pytest

from .case import Case, check, loan_rules

DU: dict[str, Any] = {
    "aus_type": "DesktopUnderwriter",
    "note_date": "2026-04-01",
    "mortgage_type": "Conventional",
    "amortization_type": "Fixed",
    "maturity_term_months": 360,
    "affordable_indicator": False,
}
NONE = DU | {"ltv": 80.01, "mi_coverage_pct": 0.0, "mi_absence_reason": None}

CASES = (
    Case(
        "PRC-001",
        NONE,
        {"ltv": 80.0},
        "ltv",
        absent="mi_coverage_pct",
        more_fires=({"mi_coverage_pct": None}, {"mi_absence_reason": "NoMIBasedOnOriginalLTV"}),
        more_clear=(
            {"mi_coverage_pct": 12.0},
            {"lien_position": "SecondLien"},
            {"mi_absence_reason": "MICanceledBasedOnCurrentLTV"},
            {"refinance_program": "HighLTVRefi"},
            {"mortgage_type": "VA"},
            {"ltv": 97.01},
        ),
    ),
    Case(
        "PRC-002",
        DU | {"ltv": 90.01, "mi_coverage_pct": 15.99},
        {"mi_coverage_pct": 16.0},
        "ltv mi_coverage_pct maturity_term_months",
        more_fires=(
            {"ltv": 80.01, "mi_coverage_pct": 5.9},
            {"ltv": 85.01, "mi_coverage_pct": 11.9},
            {"ltv": 95.01, "mi_coverage_pct": 17.9},
            {"maturity_term_months": 240, "ltv": 85.01, "mi_coverage_pct": 11.9},
            {"affordable_indicator": None},
        ),
        more_clear=(
            {"ltv": 80.01, "mi_coverage_pct": 6.0},
            {"ltv": 85.01, "mi_coverage_pct": 12.0},
            {"ltv": 95.01, "mi_coverage_pct": 18.0},
            {"maturity_term_months": 240, "ltv": 85.01, "mi_coverage_pct": 12.0},
            {"ltv": 80.0},
        ),
    ),
    Case(
        "PRC-003",
        DU | {"ltv": 90.01, "mi_coverage_pct": 29.99},
        {"mi_coverage_pct": 30.0},
        "ltv affordable_indicator",
        more_fires=({"mi_coverage_pct": 16.0},),
        more_clear=({"mi_coverage_pct": 15.99}, {"affordable_indicator": True}),
    ),
    Case(
        "PRC-004",
        {"mi_company": "Other"},
        {"mi_company": "MGIC"},
        "mi_company",
        more_clear=({"mi_company": "MI_Waived"},),
    ),
    Case(
        "PRC-005",
        {"ltv": 80.0, "mi_coverage_pct": 12.0},
        {"ltv": 80.01},
        "ltv mi_coverage_pct",
        more_clear=({"mi_coverage_pct": 0.0},),
    ),
    Case(
        "PRC-006",
        NONE,
        {"mi_absence_reason": "MICanceledBasedOnCurrentLTV"},
        "ltv",
        absent="mi_absence_reason",
        more_clear=({"ltv": 80.0}, {"mortgage_type": "FHA"}),
    ),
    Case(
        "PRC-008",
        {
            "note_date": "2026-09-09",
            "credit_score_model": None,
            "aus_type": "DesktopUnderwriter",
            "investor_feature_ids": "007",
        },
        {"credit_score_model": "ClassicFICO"},
        "note_date",
        absent="credit_score_model",
        more_fires=(
            {"credit_score_model": "VantageScore4"},
            {"credit_score_model": "VantageScore4", "investor_feature_ids": None},
        ),
        more_clear=(
            {"note_date": "2026-09-08"},
            {"credit_score_model": "VantageScore4", "investor_feature_ids": "007;067"},
        ),
    ),
    Case(
        "PRC-010",
        {"price": 69.99},
        {"price": 70.0},
        "price",
        more_fires=({"price": 112.01},),
        more_clear=({"price": 112.0},),
    ),
    Case(
        "PRC-011", {"note_rate": 6.624, "pass_through_rate": 6.375}, {"note_rate": 6.625}, "note_rate pass_through_rate"
    ),
    Case(
        "PRC-012",
        {"servicing_fee": 0.249},
        {"servicing_fee": 0.25},
        "servicing_fee",
        more_fires=({"servicing_fee": 0.501},),
        more_clear=({"servicing_fee": 0.5},),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_fires_clears_and_is_left_open(case: Case) -> None:
    check(case)


def test_every_rule_has_a_case() -> None:
    assert {case.code for case in CASES} == loan_rules("PRC-")
