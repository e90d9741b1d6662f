"""Defects that only a purchaser's criteria find: eligibility, pricing, delivery data of an agency."""

import polars as pl

from diligence.domain.synthetic.defect import Defect, Profile, defect

col = pl.col
AGENCY: Profile = "agency"
INSURED = col("mi_certificate").is_not_null()
PURCHASE = col("loan_purpose") == "Purchase"
CONDO = col("property_type").is_in(["CondoAttached", "CondoDetached"])

ELIGIBILITY = (
    defect("EL-008", "score", {"credit_score": None}, profile=AGENCY, also="DV-003"),
    defect(
        "EL-009",
        "income aus",
        {"dti": 56.0, "monthly_debt": (col("monthly_income") * 0.56).round(2)},
        profile=AGENCY,
        also="EL-015",
    ),
    defect("EL-012", "aus", {"aus_recommendation": "ApproveIneligible"}, profile=AGENCY),
    defect("EL-013", "aus", {"aus_type": None}, profile=AGENCY, also="DV-003 EL-012 XF-068"),
    defect(
        "EL-015",
        "reserves aus",
        {"reserves_months": 1, "reserves_amount": col("housing_expense")},
        where=col("occupancy") == "Investment",
        profile=AGENCY,
    ),
    defect(
        "EL-017",
        "reserves aus",
        {"financed_property_count": 12},
        where=col("occupancy") == "SecondHome",
        profile=AGENCY,
    ),
    defect(
        "EL-019",
        "score",
        {"financed_property_count": 8},
        where=(col("occupancy") != "PrimaryResidence") & (col("credit_score") < 720),
        profile=AGENCY,
    ),
    defect("EL-026", "prepay", {"prepayment_penalty_indicator": True}, profile=AGENCY, also="XF-077 DV-003"),
    defect(
        "EL-030",
        "features",
        {"affordable_indicator": True, "investor_feature_ids": col("investor_feature_ids") + ";900"},
        where=(col("occupancy") != "PrimaryResidence") & (col("ltv") <= 80),
        profile=AGENCY,
    ),
    defect(
        "EL-035",
        "contributions money",
        {"seller_contributions": (col("sales_price") * 0.12).round(2)},
        where=PURCHASE,
        profile=AGENCY,
    ),
    defect(
        "EL-046",
        "contributions money",
        {"down_payment_source": "Relative"},
        where=PURCHASE & (col("occupancy") == "Investment"),
        profile=AGENCY,
        also="EL-045",
    ),
    defect("EL-047", "people", {"legal_entity_type": "Corporation"}, profile=AGENCY),
)

DELIVERY = (
    defect(
        "PRC-001",
        "mi money",
        {"mi_coverage_pct": 0.0, "mi_company": None, "mi_certificate": None, "mi_premium_source": None},
        where=INSURED & (col("mi_premium_source") == "Borrower"),
        profile=AGENCY,
        also="PRC-006 DV-003",
    ),
    defect("PRC-002", "mi money", {"mi_coverage_pct": 5.0}, where=INSURED, profile=AGENCY),
    defect("PRC-004", "mi money", {"mi_company": "Other"}, where=INSURED, profile=AGENCY),
    defect(
        "PRC-012", "fees", {"servicing_fee": 0.75}, where=col("servicing_fee") == 0.25, profile=AGENCY, also="XF-079"
    ),
    defect("XF-055", "property", {"project_name": None}, where=CONDO, profile=AGENCY, also="DV-003"),
    defect("XF-056", "property", {"project_classification": None}, where=~CONDO, profile=AGENCY),
    defect(
        "XF-061",
        "property",
        {"unit_bedrooms": None},
        where=col("occupancy") == "Investment",
        profile=AGENCY,
        also="DV-003",
    ),
    defect(
        "XF-064",
        "features",
        {"investor_feature_ids": col("investor_feature_ids").str.replace(";801", "")},
        where=col("valuation_method") == "None",
        profile=AGENCY,
    ),
    defect(
        "XF-066",
        "appraisal",
        {"ucdp_doc_file_id": None},
        where=col("valuation_method") == "FullAppraisal",
        profile=AGENCY,
        also="DV-003",
    ),
    defect(
        "XF-067",
        "features aus",
        {"investor_feature_ids": col("investor_feature_ids").str.replace("127", "184")},
        profile=AGENCY,
    ),
    defect("XF-068", "features", {"investor_feature_ids": col("investor_feature_ids") + ";235"}, profile=AGENCY),
    defect("XF-069", "features", {"investor_feature_ids": col("investor_feature_ids") + ";900"}, profile=AGENCY),
    defect(
        "XF-070",
        "money place features",
        {"high_balance_indicator": ~col("high_balance_indicator")},
        profile=AGENCY,
        also="XF-067 XF-068",
    ),
    defect(
        "XF-073",
        "features",
        {"investor_feature_ids": col("investor_feature_ids").str.replace(";019", "")},
        where=col("mi_premium_source") == "Lender",
        profile=AGENCY,
    ),
    defect("XF-079", "fees", {"pass_through_rate": col("pass_through_rate") - 0.125}, profile="agency_mbs"),
)

LENDING = (
    defect("CMP-001", "money", {"apr": None}, profile=AGENCY),
    defect("CMP-002", "money", {"qm_status": "NonQM"}, profile=AGENCY),
    defect(
        "CMP-006",
        "money",
        {"atr_exemption_reason": None},
        where=col("qm_status") == "ATR_Exempt",
        profile=AGENCY,
        also="DV-003",
    ),
    defect("CMP-007", "fees money", {"points_and_fees": None}, profile=AGENCY),
    defect("CMP-008", "fees money", {"points_and_fees": 0.0}, profile=AGENCY),
    defect(
        "CMP-022",
        "alone",
        {
            "apr": col("apor") + 2.6,
            "rate_spread": pl.lit(2.6),
            "hpml_indicator": col("occupancy") == "PrimaryResidence",
            "qm_status": "QM_RebuttablePresumption",
            "escrow_indicator": True,
        },
        where=(col("amortization_type") == "Fixed")
        & (col("qm_status") == "QM_SafeHarbor")
        & col("escrow_indicator")
        & (col("note_amount") > 140_000),
        profile=AGENCY,
    ),
    defect(
        "CMP-027",
        "fees money",
        {"points_and_fees": (col("regz_total_loan_amount") * 0.045).round(2)},
        where=(col("qm_status") == "QM_SafeHarbor") & (col("note_amount") > 160_000),
        profile=AGENCY,
    ),
    defect("CMP-032", "lien", {"hoepa_indicator": True}, profile=AGENCY),
)

DEFECTS: tuple[Defect, ...] = ELIGIBILITY + DELIVERY + LENDING
