"""Freddie Mac Single-Family Loan-Level Dataset, origination file (26 to 33 columns, with or without a header)."""

from __future__ import annotations

from loans.domain.formats.code_names import FREDDIE
from loans.domain.formats.layout_tables import column_names_of
from loans.domain.formats.layouts import Layout

WIDTHS = range(26, 34)
"""Files before 2020 end with the super conforming flag or the number of the loan before HARP."""
KEY_POSITIONS = {
    2: r"(19|20)\d{4}",
    4: r"(19|20)\d{4}",
    11: r"\d{4,9}(\.0+)?",
    17: r"[A-Z]{2}",
    20: r"[FA]1?\d{2}Q[1-4]\d{6,7}",
}
TELLING_NAMES = (("Loan Sequence Number", "Original UPB", "First Payment Date"), ("id_loan", "orig_upb", "dt_first_pi"))

_OFFICIAL = {
    "Credit Score": "credit_score",
    "First Payment Date": "first_payment_date",
    "First Time Homebuyer Flag": "first_time_homebuyer",
    "Maturity Date": "maturity_date",
    "Metropolitan Statistical Area (MSA) Or Metropolitan Division": "msa",
    "Mortgage Insurance Percentage (MI %)": "mi_coverage_pct",
    "Number of Units": "units",
    "Occupancy Status": "occupancy",
    "Original Combined Loan-to-Value (CLTV)": "cltv",
    "Original Debt-to-Income (DTI) Ratio": "dti",
    "Original UPB": "note_amount",
    "Original Loan-to-Value (LTV)": "ltv",
    "Original Interest Rate": "note_rate",
    "Channel": "originator_type",
    "Prepayment Penalty Mortgage (PPM) Flag": "prepayment_penalty_indicator",
    "Amortization Type (Formerly Product Type)": "amortization_type",
    "Property State": "property_state",
    "Property Type": "property_type",
    "Postal Code": "property_zip",
    "Loan Sequence Number": "loan_id",
    "Loan Purpose": "loan_purpose",
    "Original Loan Term": "maturity_term_months",
    "Number of Borrowers": "borrower_count",
    "Super Conforming Flag": "high_balance_indicator",
    "Program Indicator": "affordable_indicator",
    "HARP Indicator": "refinance_program",
    "Property Valuation Method": "valuation_method",
    "Interest Only (I/O) Indicator": "interest_only_indicator",
}
_SHORT = {
    "MSA": "msa",
    "Mortgage Insurance Percentage": "mi_coverage_pct",
    "Original CLTV": "cltv",
    "Original Debt To Income Ratio": "dti",
    "Original DTI": "dti",
    "Original LTV": "ltv",
    "Prepayment Penalty Mortgage Flag": "prepayment_penalty_indicator",
    "PPM Flag": "prepayment_penalty_indicator",
    "Amortization Type": "amortization_type",
    "Product Type": "amortization_type",
    "Interest Only Indicator": "interest_only_indicator",
}
_FIELD_OF = _OFFICIAL | _SHORT

_NULL_CODES_OF_FIELD = {
    "credit_score": {"9999"},
    "first_time_homebuyer": {"9"},
    "mi_coverage_pct": {"999"},
    "units": {"99"},
    "occupancy": {"9"},
    "cltv": {"999"},
    "dti": {"999"},
    "ltv": {"999"},
    "originator_type": {"9"},
    "property_type": {"99"},
    "loan_purpose": {"9"},
    "borrower_count": {"99"},
    "valuation_method": {"9"},
    "interest_only_indicator": {"9"},
    "prepayment_penalty_indicator": {"9"},
}

LAYOUT = Layout(
    code="freddie_sflld",
    title="Freddie Mac loan-level dataset, origination file",
    source="Freddie Mac Single-Family Loan-Level Dataset, file layout (Release 31) and general user guide (April 2022)",
    columns=column_names_of("layout_freddie_sflld_origination.csv"),
    field_of=_FIELD_OF,
    second_field_of={"Loan Purpose": "refinance_cash_out_type", "Property Valuation Method": "collateral_program"},
    null_codes={
        column: frozenset(_NULL_CODES_OF_FIELD[name])
        for column, name in _FIELD_OF.items()
        if name in _NULL_CODES_OF_FIELD
    },
    value_maps={
        "occupancy": {"P": "PrimaryResidence", "I": "Investment", "S": "SecondHome"},
        "loan_purpose": {"P": "Purchase", "C": "Refinance", "N": "Refinance", "R": "Refinance"},
        "refinance_cash_out_type": {"P": None, "C": "CashOut", "N": "NoCashOut", "R": None},
        "originator_type": {"R": "Lender", "B": "Broker", "C": "Correspondent", "T": None},
        "amortization_type": {"FRM": "Fixed", "ARM": "AdjustableRate"},
        "property_type": {
            "SF": "SingleFamilyDetached",
            "PU": "PUD",
            "CO": "CondoAttached",
            "CP": "Cooperative",
            "MH": "ManufacturedHome",
        },
        "first_time_homebuyer": {"Y": "true", "N": "false"},
        "prepayment_penalty_indicator": {"Y": "true", "N": "false"},
        "interest_only_indicator": {"Y": "true", "N": "false"},
        "high_balance_indicator": {"Y": "true", "N": "false"},
        "affordable_indicator": {"H": "true", "F": "true", "R": "true", "9": None},
        "refinance_program": {"Y": "HighLTVRefi", "N": None},
        "valuation_method": {"1": "None", "2": "FullAppraisal", "3": "Other", "4": "None"},
        "collateral_program": {"1": "ValueAcceptance", "2": None, "3": None, "4": "PropertyInspectionAlternative"},
    },
    date_orders={"First Payment Date": "ym", "Maturity Date": "ym"},
    required=(
        "loan_id",
        "note_amount",
        "note_rate",
        "first_payment_date",
        "maturity_date",
        "maturity_term_months",
        "amortization_type",
        "loan_purpose",
        "property_state",
        "property_zip",
        "occupancy",
        "ltv",
        "credit_score",
    ),
    constants={"mortgage_type": "Conventional", "lien_position": "FirstLien"},
    amount_rounding=1_000,
).also_named(FREDDIE)
