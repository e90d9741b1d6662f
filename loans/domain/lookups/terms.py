"""What every group of lookups shares: descriptions, the purchaser's terms, the dates and keys of a loan."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from loans.domain import reference
from loans.domain.months import add_months
from loans.domain.reference import REFERENCE
from loans.domain.texts import where_it_matters

DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "count": pl.Int64(),
    "flag": pl.Boolean(),
    "date": pl.Date(),
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Whose tables are read, and the underwriting method (`DU`, `LPA`, `Manual`) of loans whose tape names none.

    Without an investor (`fannie_mae`, `freddie_mac`) the loan's own underwriting system decides.
    """

    investor: str | None = None
    underwriting: str | None = None


@dataclass(frozen=True, slots=True)
class Lookup:
    """One column read from the shipped tables, as `loans/reference/lookups.csv` describes it.

    `arithmetic` is shown to people; `inputs` are canonical fields or lookups of an earlier group.
    """

    group: str
    name: str
    label: str
    kind: str
    unit: str
    inputs: tuple[str, ...]
    arithmetic: str
    source: str

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the column."""
        return DTYPES[self.kind]


def shipped_lookups() -> dict[str, Lookup]:
    """Every lookup by name, in the order of the file."""
    with (REFERENCE / "lookups.csv").open(encoding="utf-8", newline="") as source:
        rows = [row | {"inputs": tuple(row["inputs"].split())} for row in csv.DictReader(source)]
    return {str(row["name"]): Lookup(**row) for row in rows}


@dataclass(frozen=True, slots=True)
class Group:
    """Lookups that one join yields together: `join` returns the frame with all of them added, rows in their order.

    The frame is lazy, so that only the lookups somebody asks for are worked out.
    """

    name: str
    join: Callable[[pl.LazyFrame, Terms, date], pl.LazyFrame]


def closing_date() -> pl.Expr:
    """The note date; without one, one month before the first payment, the latest day the loan can have closed."""
    return pl.coalesce("note_date", add_months(pl.col("first_payment_date"), -1))


def whole_percent(name: str) -> pl.Expr:
    """A ratio cut to two decimals, then raised to a whole percent, as eligibility and insurance read it (CRIT-001)."""
    hundredths = (pl.col(name) * 100 + 1e-6).floor()
    return (hundredths / 100).ceil()


def is_manufactured() -> pl.Expr:
    """Whether the home is manufactured; null only where the tape says neither construction nor property type."""
    by_method = pl.col("construction_method") == "Manufactured"
    by_type = pl.col("property_type") == "ManufacturedHome"
    return pl.coalesce(by_method, by_type) | pl.coalesce(by_type, by_method)


@cache
def state_codes() -> tuple[str, ...]:
    """The codes of states and territories in the order of their table."""
    return tuple(reference.frame("states")["state"])


def state_code() -> pl.Expr:
    """The state as two capital letters without spaces."""
    state = pl.col("property_state")
    return where_it_matters(
        ["property_state"],
        matters=~state.is_in(state_codes()),
        read=state.str.strip_chars().str.to_uppercase(),
        otherwise=state,
        dtype=pl.String(),
    )


def state_place(state: pl.Expr) -> pl.Expr:
    """The place of a state in `state_codes`; null for a text that is no code."""
    return state.cast(pl.Enum(state_codes()), strict=False).to_physical().cast(pl.Int32)


def at(values: pl.Series, place: pl.Expr) -> pl.Expr:
    """The value at each place: a quarter of what a join costs. Null for a place that is null or past the end."""
    return pl.lit(values).gather(place, null_on_oob=True)
