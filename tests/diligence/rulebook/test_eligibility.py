"""Each eligibility rule: it fires, it clears, it says when it cannot tell."""

from typing import Any

import pytest

from diligence.domain.compiling import compile_rules
from diligence.domain.evaluate import evaluate
from diligence.domain.rulebook import Rulebook, shipped_rulebook
from diligence.domain.vocabulary import shipped
from loans.domain.lookups import Terms

from .case import AS_OF, Case, check, evaluation_of, frame_of, loan_rules

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
MANUAL = DU | {"aus_type": "Manual", "credit_score": 700, "dti": 36.0, "reserves_months": 6, "ltv": 90.0}
OLD_DU = DU | {"application_date": "2025-11-15", "credit_score": 619}
HIGH_LTV = DU | {"ltv": 95.01, "first_time_homebuyer": False}
LIMIT = DU | {"property_county": "Cook", "note_amount": 832_750.01}

CASES = (
    Case(
        "EL-001",
        DU | {"ltv": 97.01},
        {"ltv": 97.0},
        "ltv occupancy loan_purpose units amortization_type note_amount",
        more_fires=(
            {"ltv": 95.01, "amortization_type": "AdjustableRate"},
            {"ltv": 95.01, "units": 2},
            {"ltv": 75.01, "units": 4, "occupancy": "Investment"},
            {"ltv": 90.01, "occupancy": "SecondHome"},
            {"ltv": 80.01, "loan_purpose": "Refinance", "refinance_cash_out_type": "CashOut"},
        ),
        more_clear=(
            {"ltv": 95.0, "amortization_type": "AdjustableRate"},
            {"ltv": 95.0, "units": 2},
            {"ltv": 75.0, "units": 4, "occupancy": "Investment"},
            {"ltv": 90.0, "occupancy": "SecondHome"},
            {"ltv": 80.001, "loan_purpose": "Refinance", "refinance_cash_out_type": "CashOut"},
        ),
    ),
    Case("EL-002", DU | {"cltv": 97.01}, {"cltv": 97.0}, "cltv occupancy", more_clear=({"cltv": 97.009},)),
    Case("EL-003", DU | {"hcltv": 97.01}, {"hcltv": 97.0}, "hcltv units"),
    Case("EL-004", DU | {"occupancy": "SecondHome", "units": 2}, {"units": 1}, "units occupancy"),
    Case(
        "EL-006",
        OLD_DU,
        {"credit_score": 620},
        "credit_score application_date",
        more_clear=({"application_date": "2025-11-16"}, {"refinance_program": "DURefiPlus"}),
    ),
    Case(
        "EL-007",
        OLD_DU | {"application_date": "2025-11-16"},
        {"credit_score": 620},
        "credit_score",
        more_clear=({"application_date": "2025-11-15"},),
    ),
    Case(
        "EL-008",
        {"credit_score": None, "credit_score_impairment": None, "ltv": 80},
        {"credit_score": 640},
        more_clear=(
            {"credit_score_impairment": "InsufficientCreditHistory"},
            {"refinance_program": "HighLTVRefi"},
            {"mortgage_type": "VA"},
        ),
        absent="credit_score",
    ),
    Case("EL-009", DU | {"dti": 50.01}, {"dti": 50.0}, "dti aus_type", more_clear=({"aus_type": "Manual"},)),
    Case("EL-011", {"manual_underwriting": True, "dti": 45.01}, {"dti": 45.0}, "dti"),
    Case(
        "EL-012",
        {"aus_recommendation": "ReferEligible", "manual_underwriting": False},
        {"aus_recommendation": "ApproveEligible"},
        "aus_recommendation",
        more_clear=({"manual_underwriting": True}, {"mortgage_type": "FHA"}),
    ),
    Case(
        "EL-013",
        {"aus_type": None, "manual_underwriting": False},
        {"manual_underwriting": True},
        absent="aus_type",
        more_fires=({"manual_underwriting": None},),
        more_clear=({"aus_type": "DesktopUnderwriter"},),
    ),
    Case(
        "EL-015",
        DU | {"occupancy": "SecondHome", "reserves_months": 1},
        {"reserves_months": 2},
        "reserves_months occupancy",
        more_fires=(
            {"occupancy": "Investment", "reserves_months": 5},
            {"occupancy": "PrimaryResidence", "units": 2, "reserves_months": 5},
        ),
        more_clear=(
            {"occupancy": "Investment", "reserves_months": 6},
            {"occupancy": "PrimaryResidence", "units": 2, "reserves_months": 6},
        ),
    ),
    Case(
        "EL-017",
        DU | {"occupancy": "Investment", "financed_property_count": 11},
        {"financed_property_count": 10},
        "financed_property_count",
        more_clear=({"occupancy": "PrimaryResidence"},),
    ),
    Case(
        "EL-018",
        MANUAL | {"occupancy": "Investment", "financed_property_count": 7},
        {"financed_property_count": 6},
        "financed_property_count",
    ),
    Case(
        "EL-019",
        {"occupancy": "Investment", "financed_property_count": 7, "credit_score": 719},
        {"credit_score": 720},
        "credit_score financed_property_count",
        more_clear=({"financed_property_count": 6}, {"occupancy": "PrimaryResidence"}),
    ),
    Case(
        "EL-020",
        LIMIT,
        {"note_amount": 832_750.0},
        "note_amount units property_state",
        more_fires=(
            {"units": 2, "note_amount": 1_066_250.01},
            {"units": 3, "note_amount": 1_288_800.01},
            {"units": 4, "note_amount": 1_601_750.01},
            {"property_state": "CA", "property_county": "Los Angeles", "note_amount": 1_249_125.01},
            {"property_county": None, "note_amount": 1_249_125.01},
        ),
        more_clear=(
            {"units": 2, "note_amount": 1_066_250.0},
            {"units": 3, "note_amount": 1_288_800.0},
            {"units": 4, "note_amount": 1_601_750.0},
            {"property_state": "CA", "property_county": "Los Angeles", "note_amount": 1_249_125.0},
            {"property_county": None},
            {"mortgage_type": "VA"},
        ),
    ),
    Case(
        "EL-021",
        LIMIT | {"property_county": None},
        {"note_amount": 832_750.0},
        "note_amount units",
        absent="property_county",
        more_clear=({"property_county": "Los Angeles", "property_state": "CA"},),
    ),
    Case(
        "EL-022",
        HIGH_LTV,
        {"ltv": 95.0},
        "first_time_homebuyer ltv",
        more_fires=(
            {"first_time_homebuyer": True, "units": 2},
            {"first_time_homebuyer": True, "note_amount": 900_000.0},
        ),
        more_clear=({"first_time_homebuyer": True}, {"affordable_indicator": True}, {"ltv": 97.01}),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_fires_clears_and_is_left_open(case: Case) -> None:
    check(case)


MANUAL_CASES = (
    ("EL-005", {"credit_score": 659}, True),
    ("EL-005", {"credit_score": 660}, False),
    ("EL-005", {"credit_score": 679, "reserves_months": 0}, True),
    ("EL-005", {"credit_score": 680, "reserves_months": 0}, False),
    ("EL-005", {"credit_score": 619, "ltv": 75.0}, True),
    ("EL-005", {"credit_score": 620, "ltv": 75.0}, False),
    ("EL-005", {"credit_score": 639, "ltv": 75.0, "amortization_type": "AdjustableRate"}, True),
    ("EL-005", {"credit_score": 640, "ltv": 75.0, "amortization_type": "AdjustableRate"}, False),
    ("EL-005", {"credit_score": 699, "dti": 45.0}, True),
    ("EL-005", {"credit_score": 700, "dti": 45.0}, False),
    ("EL-005", {"dti": 45.01}, None),
    ("EL-005", {"dti": None}, None),
    ("EL-005", {"reserves_months": None}, None),
    ("EL-005", {"ltv": None}, None),
    ("EL-010", {"dti": 45.01}, True),
    ("EL-010", {"dti": 45.0}, False),
    ("EL-010", {"dti": 36.01, "credit_score": 690}, True),
    ("EL-010", {"dti": 36.0, "credit_score": 690}, False),
    ("EL-010", {"credit_score": None}, None),
    ("EL-015", {"units": 2, "ltv": 80.0, "reserves_months": 5}, True),
    ("EL-015", {"units": 2, "ltv": 80.0, "reserves_months": 6}, False),
)


@pytest.mark.parametrize(("code", "change", "outcome"), MANUAL_CASES)
def test_manual_underwriting_trades_score_against_debt_and_reserves(
    code: str, change: dict[str, Any], outcome: bool | None
) -> None:
    rule = shipped_rulebook().by_code()[code]
    fannie = shipped(Terms(investor="fannie_mae"))
    ruleset = compile_rules(Rulebook((rule,)), profile="agency", as_of=AS_OF, vocabulary=fannie)
    counts = evaluate(frame_of([MANUAL | change]), ruleset, header_of={}).counts
    expected = {True: (1, 0, 0), False: (0, 1, 0), None: (0, 0, 1)}[outcome]
    assert counts.select("fired", "clear", "not_evaluated").row(0) == expected


def test_every_rule_has_a_case() -> None:
    here = {case.code for case in CASES} | {code for code, *_ in MANUAL_CASES}
    assert here == {code for code in loan_rules("EL-") if code <= "EL-022"}


def test_a_combination_before_its_row_begins_is_not_judged() -> None:
    before = DU | {"application_date": "2017-12-31", "note_date": "2018-01-15", "ltv": 97.01}
    found = evaluation_of("EL-001", [before])
    assert found.counts.select("fired", "not_evaluated").row(0) == (0, 1)


def test_a_relief_refinance_has_no_maximum() -> None:
    relief = DU | {
        "loan_purpose": "Refinance",
        "refinance_cash_out_type": "NoCashOut",
        "refinance_program": "HighLTVRefi",
        "ltv": 234.0,
    }
    assert evaluation_of("EL-001", [relief]).counts.select("fired", "not_evaluated").row(0) == (0, 1)


def test_the_finding_says_the_two_numbers() -> None:
    found = evaluation_of("EL-020", [LIMIT])
    assert found.findings["message"].to_list() == [
        "The amount is $832,750.01; the limit for 1-unit properties in 2026 is $832,750 here."
    ]
