"""What every group of lookups shares: the description of a lookup, the purchaser's terms, the dates and keys of a loan."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "count": pl.Int64(),
    "flag": pl.Boolean(),
    "date": pl.Date(),
}

RELIEF_REFINANCE = ("HighLTVRefi", "DURefiPlus", "RefiPlus")
"""Refinance programs without a maximum LTV, which the standard tables do not describe."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose tables are read: the investor (`fannie_mae`, `freddie_mac`) and the underwriting method (`DU`, `LPA`, `Manual`)
    of loans whose tape names none. Without an investor the loan's own underwriting system decides."""

    investor: str | None = None
    underwriting: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One column read from the shipped tables. `arithmetic` is shown to people; `inputs` are canonical fields or lookups."""

    name: str
    label: str
    kind: str
    inputs: tuple[str, ...]
    arithmetic: str
    source: str
    unit: str = ""

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the column."""
        return DTYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Group:
    """Lookups that one join yields together. `join` returns the frame with all of them added, rows in the same order."""

    lookups: tuple[Lookup, ...]
    join: Callable[[pl.DataFrame, Terms, date], pl.DataFrame]

    @property
    def names(self) -> frozenset[str]:
        """Names of the columns the group adds."""
        return frozenset(lookup.name for lookup in self.lookups)


def closing_date() -> pl.Expr:
    """The note date; where the tape has none, one month before the first payment, the latest day the loan can have closed."""
    return pl.coalesce("note_date", pl.col("first_payment_date").dt.offset_by("-1mo"))


def whole_percent(name: str) -> pl.Expr:
    """A ratio cut to two decimals and raised to the next whole percent, as eligibility and insurance read it (CRIT-001)."""
    hundredths = (pl.col(name) * 100 + 1e-6).floor()
    return (hundredths / 100).ceil()


def is_manufactured() -> pl.Expr:
    """Whether the home is manufactured; null only where the tape says neither construction nor property type."""
    by_method = pl.col("construction_method") == "Manufactured"
    by_type = pl.col("property_type") == "ManufacturedHome"
    return pl.coalesce(by_method, by_type) | pl.coalesce(by_type, by_method)


def state_code() -> pl.Expr:
    """The state as two capital letters without spaces."""
    return pl.col("property_state").str.strip_chars().str.to_uppercase()
