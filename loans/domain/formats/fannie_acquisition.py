"""Fannie Mae acquisition files, as they were published until 2020: 22 to 26 columns, no header, a line a loan."""

from __future__ import annotations

from dataclasses import replace

from loans.domain.formats import fannie

WIDTHS = range(22, 27)
KEY_POSITIONS = {
    1: r"\d{12}",
    2: r"[RCB]?",
    4: r"\d+(\.\d+)?|",
    5: r"\d{4,8}(\.0+)?",
    6: r"\d{2,3}",
    7: r"(0[1-9]|1[0-2])/(19|20)\d{2}",
    8: r"(0[1-9]|1[0-2])/(19|20)\d{2}",
    19: r"[A-Z]{2}",
    20: r"\d{3}",
}
TELLING_NAMES = (("LOAN_ID", "ORIG_CHN", "ORIG_AMT"),)

_COLUMNS = {
    "Loan Identifier": "LOAN_ID",
    "Channel": "ORIG_CHN",
    "Seller Name": "Seller.Name",
    "Original Interest Rate": "ORIG_RT",
    "Original UPB": "ORIG_AMT",
    "Original Loan Term": "ORIG_TRM",
    "Origination Date": "ORIG_DTE",
    "First Payment Date": "FRST_DTE",
    "Original Loan to Value Ratio (LTV)": "OLTV",
    "Original Combined Loan to Value Ratio (CLTV)": "OCLTV",
    "Number of Borrowers": "NUM_BO",
    "Debt-To-Income (DTI)": "DTI",
    "Borrower Credit Score at Origination": "CSCORE_B",
    "First Time Home Buyer Indicator": "FTHB_FLG",
    "Loan Purpose": "PURPOSE",
    "Property Type": "PROP_TYP",
    "Number of Units": "NUM_UNIT",
    "Occupancy Status": "OCC_STAT",
    "Property State": "STATE",
    "Zip Code Short": "ZIP_3",
    "Mortgage Insurance Percentage": "MI_PCT",
    "Amortization Type": "Product.Type",
    "Co-Borrower Credit Score at Origination": "CSCORE_C",
    "Mortgage Insurance Type": "MI_TYPE",
    "Relocation Mortgage Indicator": "RELOCATION_FLG",
    "Filler": "FILLER",
}
"""The name of each column in the performance files of today, with the one in the sample program of then."""

NAMES = {own: column for column, own in _COLUMNS.items()}
_FEEDS = {column: name for column, name in fannie.LAYOUT.field_of.items() if column in _COLUMNS}
_DATES = {column: order for column, order in fannie.LAYOUT.date_orders.items() if column in _COLUMNS}

LAYOUT = replace(
    fannie.LAYOUT,
    code="fannie_acquisition",
    title="Fannie Mae acquisition file",
    source="Fannie Mae Single-Family Loan Performance Data, acquisition file layout (files published until 2020)",
    columns=tuple(_COLUMNS),
    field_of=_FEEDS,
    second_field_of={column: name for column, name in fannie.LAYOUT.second_field_of.items() if column in _COLUMNS},
    null_codes={column: codes for column, codes in fannie.LAYOUT.null_codes.items() if column in _COLUMNS},
    date_orders=_DATES,
    required=tuple(name for name in fannie.LAYOUT.required if name in _FEEDS.values()),
).also_named(NAMES)
