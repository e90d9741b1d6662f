"""Defects between cells: ratios, dates, balances and terms that contradict each other."""

import polars as pl

from diligence.domain.synthetic.defect import Defect, defect

col = pl.col
PURCHASE, REFINANCE = col("loan_purpose") == "Purchase", col("loan_purpose") == "Refinance"
ARM, FIXED = col("amortization_type") == "AdjustableRate", col("amortization_type") == "Fixed"
BEGAN, SEASONED = col("last_paid_installment_date").is_not_null(), col("loan_age_months") >= 3
INSURED = col("mi_certificate").is_not_null()
ALONE, JUNIOR = col("subordinate_amount") == 0, col("subordinate_amount") > 0
PRIMARY = col("occupancy") == "PrimaryResidence"


def _later(field: str, span: str) -> pl.Expr:
    return col(field).dt.offset_by(span)


RATIOS = (
    defect("XF-001", "money", {"ltv": col("ltv") - 4}, also="XF-007 PRC-001 PRC-005 PRC-002"),
    defect(
        "XF-003",
        "money",
        {"cltv": col("cltv") + 4, "hcltv": col("hcltv") + 4},
        also="XF-004 XF-007 EL-002 EL-003 EL-035",
    ),
    defect("XF-004", "money", {"hcltv": col("hcltv") + 4}, also="EL-003"),
    defect("XF-005", "money", {"cltv": col("ltv") - 2}, where=ALONE, also="XF-003"),
    defect("XF-006", "money", {"hcltv": col("cltv") - 2}, also="XF-004"),
    defect(
        "XF-007",
        "money",
        {"cltv": col("ltv") + 2, "hcltv": col("ltv") + 2},
        where=ALONE,
        also="XF-003 XF-004 EL-002 EL-003 EL-035",
    ),
    defect("XF-008", "money", {"cltv": col("ltv"), "hcltv": col("ltv")}, where=JUNIOR, also="XF-003 XF-004"),
    defect("XF-023", "money", {"current_upb": col("note_amount") + 900}, also="XF-024 XF-027"),
    defect("XF-033", "money", {"sales_price": None}, where=PURCHASE, also="DV-003"),
    defect("XF-034", "money", {"sales_price": col("appraised_value")}, where=REFINANCE),
    defect("XF-036", "money", {"refinance_cash_out_type": None}, where=REFINANCE, also="DV-003 XF-068"),
    defect(
        "XF-037",
        "money",
        {"refinance_cash_out_type": "CashOut"},
        where=PURCHASE,
        also="XF-067 EL-001 EL-002 EL-003 EL-004 EL-024 EL-015",
    ),
    defect(
        "XF-038",
        "money",
        {"refinance_cash_out_amount": 25_000.0},
        where=(col("refinance_cash_out_type") == "LimitedCashOut") & (col("note_amount") < 2_000_000),
    ),
    defect(
        "XF-039",
        "money",
        {"appraised_value": (col("sales_price") * 1.6).round(0)},
        where=PURCHASE & (col("sales_price") <= col("appraised_value")),
    ),
    defect("XF-040", "income", {"dti": col("dti") + 6}, needs="monthly_debt monthly_income", also="EL-009 EL-015"),
    defect("XF-041", "income", {"monthly_income": 0.0}),
    defect("XF-042", "reserves", {"housing_expense": (col("initial_pi_payment") * 0.6).round(2)}, also="XF-043"),
    defect(
        "XF-043", "reserves", {"reserves_months": col("reserves_months") + 20}, needs="reserves_amount housing_expense"
    ),
    defect("XF-082", "money fees", {"discount_points": (col("note_amount") * 0.2).round(2)}, also="XF-081"),
)

