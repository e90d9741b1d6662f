"""Loan-level disclosure of Fannie Mae and Freddie Mac securities: 108 to 117 columns, codes or words."""

from __future__ import annotations

from loans.domain.formats.layout_tables import column_names_of
from loans.domain.formats.layouts import Layout

WIDTHS = range(108, 118)
KEY_POSITIONS = {
    1: r"[A-Z0-9]{6,15}",
    2: r"A|N|Y|No|Yes|",
    5: r"[A-Z0-9]{9}",
    6: r"\d+(\.\d+)?",
    15: r"(0[1-9]|1[0-2])(19|20)\d{2}",
    16: r"(0[1-9]|1[0-2])(19|20)\d{2}",
    34: r"[A-Z]{2}|",
}
TELLING_NAMES = (("Loan Identifier", "Security Identifier", "Current Investor Loan UPB"),)

_FIELD_OF = {
    "Loan Identifier": "loan_id",
    "Security Identifier": "pool_id",
    "Mortgage Loan Amount": "note_amount",
    "Issuance Investor Loan UPB": "scheduled_upb",
    "Current Investor Loan UPB": "current_upb",
    "Amortization Type": "amortization_type",
    "Original Interest Rate": "note_rate",
    "Current Interest Rate": "current_rate",
    "Current Net Interest Rate": "pass_through_rate",
    "First Payment Date": "first_payment_date",
    "Maturity Date": "maturity_date",
    "Loan Term": "maturity_term_months",
    "Remaining Months to Maturity": "remaining_term_months",
    "Loan Age": "loan_age_months",
    "Loan-To-Value (LTV)": "ltv",
    "Combined Loan-To-Value (CLTV)": "cltv",
    "Debt-To-Income (DTI)": "dti",
    "Borrower Credit Score": "credit_score",
    "Number of Borrowers": "borrower_count",
    "First Time Home Buyer Indicator": "first_time_homebuyer",
    "Loan Purpose": "loan_purpose",
    "Occupancy Status": "occupancy",
    "Number of Units": "units",
    "Property Type": "property_type",
    "Channel": "originator_type",
    "Property State": "property_state",
    "Mortgage Insurance Percent": "mi_coverage_pct",
    "Assumability Indicator": "assumability_indicator",
    "Interest Only Loan Indicator": "interest_only_indicator",
    "Prepayment Penalty Indicator": "prepayment_penalty_indicator",
    "Prepayment Penalty Total Term": "prepayment_penalty_term_months",
    "Mortgage Margin": "arm_margin",
    "Interest Rate Adjustment Frequency": "arm_reset_frequency_months",
    "Interest Rate Lookback": "arm_lookback_days",
    "Initial Fixed Rate Period": "arm_initial_fixed_months",
    "Next Interest Rate Adjustment Date": "arm_next_change_date",
    "Life Ceiling Interest Rate": "arm_ceiling",
    "Life Floor Interest Rate": "arm_floor",
    "Initial Interest Rate Cap Up Percent": "arm_initial_cap_up",
    "Periodic Interest Rate Cap Up Percent": "arm_periodic_cap",
    "Days Delinquent": "delinquency_status",
    "Property Valuation Method": "valuation_method",
}
_UNKNOWN = frozenset({"9", "Not Available", "NOT AVAILABLE", "Not Applicable", "NOT APPLICABLE"})
_NO_PERCENT = frozenset({"999", "Not Available"})
_NO_RATE = frozenset({"77.777", "99.999", "9.999"})
_YES_NO = {"Y": "true", "N": "false", "Yes": "true", "No": "false"}
_NULL_CODES = {
    **dict.fromkeys(("Loan-To-Value (LTV)", "Combined Loan-To-Value (CLTV)", "Debt-To-Income (DTI)"), _NO_PERCENT),
    "Borrower Credit Score": frozenset({"9999", "Not Available"}),
    "Number of Borrowers": frozenset({"99", "Not Available"}),
    "Number of Units": frozenset({"99", "Not Available"}),
    "Mortgage Insurance Percent": frozenset({"999", "Not Available"}),
    "Property Type": frozenset({"99", "Not Available"}),
    **dict.fromkeys(
        (
            "Life Ceiling Interest Rate",
            "Life Floor Interest Rate",
            "Initial Interest Rate Cap Up Percent",
            "Periodic Interest Rate Cap Up Percent",
        ),
        _NO_RATE,
    ),
    **dict.fromkeys(
        (
            "First Time Home Buyer Indicator",
            "Loan Purpose",
            "Occupancy Status",
            "Channel",
            "Assumability Indicator",
            "Interest Only Loan Indicator",
            "Prepayment Penalty Indicator",
            "Property Valuation Method",
        ),
        _UNKNOWN,
    ),
    "Days Delinquent": frozenset({"Not Available"}),
}
_REFINANCES = {
    "C": "CashOut",
    "Cash Out": "CashOut",
    "Refinance - Cash Out": "CashOut",
    "N": "NoCashOut",
    "Refinance - No Cash Out": "NoCashOut",
    "R": None,
    "Refinance": None,
    "Refinance - Not Specified": None,
}
_NOT_REFINANCES = {"P": None, "Purchase": None, "M": None, "Modified": None, "Modified Loss Mitigation": None}
_WAIVED = ("P", "C", "R", "W", "Appraisal Waiver", "Waiver", "GSE Targeted Refinance")

