"""Whole loans as a careful lender delivers them break no data validity or cross-field rule."""

import pytest

from diligence.domain.compiling import compile_rules
from diligence.domain.evaluate import evaluate
from diligence.domain.rulebook import Rulebook, shipped_rulebook

from .case import AS_OF, frame_of

PURCHASE = {
    "loan_id": "0004711", "uli": "10BX939C5543TQA1144M999143X38", "mers_min": "100015700040005437",
    "seller_id": "123456789",
    "originator_nmls_id": "123456", "origination_company_nmls_id": "98765", "ucdp_doc_file_id": "1234567890",
    "investor_feature_ids": "127", "note_amount": 400_000, "current_upb": 399_275, "note_rate": 6.5,
    "note_date": "2026-07-14",
    "disbursement_date": "2026-07-14", "application_date": "2026-05-20", "rate_lock_date": "2026-06-10",
    "apr": 6.61, "apor": 6.4,
    "rate_spread": 0.21, "first_payment_date": "2026-09-01", "maturity_date": "2056-08-01", "maturity_term_months": 360,
    "amortization_term_months": 360, "remaining_term_months": 357, "loan_age_months": 2, "amortization_type": "Fixed",
    "product_name": "Conv 30 Yr Fixed", "mortgage_type": "Conventional", "lien_position": "FirstLien",
    "loan_purpose": "Purchase",
    "refinance_cash_out_type": None, "refinance_cash_out_amount": None, "initial_pi_payment": 2528.27,
    "current_pi_payment": 2528.27,
    "payment_frequency": "Monthly", "last_paid_installment_date": "2026-10-01", "next_due_date": "2026-11-01",
    "delinquency_status": "Current", "pay_history_12": "000000000000", "delinquent_payments_12m": 0,
    "interest_only_indicator": False,
    "interest_only_term_months": None, "balloon_indicator": False, "prepayment_penalty_indicator": False,
    "prepayment_penalty_term_months": None, "negative_amortization_indicator": False, "buydown_indicator": False,
    "buydown_contributor": None, "buydown_initial_discount": None, "buydown_duration_months": None,
    "modification_indicator": False,
    "modification_date": None, "construction_loan_indicator": False, "affordable_indicator": False,
    "high_balance_indicator": False,
    "capitalized_indicator": False, "enote_indicator": False, "ron_indicator": False, "arm_index": None,
    "arm_margin": None,
    "arm_lookback_days": None, "arm_first_change_date": None, "arm_initial_cap_up": None, "arm_periodic_cap": None,
    "arm_ceiling": None, "arm_floor": None, "arm_reset_frequency_months": None, "arm_initial_fixed_months": None,
    "sales_price": 500_000, "appraised_value": 505_000, "ltv": 80, "cltv": 80, "hcltv": 80, "subordinate_amount": 0,
    "heloc_limit": 0, "heloc_balance": 0, "dti": 38.5, "housing_ratio": 27.3, "monthly_income": 12_000,
    "monthly_debt": 4620,
    "housing_expense": 3276, "reserves_months": 6, "reserves_amount": 20_000, "property_address": "12 Main Street",
    "property_city": "San Francisco", "property_state": "CA", "property_zip": "94107", "property_county": "06075",
    "census_tract": "06075017801", "property_type": "SingleFamilyDetached", "units": 1, "year_built": 1998,
    "occupancy": "PrimaryResidence", "pud_indicator": False, "project_classification": "G", "project_name": None,
    "project_legal_structure": None, "project_unit_count": None, "project_attachment": None, "flood_zone": "X",
    "sfha_indicator": False, "flood_insurance_indicator": False, "unit_bedrooms": None, "unit_eligible_rent": None,
    "valuation_method": "FullAppraisal", "valuation_date": "2026-06-20", "collateral_program": None,
    "borrower_last_name": "Doe",
    "borrower_ssn": "219-09-1234", "borrower_tin_type": "SocialSecurityNumber", "borrower_birth_date": "1988-02-29",
    "borrower_credit_score": 742, "credit_score": 742, "coborrower_credit_score": None,
    "credit_score_model": "ClassicFICO",
    "borrower_count": 1, "mailing_same_as_property": True, "mailing_address": "12 Main Street, San Francisco CA 94107",
    "aus_type": "DesktopUnderwriter", "aus_case_id": "1234567890", "aus_recommendation": "ApproveEligible",
    "manual_underwriting": False, "mi_company": None, "mi_coverage_pct": None, "mi_certificate": None,
    "mi_premium_source": None,
    "mi_financed_amount": None, "base_loan_amount": 400_000, "servicing_fee": 0.25, "guaranty_fee": 0.5,
    "pass_through_rate": 5.75, "execution": "MBS", "regz_total_loan_amount": 396_000, "points_and_fees": 4100,
    "origination_charges": 2500, "discount_points": 1200, "total_loan_costs": 5200, "copies_of_loan_id": 1,
}  # fmt: skip
REFINANCE = PURCHASE | {
    "loan_id": "0004712", "loan_purpose": "Refinance", "sales_price": None, "refinance_cash_out_type": "LimitedCashOut",
    "refinance_cash_out_amount": 3900, "investor_feature_ids": "127;007", "appraised_value": 500_000,
}  # fmt: skip
INSURED = PURCHASE | {
    "loan_id": "0004713", "sales_price": 425_000, "ltv": 94.11, "cltv": 94.12, "hcltv": 95, "appraised_value": 425_000,
    "mi_company": "MGIC", "mi_coverage_pct": 30, "mi_certificate": "12345678", "mi_premium_source": "Borrower",
}  # fmt: skip
ADJUSTABLE_CONDO = PURCHASE | {
    "loan_id": "0004714", "amortization_type": "AdjustableRate", "product_name": "5/6 SOFR ARM",
    "arm_index": "30DayAverageSOFR",
    "arm_margin": 2.75, "arm_lookback_days": 45, "arm_first_change_date": "2031-08-01", "arm_initial_cap_up": 2,
    "arm_periodic_cap": 1, "arm_ceiling": 11.5, "arm_floor": 2.75, "arm_reset_frequency_months": 6,
    "arm_initial_fixed_months": 60,
    "property_type": "CondoAttached", "project_classification": "V", "project_name": "Elm Court",
    "project_legal_structure": "Condominium", "project_unit_count": 80, "project_attachment": "Attached",
}  # fmt: skip


@pytest.mark.parametrize("profile", ["all", "agency", "agency_mbs", "private"])
def test_clean_loans_break_no_rule(profile):
    rules = [rule for rule in shipped_rulebook().rules if rule.code.startswith(("DV-", "XF-"))]
    ruleset = compile_rules(Rulebook(tuple(rules)), profile=profile, as_of=AS_OF)
    found = evaluate(frame_of([PURCHASE, REFINANCE, INSURED, ADJUSTABLE_CONDO]), ruleset, header_of={}).findings
    assert found.select("loan_id", "message").rows() == []