SCHEDULE = (
    defect(
        "XF-009",
        "money",
        {
            "initial_pi_payment": col("initial_pi_payment") + 37.5,
            "current_pi_payment": col("current_pi_payment") + 37.5,
        },
        also="XF-042",
    ),
    defect("XF-010", "money", {"initial_pi_payment": col("initial_pi_payment") + 0.06}),
    defect("XF-011", "money", {"current_pi_payment": col("current_pi_payment") + 48}, where=FIXED),
    defect("XF-012", "dates", {"maturity_date": _later("maturity_date", "3mo")}, also="XF-027"),
    defect(
        "XF-013",
        "dates",
        {"first_payment_date": _later("first_payment_date", "14d"), "maturity_date": _later("maturity_date", "14d")},
        also="XF-014 XF-048 XF-029",
    ),
    defect(
        "XF-014",
        "dates",
        {
            name: _later(name, "-70d")
            for name in ("application_date", "rate_lock_date", "note_date", "disbursement_date")
        },
        also="XF-022 XF-070 EL-020 CMP-022 CMP-027",
    ),
    defect(
        "XF-015",
        "dates",
        {"note_date": _later("first_payment_date", "6d"), "disbursement_date": _later("first_payment_date", "8d")},
        where=SEASONED,
    ),
    defect("XF-016", "dates", {"maturity_date": _later("first_payment_date", "-6mo")}, also="XF-012 XF-027"),
    defect("XF-017", "dates", {"application_date": _later("note_date", "9d")}, also="DV-063"),
    defect("XF-018", "dates", {"application_date": col("note_date")}),
    defect("XF-019", "dates", {"disbursement_date": _later("note_date", "-6d")}, also="XF-014"),
    defect("XF-020", "dates", {"disbursement_date": _later("note_date", "45d")}),
    defect("XF-021", "dates", {"rate_lock_date": _later("note_date", "5d")}),
    defect(
        "XF-022",
        "valuation dates",
        {"valuation_date": _later("note_date", "12d")},
        where=col("valuation_date").is_not_null(),
    ),
    defect(
        "XF-024",
        "money history",
        {"current_upb": (col("current_upb") * 0.98).round(2)},
        where=BEGAN & FIXED,
        also="XF-027",
    ),
    defect("XF-025", "money", {"current_upb": col("note_amount")}, where=SEASONED, also="XF-024"),
    defect(
        "XF-026",
        "history",
        {"loan_age_months": col("loan_age_months") + 8},
        where=BEGAN,
        also="EL-041 EL-039 EL-040 XF-025",
    ),
    defect("XF-027", "term money", {"remaining_term_months": col("remaining_term_months") - 24}, needs="maturity_date"),
    defect("XF-028", "term money", {"remaining_term_months": col("maturity_term_months") + 24}, also="XF-027"),
    defect(
        "XF-029",
        "history",
        {"last_paid_installment_date": _later("first_payment_date", "-4mo")},
        where=BEGAN,
        also="XF-030",
    ),
    defect("XF-030", "history", {"next_due_date": _later("next_due_date", "2mo")}, where=BEGAN),
    defect("XF-031", "history", {"next_due_date": _later("next_due_date", "-4mo")}, where=BEGAN, also="XF-030 EL-038"),
    defect("XF-032", "history", {"delinquent_payments_12m": 2}, needs="pay_history_12", where=BEGAN),
)

TERMS = (
    defect("XF-044", "arm", {"arm_index": "30DayAverageSOFR"}, where=FIXED),
    defect("XF-045", "arm", {"arm_margin": None}, where=ARM, also="DV-003"),
    defect("XF-046", "arm", {"arm_ceiling": col("note_rate") - 1}, where=ARM, also="XF-050"),
    defect("XF-047", "arm", {"arm_floor": col("note_rate") + 1}, where=ARM),
    defect("XF-048", "arm", {"arm_first_change_date": _later("arm_first_change_date", "7mo")}, where=ARM),
    defect("XF-049", "arm", {"arm_next_change_date": _later("note_date", "-1mo")}, where=ARM),
    defect("XF-050", "arm", {"arm_periodic_cap": 4}, where=ARM),
    defect("XF-051", "arm", {"arm_index": "1YearLIBOR"}, where=ARM & (col("note_date") >= pl.date(2021, 1, 1))),
    defect("XF-052", "product", {"product_name": "15 Year Fixed"}, where=FIXED & (col("maturity_term_months") == 360)),
    defect("XF-053", "alone", {"buydown_indicator": True}, also="DV-003 XF-067"),
    defect("XF-054", "buydown", {"buydown_contributor": "Lender"}),
    defect("XF-075", "money", {"balloon_indicator": True}, also="EL-025 CMP-036"),
    defect(
        "XF-076",
        "money",
        {"interest_only_indicator": True},
        needs="interest_only_term_months",
        also="DV-003 XF-009 EL-025 CMP-036",
    ),
    defect("XF-077", "prepay", {"prepayment_penalty_indicator": True}, also="DV-003 EL-026"),
    defect("XF-078", "alone", {"modification_indicator": True}, also="DV-003 EL-027"),
    defect(
        "XF-088",
        "money lien",
        {"lien_position": "SecondLien"},
        needs="execution",
        where=REFINANCE & (col("note_amount") <= 250_000),
        also="EL-029 DV-027",
    ),
    defect(
        "DV-027",
        "money lien",
        {"lien_position": "SecondLien"},
        where=REFINANCE & (col("note_amount") > 250_000),
        also="XF-088 EL-029",
    ),
    defect(
        "XF-035",
        "money lien",
        {"lien_position": "SecondLien"},
        needs="sales_price",
        where=PURCHASE,
        also="XF-088 EL-029 DV-027",
    ),
)

