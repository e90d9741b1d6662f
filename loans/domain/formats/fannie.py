"""Fannie Mae single-family loan performance data: 108, 110 or 113 columns, no header, a line a loan and month."""

from __future__ import annotations

from loans.domain.formats.code_names import FANNIE
from loans.domain.formats.layout_tables import column_names_of
from loans.domain.formats.layouts import Layout

WIDTHS = range(107, 115)
LOAN_COLUMNS = ("Loan Identifier", "LOAN_ID")
MONTH_COLUMNS = ("Monthly Reporting Period", "ACT_PERIOD")
KEY_POSITIONS = {
    2: r"\d{9,12}",
    3: r"(0[1-9]|1[0-2])(19|20)\d{2}",
    4: r"[RCB]?",
    10: r"\d+(\.\d+)?",
    15: r"(0[1-9]|1[0-2])(19|20)\d{2}",
    31: r"[A-Z]{2}",
}
TELLING_NAMES = (("Loan Identifier", "Monthly Reporting Period", "Original UPB"), ("LOAN_ID", "ACT_PERIOD", "ORIG_UPB"))

_FIELD_OF = {
    "Loan Identifier": "loan_id",
    "Channel": "originator_type",
    "Original Interest Rate": "note_rate",
    "Current Interest Rate": "current_rate",
    "Original UPB": "note_amount",
    "Current Actual UPB": "current_upb",
    "Original Loan Term": "maturity_term_months",
    "Origination Date": "note_date",
    "First Payment Date": "first_payment_date",
    "Loan Age": "loan_age_months",
    "Remaining Months To Maturity": "remaining_term_months",
    "Maturity Date": "maturity_date",
    "Original Loan to Value Ratio (LTV)": "ltv",
    "Original Combined Loan to Value Ratio (CLTV)": "cltv",
    "Number of Borrowers": "borrower_count",
    "Debt-To-Income (DTI)": "dti",
    "Borrower Credit Score at Origination": "credit_score",
    "Co-Borrower Credit Score at Origination": "coborrower_credit_score",
    "First Time Home Buyer Indicator": "first_time_homebuyer",
    "Loan Purpose": "loan_purpose",
    "Property Type": "property_type",
    "Number of Units": "units",
    "Occupancy Status": "occupancy",
    "Property State": "property_state",
    "Metropolitan Statistical Area (MSA) or Metropolitan Statistical Division Area (MSDA)": "msa",
    "Zip Code Short": "property_zip",
    "Mortgage Insurance Percentage": "mi_coverage_pct",
    "Amortization Type": "amortization_type",
    "Prepayment Penalty Indicator": "prepayment_penalty_indicator",
    "Interest Only Loan Indicator": "interest_only_indicator",
    "Current Loan Delinquency Status": "delinquency_status",
    "Modification Flag": "modification_indicator",
    "Last Paid Installment Date": "last_paid_installment_date",
    "Mortgage Insurance Type": "mi_premium_source",
    "Relocation Mortgage Indicator": "relocation_indicator",
    "Property Valuation Method": "valuation_method",
    "High Balance Loan Indicator": "high_balance_indicator",
    "Initial Fixed-Rate Period": "arm_initial_fixed_months",
    "Interest Rate Adjustment Frequency": "arm_reset_frequency_months",
    "Next Interest Rate Adjustment Date": "arm_next_change_date",
    "Initial Interest Rate Cap Up Percent": "arm_initial_cap_up",
    "Periodic Interest Rate Cap Up Percent": "arm_periodic_cap",
    "Mortgage Margin": "arm_margin",
    "High Loan to Value (HLTV) Refinance Option Indicator": "refinance_program",
}
_YES_NO = {"Y": "true", "N": "false"}
_LATE = {f"{months:02d}": "120" for months in range(4, 100)}

LAYOUT = Layout(
    code="fannie_sflp",
    title="Fannie Mae loan performance file",
    source="Fannie Mae Single-Family Loan Performance Data, file layout and glossary (2024Q1 file, 113 columns)",
    columns=column_names_of("layout_fannie_sflp_113.csv"),
    field_of=_FIELD_OF,
    second_field_of={
        "Loan Purpose": "refinance_cash_out_type",
        "Borrower Credit Score at Origination": "borrower_credit_score",
        "Property Valuation Method": "collateral_program",
    },
    null_codes={
        "Occupancy Status": frozenset({"U"}),
        "First Time Home Buyer Indicator": frozenset({"U"}),
        "Current Loan Delinquency Status": frozenset({"XX"}),
        "Metropolitan Statistical Area (MSA) or Metropolitan Statistical Division Area (MSDA)": frozenset({"00000"}),
    },
    value_maps={
        "originator_type": {"R": "Lender", "C": "Correspondent", "B": "Broker"},
        "loan_purpose": {"P": "Purchase", "C": "Refinance", "R": "Refinance", "U": "Refinance"},
        "refinance_cash_out_type": {"P": None, "C": "CashOut", "R": "LimitedCashOut", "U": None},
        "property_type": {
            "SF": "SingleFamilyDetached",
            "PU": "PUD",
            "CO": "CondoAttached",
            "CP": "Cooperative",
            "MH": "ManufacturedHome",
        },
        "occupancy": {"P": "PrimaryResidence", "S": "SecondHome", "I": "Investment"},
        "amortization_type": {"FRM": "Fixed", "ARM": "AdjustableRate"},
        "delinquency_status": {"00": "Current", "01": "30", "02": "60", "03": "90", **_LATE},
        "mi_premium_source": {"1": "Borrower", "2": "Lender", "3": "Investor"},
        "valuation_method": {
            "A": "FullAppraisal",
            "C": "None",
            "P": "None",
            "W": "None",
            "R": "None",
            "O": "Other",
        },
        "collateral_program": {
            "A": None,
            "C": "PropertyInspectionAlternative",
            "P": "PropertyInspectionAlternative",
            "W": "ValueAcceptance",
            "R": None,
            "O": None,
        },
        "refinance_program": {"Y": "HighLTVRefi", "N": None},
        **dict.fromkeys(
            (
                "first_time_homebuyer",
                "prepayment_penalty_indicator",
                "interest_only_indicator",
                "modification_indicator",
                "relocation_indicator",
                "high_balance_indicator",
            ),
            _YES_NO,
        ),
    },
    date_orders={
        "Origination Date": "my",
        "First Payment Date": "my",
        "Maturity Date": "my",
        "Last Paid Installment Date": "my",
        "Next Interest Rate Adjustment Date": "my",
    },
    required=(
        "loan_id",
        "note_amount",
        "note_rate",
        "current_upb",
        "note_date",
        "first_payment_date",
        "maturity_date",
        "maturity_term_months",
        "amortization_type",
        "loan_purpose",
        "property_state",
        "property_zip",
        "property_type",
        "units",
        "occupancy",
        "ltv",
    ),
    constants={"mortgage_type": "Conventional", "lien_position": "FirstLien"},
    masked_zip=True,
    amount_rounding=1_000,
).also_named(FANNIE)
