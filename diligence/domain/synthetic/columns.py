"""Which columns a synthetic tape has, under which headers, and how its cells are written."""

from functools import cache

import polars as pl

from loans.domain.fields import COLLISIONS, FIELD, FIELDS, Field, normalize

STANDARD = (
    "loan_id", "uli", "mers_min", "seller_id", "originator_nmls_id", "originator_type", "investor_feature_ids",
    "note_amount", "current_upb", "note_rate", "note_date", "disbursement_date", "application_date",
    "first_payment_date", "maturity_date", "maturity_term_months", "amortization_term_months",
    "remaining_term_months", "loan_age_months", "amortization_type", "product_name", "mortgage_type", "lien_position",
    "loan_purpose", "refinance_cash_out_type", "refinance_cash_out_amount", "initial_pi_payment",
    "last_paid_installment_date", "next_due_date", "delinquency_status", "pay_history_12", "escrow_indicator",
    "interest_only_indicator", "balloon_indicator", "high_balance_indicator", "sales_price", "appraised_value", "ltv",
    "cltv", "hcltv", "dti", "subordinate_amount", "monthly_income", "monthly_debt", "housing_expense",
    "reserves_months", "property_address", "property_city", "property_state", "property_zip", "property_county",
    "property_type", "units", "year_built", "occupancy", "valuation_method", "valuation_date", "borrower_first_name",
    "borrower_last_name", "borrower_ssn", "borrower_birth_date", "borrower_count", "credit_score",
    "first_time_homebuyer", "aus_type", "aus_case_id", "aus_recommendation", "mi_company", "mi_coverage_pct",
    "mi_certificate", "mi_premium_source", "apr", "apor", "rate_spread", "qm_status", "points_and_fees",
)  # fmt: skip
"""What most lenders send with a pool."""

LEAN = tuple(
    name
    for name in STANDARD
    if name not in {
        "uli", "mers_min", "disbursement_date", "refinance_cash_out_amount", "pay_history_12", "hcltv",
        "housing_expense", "monthly_debt", "borrower_birth_date", "aus_case_id", "apor", "rate_spread",
        "points_and_fees", "subordinate_amount", "high_balance_indicator", "mi_premium_source",
    }
)  # fmt: skip
"""Sixty columns, the width of the benchmarks."""

SETS = {"lean": LEAN, "standard": STANDARD, "full": None}
"""Name of a set of columns → its fields; None for every field there is a value for."""

US_DATE = "%m/%d/%Y"
SCALE_OF_UNIT = {"USD": 2, "USD/month": 2}
SCALE_OF_FIELD = {"ltv": 2, "cltv": 2, "hcltv": 2, "base_ltv": 2, "dti": 2, "housing_ratio": 2, "mi_coverage_pct": 0}
DECIMALS = 3


@cache
def headers() -> dict[str, str]:
    """Canonical field → the header lenders use for it that can mean nothing else; the MISMO name where none is."""
    owners: dict[str, set[str]] = {}
    for field in FIELDS:
        for alias in field.aliases:
            owners.setdefault(alias, set()).add(field.name)
    return {field.name: _header(field, owners) for field in FIELDS}


def _header(field: Field, owners: dict[str, set[str]]) -> str:
    alone = [text for text in field.headers if normalize(text) not in COLLISIONS and len(owners[normalize(text)]) == 1]
    spelled_out = [text for text in alone if " " in text and text[0].isupper()]
    return (spelled_out or alone or [field.mismo_name])[0]


def as_text(field: str, value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Values as a lender's export writes them: money with cents, rates with three decimals, US dates, Y and N."""
    if dtype == pl.Date:
        return value.dt.strftime(US_DATE)
    if dtype == pl.Boolean:
        return pl.when(value).then(pl.lit("Y")).when(~value).then(pl.lit("N"))
    if dtype.is_float():
        return value.cast(pl.Decimal(18, _scale(FIELD[field]))).cast(pl.String)
    return value.cast(pl.String)


def _scale(field: Field) -> int:
    return SCALE_OF_FIELD.get(field.name, SCALE_OF_UNIT.get(field.unit, DECIMALS))


def text_of(typed: pl.DataFrame) -> pl.DataFrame:
    """Typed loans as the texts of their cells; a blank stays null."""
    return typed.select(as_text(name, pl.col(name), dtype).alias(name) for name, dtype in typed.schema.items())
