"""Each cross-field rule on dates, payments and balances: it fires, it clears, it says when it cannot tell."""

import pytest

from .case import Case, check

FIXED = {"note_amount": 400_000, "note_rate": 6.5, "amortization_term_months": 360, "amortization_type": "Fixed"}
MONTHS = {"first_payment_date": "2024-02-01", "maturity_date": "2054-01-01", "maturity_term_months": 360}
PAID = FIXED | {"first_payment_date": "2024-02-01", "last_paid_installment_date": "2024-03-01"}

CASES = (
    Case(
        "XF-009",
        FIXED | {"initial_pi_payment": 2529.28},
        {"initial_pi_payment": 2529.27},
        "initial_pi_payment note_rate note_amount",
        more_fires=({"initial_pi_payment": 2166.67}, {"amortization_term_months": None, "maturity_term_months": 180}),
        more_clear=(
            {"initial_pi_payment": 2166.67, "interest_only_indicator": True},
            {"payment_frequency": "Biweekly"},
            {"modification_indicator": True},
            {"amortization_term_months": None, "maturity_term_months": 360, "initial_pi_payment": 2528.27},
        ),
    ),
    Case(
        "XF-010",
        FIXED | {"initial_pi_payment": 2528.29},
        {"initial_pi_payment": 2528.28},
        "initial_pi_payment note_rate",
        more_fires=({"initial_pi_payment": 2529.27},),
        more_clear=({"initial_pi_payment": 2529.28},),
    ),
    Case(
        "XF-011",
        FIXED | {"initial_pi_payment": 2528.27, "current_pi_payment": 2600},
        {"current_pi_payment": 2529.27},
        "initial_pi_payment current_pi_payment amortization_type",
        more_clear=(
            {"modification_indicator": True},
            {"buydown_indicator": True},
            {"amortization_type": "AdjustableRate"},
        ),
    ),
    Case(
        "XF-012",
        MONTHS | {"maturity_date": "2054-02-01"},
        MONTHS,
        "maturity_date first_payment_date maturity_term_months",
        more_clear=({"modification_indicator": True},),
        more_fires=({"maturity_term_months": 180},),
    ),
    Case(
        "XF-013",
        {"first_payment_date": "2024-02-15", "mortgage_type": "Conventional"},
        {"first_payment_date": "2024-02-01"},
        "first_payment_date mortgage_type",
        more_clear=({"payment_frequency": "Biweekly"}, {"mortgage_type": "FHA"}),
    ),
    Case(
        "XF-014",
        {"first_payment_date": "2024-04-01", "note_date": "2024-01-31"},
        {"first_payment_date": "2024-03-01"},
        "first_payment_date note_date",
        more_clear=({"disbursement_date": "2024-02-01"}, {"construction_loan_indicator": True}),
    ),
    Case(
        "XF-015",
        {"first_payment_date": "2024-02-01", "note_date": "2024-02-01"},
        {"note_date": "2024-01-31"},
        "first_payment_date note_date",
    ),
    Case("XF-016", MONTHS | {"maturity_date": "2024-02-01"}, MONTHS, "maturity_date first_payment_date"),
    Case(
        "XF-016",
        {"maturity_date": "2020-05-01", "note_date": "2022-05-01"},
        {"maturity_date": "2052-05-01"},
        "maturity_date note_date",
    ),
    Case(
        "XF-090",
        {"maturity_date": "2039-08-01", "note_date": "2019-06-01", "maturity_term_months": 360},
        {"maturity_term_months": 240},
        "maturity_date note_date maturity_term_months",
        more_fires=({"maturity_term_months": 238},),
        more_clear=(
            {"maturity_term_months": 239},
            {"first_payment_date": "2019-08-01"},
            {"modification_indicator": True},
        ),
    ),
    Case(
        "XF-017",
        {"application_date": "2024-02-02", "note_date": "2024-02-01"},
        {"note_date": "2024-02-02"},
        "application_date note_date",
    ),
    Case(
        "XF-018",
        {"application_date": "2024-02-01", "note_date": "2024-02-01"},
        {"note_date": "2024-02-02"},
        "application_date note_date",
    ),
    Case(
        "XF-019",
        {"disbursement_date": "2024-01-31", "note_date": "2024-02-01"},
        {"note_date": "2024-01-31"},
        "disbursement_date note_date",
    ),
    Case(
        "XF-020",
        {"disbursement_date": "2024-03-03", "note_date": "2024-02-01"},
        {"disbursement_date": "2024-03-02"},
        "disbursement_date note_date",
    ),
    Case(
        "XF-021",
        {"rate_lock_date": "2024-02-02", "note_date": "2024-02-01"},
        {"note_date": "2024-02-02"},
        "rate_lock_date note_date",
    ),
    Case(
        "XF-022",
        {"valuation_date": "2024-02-02", "note_date": "2024-02-01"},
        {"note_date": "2024-02-02"},
        "valuation_date note_date",
        more_clear=({"modification_indicator": True},),
    ),
    Case(
        "XF-024",
        PAID | {"current_upb": 399_000},
        {"current_upb": 399_275.5},
        "current_upb last_paid_installment_date first_payment_date",
        more_fires=({"current_upb": 400_000}, {"current_upb": 399_276, "aggregate_curtailment": 1000}),
        more_clear=({"aggregate_curtailment": 300}, {"amortization_type": "AdjustableRate"}),
    ),
    Case(
        "XF-025",
        {"current_upb": 400_000, "note_amount": 400_000, "loan_age_months": 3},
        {"current_upb": 399_999},
        "current_upb note_amount loan_age_months",
        more_clear=({"loan_age_months": 2}, {"interest_only_indicator": True}),
    ),
    Case(
        "XF-026",
        {"loan_age_months": 8, "first_payment_date": "2026-01-01"},
        {"loan_age_months": 9},
        "loan_age_months first_payment_date",
        more_fires=({"loan_age_months": 12},),
        more_clear=(
            {"loan_age_months": 11},
            {"loan_age_months": 0, "first_payment_date": "2027-01-01"},
            {"loan_age_months": -2, "first_payment_date": "2027-01-01"},
        ),
    ),
    Case(
        "XF-027",
        {"remaining_term_months": 347, "maturity_date": "2055-12-01"},
        {"remaining_term_months": 350},
        "remaining_term_months maturity_date",
        more_clear=(
            {
                "remaining_term_months": 300,
                "note_amount": 400_000,
                "note_rate": 6.5,
                "maturity_term_months": 360,
                "current_upb": 374_436,
            },
        ),
    ),
    Case(
        "XF-028",
        {"remaining_term_months": 361, "maturity_term_months": 360},
        {"remaining_term_months": 360},
        "remaining_term_months maturity_term_months",
        more_clear=({"modification_indicator": True},),
    ),
    Case(
        "XF-029",
        {"last_paid_installment_date": "2023-12-31", "first_payment_date": "2024-02-01"},
        {"last_paid_installment_date": "2024-01-01"},
        "last_paid_installment_date first_payment_date",
    ),
    Case(
        "XF-030",
        {"next_due_date": "2024-04-01", "last_paid_installment_date": "2024-02-01"},
        {"next_due_date": "2024-03-01"},
        "next_due_date last_paid_installment_date",
        more_clear=({"payment_frequency": "Biweekly"},),
    ),
    Case(
        "XF-031",
        {"delinquency_status": "Current", "next_due_date": "2026-10-22"},
        {"next_due_date": "2026-10-23"},
        "delinquency_status next_due_date",
        more_clear=({"delinquency_status": "30"},),
    ),
    Case(
        "XF-032",
        {"pay_history_12": "000000000001", "delinquency_status": "Current"},
        {"pay_history_12": "000000000000"},
        "pay_history_12 delinquency_status",
        more_fires=(
            {"pay_history_12": "000000010000", "delinquent_payments_12m": 0},
            {"pay_history_12": "00000000012F"},
        ),
        more_clear=(
            {"delinquency_status": "30", "delinquent_payments_12m": 1},
            {"pay_history_12": "000001234567", "delinquency_status": "120"},
        ),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_rule(case):
    check(case)
