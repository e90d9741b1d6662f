"""Cells of the agencies' files as values: exact decimals, whole numbers and dates. A cell is never guessed.

Decimals stay exact: the text is taken as it stands, with the point put where the layout implies it. A cell that cannot
be taken gives null, and the caller notes it as a problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

Kind = Literal["text", "decimal", "float", "integer", "date", "month"]


@dataclass(frozen=True, slots=True)
class Value:
    """What a column becomes. `size` is the most characters of a text, digits of a decimal, or the largest integer."""

    kind: Kind
    size: int = 0
    places: int = 0
    words: str = ""


def cleaned(column: str, nulls: tuple[str, ...] = ()) -> pl.Expr:
    """The text without spaces around it; null where nothing is left or it is a code for "not given"."""
    text = pl.col(column).str.strip_chars()
    return pl.when(~text.is_in(["", *nulls])).then(text)


def typed(text: pl.Expr, value: Value, *, implied: int = 0, date_format: str = "") -> pl.Expr:
    """The value of a cleaned text; null where it is none."""
    pointed = with_point(text, implied) if implied else text
    if value.kind == "decimal":
        return _decimal(pointed, value)
    if value.kind == "float":
        return pointed.cast(pl.Float64, strict=False)
    if value.kind == "integer":
        number = text.cast(pl.Int64, strict=False)
        return pl.when(number.is_between(-1, value.size)).then(number)
    if value.kind in {"date", "month"}:
        return _dated(text, date_format)
    return pl.when(text.str.len_chars() <= value.size).then(text)


def with_point(text: pl.Expr, places: int) -> pl.Expr:
    """Digits with the decimal point that the layout implies: 099855096 with eight places is 0.99855096."""
    sign = pl.when(text.str.starts_with("-")).then(pl.lit("-")).otherwise(pl.lit(""))
    digits = text.str.strip_prefix("-").str.zfill(places + 1)
    whole, rest = digits.str.head(-places), digits.str.tail(places)
    return pl.when(text.str.contains(r"^-?\d+$")).then(sign + whole + "." + rest).otherwise(text)


def _decimal(text: pl.Expr, value: Value) -> pl.Expr:
    """Exact or null: a text with more places than the column holds is not rounded."""
    digits = value.size - value.places
    fits = text.str.contains(rf"^-?(\d{{1,{digits}}}(\.\d{{0,{value.places}}}0*)?|\.\d{{1,{value.places}}})$")
    return pl.when(fits).then(text).cast(pl.Decimal(value.size, value.places), strict=False)


def _dated(text: pl.Expr, date_format: str) -> pl.Expr:
    if date_format == "mmyyyy":
        return (text.str.slice(2, 4) + text.str.slice(0, 2) + "01").str.to_date("%Y%m%d", strict=False)
    if date_format == "yyyymm":
        return (text + "01").str.to_date("%Y%m%d", strict=False)
    if date_format == "mmddyyyy":
        return text.str.to_date("%m%d%Y", strict=False)
    return text.str.to_date("%Y%m%d", strict=False)


def issued(text: pl.Expr, latest_year: int) -> pl.Expr:
    """MMDDYY of a day in the past: the newest century in which it is not after `latest_year`."""
    year = _two_digits(text)
    century = pl.when(year + 2000 <= latest_year).then(2000).otherwise(1900)
    return _day(text, century + year)


def matured(text: pl.Expr, issued_on: pl.Expr) -> pl.Expr:
    """MMDDYY of a day after `issued_on`, at most a century later."""
    begun = issued_on.dt.year().cast(pl.Int64)
    return _day(text, begun + (_two_digits(text) - begun) % 100)


def _two_digits(text: pl.Expr) -> pl.Expr:
    return text.str.slice(4, 2).cast(pl.Int64, strict=False)


def _day(text: pl.Expr, year: pl.Expr) -> pl.Expr:
    whole = pl.when(text.str.contains(r"^\d{6}$")).then(year.cast(pl.String) + text.str.slice(0, 4))
    return whole.str.to_date("%Y%m%d", strict=False)
