"""Each cross-field rule on loan terms: it fires, it clears, it says when it cannot tell."""

import pytest

from .case import Case, check

ARM = {
    "amortization_type": "AdjustableRate",
    "arm_index": "30DayAverageSOFR",
    "arm_margin": 2.75,
    "arm_lookback_days": 45,
    "arm_first_change_date": "2031-01-01",
    "arm_initial_cap_up": 2,
    "arm_periodic_cap": 1,
    "arm_ceiling": 11.5,
    "arm_reset_frequency_months": 6,
    "note_rate": 6.5,
    "note_date": "2025-12-10",
    "first_payment_date": "2026-02-01",
    "arm_initial_fixed_months": 60,
}
BUYDOWN = {
    "buydown_indicator": True,
    "buydown_contributor": "Lender",
    "buydown_initial_discount": 2,
    "buydown_duration_months": 24,
}

CASES = (
    Case(
        "XF-044",
        {"amortization_type": "Fixed", "arm_index": "30DayAverageSOFR"},
        {"arm_index": None},
        "amortization_type",
        absent="arm_index",
        more_fires=({"arm_index": None, "arm_margin": 2.5}, {"arm_index": None, "arm_first_change_date": "2031-01-01"}),
        more_clear=({"amortization_type": "AdjustableRate"}, {"arm_index": None, "arm_margin": 0}),
    ),
    Case(
        "XF-045",
        ARM | {"arm_margin": None},
        ARM,
        "amortization_type",
        absent="arm_margin",
        more_clear=({"amortization_type": "Fixed"},),
        more_fires=(ARM | {"arm_index": None}, ARM | {"arm_reset_frequency_months": None}),
    ),
    Case("XF-046", ARM | {"arm_ceiling": 6.499}, {"arm_ceiling": 6.5}, "arm_ceiling note_rate amortization_type"),
    Case(
        "XF-047",
        ARM | {"arm_floor": 2.5},
        {"arm_floor": 2.75},
        "arm_floor arm_margin",
        more_fires=({"arm_floor": 6.6},),
        more_clear=({"arm_floor": 6.5},),
    ),
    Case(
        "XF-048",
        ARM | {"arm_first_change_date": "2031-03-01"},
        {"arm_first_change_date": "2031-02-01"},
        "arm_first_change_date arm_initial_fixed_months first_payment_date",
        more_fires=({"arm_initial_fixed_months": 84},),
    ),
    Case(
        "XF-049",
        ARM | {"arm_next_change_date": "2026-11-20"},
        {"arm_next_change_date": "2026-11-21"},
        "arm_next_change_date",
    ),
    Case(
        "XF-050",
        ARM | {"arm_periodic_cap": 3},
        ARM,
        "arm_periodic_cap amortization_type",
        more_fires=(ARM | {"arm_ceiling": 12.5},),
        more_clear=(ARM | {"arm_initial_cap_up": 5},),
    ),
    Case(
        "XF-051",
        ARM | {"arm_index": "1YearLIBOR"},
        {"arm_index": "30DayAverageSOFR"},
        "arm_index note_date",
        more_fires=({"arm_index": "1YearTreasury", "note_date": "2021-01-01"},),
        more_clear=({"note_date": "2020-12-31"},),
    ),
    Case(
        "XF-052",
        {"product_name": "Conf 30 Yr Fixed", "amortization_type": "AdjustableRate", "maturity_term_months": 360},
        {"amortization_type": "Fixed"},
        "product_name amortization_type",
        more_fires=(
            {"amortization_type": "Fixed", "maturity_term_months": 240},
            {"amortization_type": "Fixed", "maturity_term_months": 361},
            {"product_name": "15-Year FRM", "amortization_type": "Fixed", "maturity_term_months": 120},
            {"product_name": "7/6 SOFR 30 yr", "amortization_type": "Fixed"},
        ),
        more_clear=({"amortization_type": "Fixed", "maturity_term_months": 300}, {"product_name": "30 year 5/6 ARM"}),
    ),
    Case(
        "XF-053",
        BUYDOWN | {"buydown_contributor": None},
        BUYDOWN,
        "buydown_indicator",
        absent="buydown_contributor",
        more_clear=({"buydown_indicator": False},),
    ),
    Case(
        "XF-054",
        BUYDOWN | {"buydown_indicator": False},
        {"buydown_contributor": None, "buydown_initial_discount": None, "buydown_duration_months": 0},
        more_fires=({"buydown_contributor": None}, {"buydown_indicator": None}),
        more_clear=({"buydown_indicator": True},),
        absent="buydown_contributor buydown_initial_discount buydown_duration_months",
    ),
    Case(
        "XF-075",
        {"balloon_indicator": True, "maturity_term_months": 360, "amortization_term_months": 360},
        {"balloon_indicator": False},
        "balloon_indicator maturity_term_months amortization_term_months",
        more_fires=({"balloon_indicator": False, "maturity_term_months": 84},),
        more_clear=({"maturity_term_months": 84},),
    ),
    Case(
        "XF-076",
        {"interest_only_indicator": False, "initial_pi_payment": 2166.67, "note_amount": 400_000, "note_rate": 6.5},
        {"initial_pi_payment": 2528.27},
        "initial_pi_payment interest_only_indicator",
        more_fires=({"interest_only_indicator": True, "interest_only_term_months": 0}, {"initial_pi_payment": 2167.67}),
        more_clear=(
            {"interest_only_indicator": True, "interest_only_term_months": 120},
            {"initial_pi_payment": 2167.68},
        ),
    ),
    Case(
        "XF-077",
        {"prepayment_penalty_indicator": False, "prepayment_penalty_term_months": 36},
        {"prepayment_penalty_term_months": 0},
        "prepayment_penalty_indicator",
        more_fires=(
            {"prepayment_penalty_indicator": True, "prepayment_penalty_term_months": None},
            {"prepayment_penalty_indicator": True, "maturity_term_months": 24},
        ),
        more_clear=({"prepayment_penalty_indicator": True},),
    ),
    Case(
        "XF-078",
        {"modification_indicator": True, "modification_date": None, "note_date": "2020-01-01"},
        {"modification_date": "2023-01-01"},
        "modification_indicator",
        absent="modification_date",
        more_fires=({"modification_date": "2019-12-31"},),
        more_clear=({"modification_indicator": False},),
    ),
    Case(
        "XF-079",
        {"execution": "MBS", "note_rate": 6.5, "servicing_fee": 0.25, "guaranty_fee": 0.45, "pass_through_rate": 5.5},
        {"pass_through_rate": 5.8},
        "execution note_rate servicing_fee pass_through_rate",
        more_clear=({"pass_through_rate": 5.8005}, {"execution": "WholeLoan"}),
        more_fires=({"pass_through_rate": 5.8006},),
    ),
    Case(
        "XF-088",
        {"lien_position": "SecondLien", "execution": "WholeLoan"},
        {"lien_position": "FirstLien"},
        "lien_position",
        absent="execution",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)
