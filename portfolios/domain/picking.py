"""Picking loans by filters, and keyed hashes by which the same property is found twice without being shown."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import polars as pl

from loans.domain.fields import FIELD

NAMES = (
    "loan_id", "current_upb", "note_amount", "note_rate", "credit_score", "ltv", "dti", "property_state", "occupancy",
    "loan_purpose", "property_type", "amortization_type", "mortgage_type",
)  # fmt: skip
PICKED_COLUMNS: dict[str, pl.DataType] = {name: FIELD[name].dtype for name in NAMES}
KEYED: dict[str, pl.DataType] = {
    name: FIELD[name].dtype for name in ("property_address", "property_zip", "lien_position")
}
ONE_OF = ("property_state", "occupancy", "loan_purpose", "property_type", "amortization_type", "mortgage_type")
BETWEEN = ("current_upb", "note_rate", "credit_score", "ltv", "dti")
ROWS = "rows"
CLEAN = "clean"
"""Key of a selection that leaves out loans with open fatal findings."""


def balance() -> pl.Expr:
    """What a loan counts with, USD: its current UPB or, where the tape has none, the note amount."""
    return pl.coalesce("current_upb", "note_amount", pl.lit(0.0))


def picked(frame: pl.DataFrame, selection: Mapping[str, Any]) -> pl.DataFrame:
    """The loans that meet every filter: `FIELD` in a list of values, `FIELD_min`, `FIELD_max`, `rows` by row number.

    A blank meets no filter on its field. Unknown keys are not filters.
    """
    conditions = [pl.col(name).is_in(list(selection[name])) for name in ONE_OF if selection.get(name)]
    for name in BETWEEN:
        column = balance() if name == "current_upb" else pl.col(name)
        conditions += [column >= float(low) for low in filled(selection, f"{name}_min")]
        conditions += [column <= float(high) for high in filled(selection, f"{name}_max")]
    if selection.get(ROWS):
        conditions.append(pl.col("row_no").is_in(list(selection[ROWS])))
    return frame.filter(conditions) if conditions else frame


def filled(selection: Mapping[str, Any], key: str) -> list[Any]:
    value = selection.get(key)
    return [] if value in (None, "") else [value]


def property_keys(frame: pl.DataFrame, *, key: bytes) -> pl.DataFrame:
    """row_no, loan_id, upb, and property_key: HMAC-SHA-256 of address, ZIP and lien, "" where one of them is blank."""
    address = pl.col("property_address").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    text = pl.concat_str(
        address, pl.col("property_zip").str.slice(0, 5), pl.col("lien_position").fill_null("FirstLien")
    )
    rows = frame.select(
        "row_no", pl.col("loan_id").fill_null("").alias("loan_id"), balance().round(2).alias("upb"), text.alias("text")
    )
    keys = [keyed_hash(key, value) for value in rows["text"]]
    return rows.drop("text").with_columns(pl.Series("property_key", keys, dtype=pl.String))


def keyed_hash(key: bytes, text: str | None) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest() if text else ""
