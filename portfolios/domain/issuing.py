"""From the loans of an approved bundle to a pool: the loans at issue, its face, and the highest coupon they carry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

import polars as pl

from loans.domain.fields import FIELD
from portfolios.domain.picking import balance
from portfolios.domain.poolmonth import LOAN_COLUMNS, total

USUAL_SERVICING = 0.25  # percent: the least that the agencies leave a servicer of fixed-rate loans (recalled)
MONTHS_LATE = {"Current": 0, "30": 1, "60": 2, "90": 3, "120": 4, "Foreclosure": 4, "REO": 4}  # months behind, at least
TAPE_FIELDS = (
    "row_no", "loan_id", "current_upb", "note_amount", "note_rate", "current_rate", "maturity_date",
    "first_payment_date", "remaining_term_months", "loan_age_months", "amortization_term_months", "servicing_fee",
    "guaranty_fee", "property_state", "property_zip", "credit_score", "ltv", "dti", "occupancy", "loan_purpose",
    "property_type", "units", "servicer_id", "seller_id", "delinquency_status",
)  # fmt: skip
_RATE_PLACES = 6


@dataclass(frozen=True, slots=True)
class Face:
    """Original face in whole USD, and the cents of the loans' balance that the first report passes on as principal."""

    original: Decimal
    cents: Decimal


def face_of(loans: pl.DataFrame) -> Face:
    """Sum of the balances rounded down to whole dollars (Multifamily guide, node 7926: less than $1.00 is passed)."""
    exact = total(loans["balance"])
    original = exact.quantize(Decimal(1), rounding=ROUND_DOWN)
    return Face(original, exact - original)


def loans_at_issue(typed: pl.DataFrame, *, issued_on: date) -> pl.DataFrame:
    """Rows of a tape as a pool's loans (`LOAN_COLUMNS` and `servicing`, percent) on the first of the issue month.

    Remaining and age are counted in payments due after, and up to, that day from the dates of the loan; a loan without
    them has the months that the tape says.
    """
    absent = [pl.lit(None, FIELD[name].dtype).alias(name) for name in TAPE_FIELDS if name not in typed.columns]
    frame = typed.with_columns(absent)
    remaining = pl.coalesce(_months_after(issued_on, "maturity_date"), pl.col("remaining_term_months").cast(pl.Int32))
    paid = -_months_after(issued_on, "first_payment_date") + 1
    columns: Mapping[str, pl.Expr] = {
        "loan_id": pl.col("loan_id").fill_null(""),
        "balance": balance().round(2),
        "rate": pl.coalesce("current_rate", "note_rate"),
        "remaining": remaining,
        "age": pl.coalesce(paid, pl.col("loan_age_months").cast(pl.Int32), pl.lit(0)).clip(0),
        "state": pl.col("property_state"),
        "zip3": pl.col("property_zip").cast(pl.String).str.slice(0, 3),
        "purpose": pl.col("loan_purpose"),
        "months_late": pl.col("delinquency_status").replace_strict(MONTHS_LATE, default=None, return_dtype=pl.Int32),
        "servicer": pl.col("servicer_id"),
        "seller": pl.col("seller_id"),
    }
    shown = [name for name in LOAN_COLUMNS if name != "exit"]
    picked = [columns.get(name, pl.col(name)).cast(LOAN_COLUMNS[name]).alias(name) for name in shown]
    servicing = pl.col("servicing_fee").fill_null(USUAL_SERVICING) + pl.col("guaranty_fee").fill_null(0.0)
    return frame.select(*picked, servicing.cast(pl.Float64).alias("servicing"))


def _months_after(day: date, name: str) -> pl.Expr:
    """Whole months from the month of `day` to the month of a date column."""
    when = pl.col(name).cast(pl.Date)
    return ((when.dt.year() - day.year) * 12 + when.dt.month().cast(pl.Int32) - day.month).cast(pl.Int32)


def highest_coupon(loans: pl.DataFrame) -> Decimal:
    """Lowest rate less servicing and guarantee fee over the loans, percent: no pass-through can pay more than that."""
    spare = min((loans["rate"] - loans["servicing"]).to_list(), default=0.0)
    return Decimal(str(round(spare, _RATE_PLACES)))


def incomplete(loans: pl.DataFrame) -> str:
    """Why a pool cannot be made of these loans, as a sentence; empty when it can."""
    checks = (
        (pl.col("balance").fill_null(0.0) <= 0, "have no balance"),
        (pl.col("rate").is_null(), "have no rate"),
        (pl.col("remaining").is_null(), "have neither a maturity date nor remaining months"),
        (pl.col("remaining") < 1, "mature in the issue month or before"),
    )
    for condition, what in checks:
        if count := loans.filter(condition).height:
            return f"{count:,} of {loans.height:,} loans {what}. A pool needs it of every loan."
    return "" if loans.height else "The bundle has no loans."