COLLATERAL = (
    defect(
        "XF-059",
        "property",
        {"pud_indicator": True},
        where=col("property_type").is_in(["CondoAttached", "CondoDetached"]),
    ),
    defect(
        "XF-060",
        "property",
        {"units": 2},
        where=col("property_type").is_in(["CondoAttached", "CondoDetached"]),
        also="DV-003 XF-061 EL-001 EL-002 EL-003 EL-004 EL-015 EL-022 XF-070 EL-045",
    ),
    defect("XF-062", "flood", {"flood_zone": "AE", "sfha_indicator": True, "flood_insurance_indicator": False}),
    defect("XF-063", "flood", {"flood_zone": "VE", "sfha_indicator": False, "flood_insurance_indicator": True}),
    defect("XF-086", "mailing place", {"mailing_address": "77 Elsewhere Rd"}, where=col("mailing_same_as_property")),
    defect("XF-071", "mi", {"mi_certificate": None}, where=INSURED, also="DV-003"),
    defect("XF-080", "fees", {"origination_charges": col("points_and_fees") + 100}),
    defect("XF-081", "fees", {"total_loan_costs": (col("origination_charges") * 0.5).round(2)}),
    defect("XF-083", "money fees", {"regz_total_loan_amount": col("note_amount") + 1000}),
    defect(
        "XF-084",
        "money",
        {"apr": col("note_rate") - 0.5, "rate_spread": (col("note_rate") - 0.5 - col("apor")).round(3)},
        where=FIXED,
    ),
    defect("XF-085", "money", {"rate_spread": col("rate_spread") + 0.5}),
    defect(
        "XF-087",
        "aus",
        {"aus_type": "LoanProductAdvisor", "aus_case_id": "7F3K9Q2Z", "aus_recommendation": "ReferEligible"},
        also="EL-012 XF-068",
    ),
    defect(
        "CMP-029",
        "alone",
        {
            "apr": col("apor") + 7.25,
            "rate_spread": pl.lit(7.25),
            "hpml_indicator": True,
            "escrow_indicator": True,
            "qm_status": "QM_RebuttablePresumption",
        },
        where=PRIMARY & col("escrow_indicator"),
        also="CMP-022 CMP-023",
    ),
    defect(
        "CMP-030",
        "money fees dates",
        {"points_and_fees": (col("regz_total_loan_amount") * 0.09).round(2)},
        where=PRIMARY,
        also="CMP-027",
    ),
    defect("CMP-033", "alone", {"hpml_indicator": True}, where=PRIMARY),
    defect(
        "CMP-034",
        "alone",
        {
            "apr": col("apor") + 1.8,
            "rate_spread": pl.lit(1.8),
            "hpml_indicator": True,
            "qm_status": "QM_RebuttablePresumption",
            "escrow_indicator": False,
        },
        where=PRIMARY & (col("note_amount") < 600_000) & (col("note_rate") < col("apor") + 1.7),
    ),
    defect(
        "CMP-036",
        "money",
        {"negative_amortization_indicator": True},
        where=col("qm_status") == "QM_SafeHarbor",
        also="EL-025",
    ),
    defect(
        "CMP-037",
        "money",
        {"qm_status": "QM_RebuttablePresumption"},
        needs="apr apor lien_position",
        where=col("qm_status") == "QM_SafeHarbor",
    ),
)

DEFECTS: tuple[Defect, ...] = RATIOS + SCHEDULE + TERMS + COLLATERAL
