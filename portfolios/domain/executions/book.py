"""The loans to be placed, as columns: everything that a price or a pool rule looks at."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from loans.domain.fields import FIELD
from loans.domain.lookups import with_lookups
from portfolios.domain.picking import balance

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

READ = (
    "loan_id", "current_upb", "note_amount", "note_rate", "credit_score", "credit_score_model", "ltv", "cltv",
    "property_state", "property_county", "occupancy", "loan_purpose", "refinance_cash_out_type",
    "property_type", "attachment_type", "construction_method", "project_legal_structure", "units",
    "amortization_type", "mortgage_type", "lien_position", "maturity_term_months", "amortization_term_months",
    "remaining_term_months", "note_date", "first_payment_date", "maturity_date", "buydown_indicator",
    "relocation_indicator", "high_balance_indicator", "affordable_indicator", "delinquency_status",
    "delinquent_payments_12m", "mi_premium_source", "mi_rate_adjustment",
)  # fmt: skip
"""Canonical fields that are read of a tape; those it does not have count as blank."""

LIMITS = {"limit_baseline", "limit_applied"}
OCCUPANCY = MappingProxyType({"PrimaryResidence": "primary", "SecondHome": "second_home", "Investment": "investment"})
SILENT = MappingProxyType(
    {
        "relocation_indicator": "which loans are relocation loans",
        "buydown_indicator": "which loans have a buydown",
        "delinquency_status": "whether payments are late",
        "delinquent_payments_12m": "how many payments were late in a year",
    }
)
"""Fields whose blanks count as no, with what the tape then does not say."""


@dataclass(frozen=True, slots=True)
class Book:
    """Loans by column, in the order of the tape; NaN and "" where the tape says nothing.

    `cents` are balances. `age` and `left` are months at issue: since the first payment's month, and to maturity.
    """

    row_no: NDArray[np.int64]
    loan_id: list[str]
    cents: NDArray[np.int64]
    numbers: Mapping[str, Floats]
    words: Mapping[str, NDArray[np.str_]]
    flags: Mapping[str, Flags]
    silent: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.cents)

    def product(self, name: str) -> Flags:
        return self.words["product"] == name


def book_of(loans: pl.DataFrame, *, issued: date) -> Book:
    """The book of typed loans (`READ` columns, `row_no`) for pools issued in the month of `issued`."""
    absent = [pl.lit(None, FIELD[name].dtype).alias(name) for name in READ if name not in loans.columns]
    frame = with_lookups(loans.with_columns(absent), needed=LIMITS, as_of=issued)
    columns = frame.select(**_numbers(issued), **_words(), **_flags())
    silent = tuple(words for name, words in SILENT.items() if frame[name].null_count() == frame.height)
    return Book(
        row_no=frame["row_no"].to_numpy(),
        loan_id=frame["loan_id"].fill_null("").to_list(),
        cents=frame.select((balance() * 100).round(0).cast(pl.Int64)).to_series().to_numpy(),
        numbers={name: columns[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in _numbers(issued)},
        words={name: columns[name].fill_null("").to_numpy().astype(str) for name in _words()},
        flags={name: columns[name].fill_null(False).to_numpy() for name in _flags()},
        silent=silent,
    )


def _numbers(issued: date) -> dict[str, pl.Expr]:
    month = pl.lit(issued.year * 12 + issued.month)
    first, last = pl.col("first_payment_date"), pl.col("maturity_date")
    return {
        "balance": balance().round(2),
        "size": pl.coalesce("note_amount", "current_upb"),
        "rate": pl.col("note_rate"),
        "score": pl.col("credit_score"),
        "ltv": pl.col("ltv").round(2),
        "cltv": pl.col("cltv").round(2),
        "months": pl.coalesce("maturity_term_months", "amortization_term_months"),
        "units": pl.col("units"),
        "age": month - (first.dt.year().cast(pl.Int32) * 12 + first.dt.month()),
        "left": pl.coalesce(last.dt.year().cast(pl.Int32) * 12 + last.dt.month() - month, "remaining_term_months"),
        "late": pl.col("delinquent_payments_12m"),
        "lender_paid": pl.when(pl.col("mi_premium_source") == "Lender").then("mi_rate_adjustment").fill_null(0.0),
        "limit": pl.col("limit_applied"),
    }


def _words() -> dict[str, pl.Expr]:
    cash_out = pl.col("refinance_cash_out_type")
    return {
        "product": pl.when(pl.col("mortgage_type") == "Conventional")
        .then(pl.lit("conventional"))
        .when(pl.col("mortgage_type").is_not_null())
        .then(pl.lit("government")),
        "purpose": pl.when(pl.col("loan_purpose") == "Purchase")
        .then(pl.lit("purchase"))
        .when(cash_out == "CashOut")
        .then(pl.lit("cash_out"))
        .when(cash_out.is_not_null())
        .then(pl.lit("limited_cash_out")),
        "occupancy": pl.col("occupancy").replace_strict(dict(OCCUPANCY), default=None, return_dtype=pl.String),
        "state": pl.col("property_state"),
        "score_model": pl.col("credit_score_model").replace_strict(
            {"ClassicFICO": "classic_fico", "VantageScore4": "vantagescore_4"},
            default="classic_fico",
            return_dtype=pl.String,
        ),
    }


def _flags() -> dict[str, pl.Expr]:
    kind, status = pl.col("property_type"), pl.col("delinquency_status")
    condo = (pl.col("project_legal_structure") == "Condominium") | kind.is_in(["CondoAttached", "CondoDetached"])
    detached = (kind == "CondoDetached") | (pl.col("attachment_type") == "Detached")
    high = pl.coalesce("high_balance_indicator", pl.col("note_amount") > pl.col("limit_baseline"))
    return {
        "fixed": pl.col("amortization_type") == "Fixed",
        "first_lien": pl.col("lien_position").fill_null("FirstLien") == "FirstLien",
        "high_balance": high,
        "limit_known": high.is_not_null(),
        "over_limit": pl.col("note_amount") > pl.col("limit_applied"),
        "cooperative": (kind == "Cooperative") | (pl.col("project_legal_structure") == "Cooperative"),
        "condo": condo,
        "attached_condo": condo & ~detached.fill_null(False),
        "manufactured_home": (kind == "ManufacturedHome") | (pl.col("construction_method") == "Manufactured"),
        "units_2_4": pl.col("units").is_between(2, 4),
        "relocation": pl.col("relocation_indicator"),
        "buydown": pl.col("buydown_indicator"),
        "affordable": pl.col("affordable_indicator"),
        "delinquent": status != "Current",
        "subordinate": pl.col("cltv") > pl.col("ltv"),
    }