LAYOUT = Layout(
    code="gse_mbs_loan_level",
    title="Loan-level disclosure of a Fannie Mae or Freddie Mac security",
    source="Common loan-level disclosure file of the two agencies; order of the columns from a Freddie Mac pool file",
    columns=column_names_of("layout_gse_mbs_loan_level_116.csv"),
    field_of=_FIELD_OF,
    second_field_of={"Loan Purpose": "refinance_cash_out_type"},
    null_codes=_NULL_CODES,
    value_maps={
        "amortization_type": {
            "FRM": "Fixed",
            "Fixed": "Fixed",
            "ARM": "AdjustableRate",
            "Adjustable": "AdjustableRate",
        },
        "loan_purpose": {
            "P": "Purchase",
            "Purchase": "Purchase",
            **dict.fromkeys(_REFINANCES, "Refinance"),
            **dict.fromkeys(("M", "Modified", "Modified Loss Mitigation")),
        },
        "refinance_cash_out_type": _REFINANCES | _NOT_REFINANCES,
        "occupancy": {
            "P": "PrimaryResidence",
            "Primary Home": "PrimaryResidence",
            "Primary Residence": "PrimaryResidence",
            "S": "SecondHome",
            "Secondary Home": "SecondHome",
            "Second Home": "SecondHome",
            "I": "Investment",
            "Investment Property": "Investment",
        },
        "property_type": {
            "SF": "SingleFamilyDetached",
            "Single Family": "SingleFamilyDetached",
            "PU": "PUD",
            "Planned Unit": "PUD",
            "Planned Unit Development": "PUD",
            "CO": "CondoAttached",
            "Condominium": "CondoAttached",
            "CP": "Cooperative",
            "Cooperative": "Cooperative",
            "MH": "ManufacturedHome",
            "Manufactured Housing": "ManufacturedHome",
            "Manufactured Home": "ManufacturedHome",
        },
        "originator_type": {
            "R": "Lender",
            "Retail": "Lender",
            "B": "Broker",
            "Broker": "Broker",
            "C": "Correspondent",
            "Correspondent": "Correspondent",
            "T": None,
            "TPO Not Specified": None,
        },
        "mi_coverage_pct": {"No MI": "0", "NO MI": "0", "000": "0"},
        "delinquency_status": {
            "Current": "Current",
            "0": "Current",
            "30-59": "30",
            "60-89": "60",
            "90-119": "90",
            **dict.fromkeys(("120-149", "150-179", "180+", "180 or more", "120+"), "120"),
        },
        "valuation_method": {
            "A": "FullAppraisal",
            "Appraisal": "FullAppraisal",
            "O": "Other",
            "Other": "Other",
            "7": None,
            **dict.fromkeys(_WAIVED, "None"),
        },
        **dict.fromkeys(
            (
                "first_time_homebuyer",
                "assumability_indicator",
                "interest_only_indicator",
                "prepayment_penalty_indicator",
            ),
            _YES_NO,
        ),
    },
    date_orders={
        "First Payment Date": "my",
        "Maturity Date": "my",
        "Next Interest Rate Adjustment Date": "my",
    },
    required=(
        "loan_id",
        "pool_id",
        "note_amount",
        "current_upb",
        "note_rate",
        "current_rate",
        "first_payment_date",
        "maturity_date",
        "maturity_term_months",
        "amortization_type",
        "loan_purpose",
        "property_state",
        "occupancy",
        "units",
    ),
    constants={"lien_position": "FirstLien"},
    amount_rounding=1_000,
)
