"""The quick reading of a whole column: one expression that reads what is written plainly and leaves the rest null."""

import re
from datetime import date
from functools import lru_cache

import polars as pl

from loans.domain.fields import (
    BOOLEAN_CODES,
    ENUM_ALIASES,
    ERROR_TOKENS,
    NULL_TOKENS,
    PLACEHOLDER_TOKENS,
    Field,
    FieldType,
)
from loans.domain.mapping.transforms import Transform
from loans.domain.parsing import number_or_null

DIGIT_WIDTHS = {"property_zip": 5, "property_county": 5, "census_tract": 11, "msa": 5, "borrower_ssn": 9}
"""Digit codes that lose their leading zeros in spreadsheets, with their full width."""

_PLAIN_SHAPES = {"property_zip": r"^\d{5}(?:-\d{4})?$", "borrower_ssn": r"^(?:\d{9}|\d{3}-\d{2}-\d{4})$"}
"""Digit codes as they are usually written, where that is more than their digits."""

_FEATURE_CODES = r"^[0-9]{3}(?:;[0-9]{3})*$"

LARGEST_WHOLE = 2**31 - 1
"""What a whole number may be at most, either side of zero: an integer column of PostgreSQL holds no more."""
LARGEST_NUMBER = 1e12
"""What any other number may be at most: no loan is larger, and cents are exact below it."""
LONGEST_LOAN_NUMBER = 200
"""Bytes of a loan number at most: a longer text is no number, and no index could hold it."""

_PLAIN_DATES = {"mdy": "%m/%d/%Y", "dmy": "%d/%m/%Y", "ymd": "%Y-%m-%d"}
_FIRST_PLAIN, _LAST_PLAIN = date(1900, 1, 2), date(2199, 12, 31)
_EXCEL_TO_UNIX_DAYS = 25569
_STATES = sorted(set(ENUM_ALIASES["property_state"].values()))


def quick(field: Field, transform: Transform, column: str) -> pl.Expr:
    """Typed values of the cells that need no thought; null for the others.

    The result of a string field is the text itself, an SSN without hyphens; `needs_thought` tells which of its cells
    are not plain.
    """
    text = pl.col(column)
    if field.type.is_number:
        return finish_number(_plain_number(text, transform), field, scale=transform.scale, below=transform.scale_below)
    if field.type is FieldType.DATE:
        return _plain_date(text, transform.date_order)
    if field.type is FieldType.BOOLEAN:
        return _plain_boolean(text, field, transform)
    if field.type is FieldType.ENUM:
        return _plain_code(text, _plain_codes(field, transform))
    if field.type.is_list:
        return _plain_list(text, field, transform)
    if field.name == "borrower_ssn":
        return text.str.replace_all("-", "", literal=True)  # right where `needs_thought` says nothing
    return text


def needs_thought(field: Field, transform: Transform, text: pl.Expr) -> pl.Expr:
    """Cells of a string field that are not simply their own value; null for a blank."""
    if field.name in DIGIT_WIDTHS:
        return ~text.str.contains(_PLAIN_SHAPES.get(field.name, rf"^\d{{{DIGIT_WIDTHS[field.name]}}}$"))
    if field.name == "property_state":
        return ~text.is_in(_STATES)
    odd = text.str.contains(_odd_text())
    if field.name == "loan_id":
        odd |= text.str.len_bytes() > LONGEST_LOAN_NUMBER
    return odd | text.is_in(list(transform.null_codes)) if transform.null_codes else odd


def finish_number(number: pl.Expr, field: Field, *, scale: float, below: float | None = None) -> pl.Expr:
    """Scale, round money to cents, keep whole numbers only in whole-number fields, and no number beyond all bounds.

    Only numbers smaller than `below` are scaled, where it is given. The bounds keep out infinities and what is no
    number too.
    """
    if scale != 1:
        scaled = (number * scale).round(8)
        number = scaled if below is None else pl.when(number.abs() < below).then(scaled).otherwise(number)
    if field.type is FieldType.INTEGER:
        whole = (number == number.floor()) & number.is_between(-LARGEST_WHOLE, LARGEST_WHOLE)
        return pl.when(whole).then(number).cast(pl.Int64, strict=False)
    number = pl.when(number.is_between(-LARGEST_NUMBER, LARGEST_NUMBER)).then(number)
    return number.round(2) if field.unit.startswith("USD") else number


def null_numbers(transform: Transform) -> list[float]:
    """Null codes that are numbers: 9999 is also written 9999.0."""
    return [float(code) for code in transform.null_codes if re.fullmatch(r"\d+(\.\d+)?", code)]


def _plain_number(text: pl.Expr, transform: Transform) -> pl.Expr:
    plain = pl.when(text.str.contains(r"^\d+$")).then(text) if transform.commas else text
    number = plain.cast(pl.Float64, strict=False)
    empty = null_numbers(transform)
    return pl.when(~number.is_in(empty)).then(number) if empty else number


def _plain_date(text: pl.Expr, order: str | None) -> pl.Expr:
    if order == "excel":
        days = number_or_null(text)
        found = (days.floor() - _EXCEL_TO_UNIX_DAYS).cast(pl.Int32, strict=False).cast(pl.Date)
    elif order in ("ym", "my"):
        six_digits = pl.when(text.str.contains(r"^\d{6}$")).then(text)
        found = six_digits.str.to_date("%Y%m" if order == "ym" else "%m%Y", strict=False)
    else:
        found = text.str.to_date(_PLAIN_DATES.get(order or "ymd", "%Y-%m-%d"), strict=False)
    return pl.when(found.is_between(_FIRST_PLAIN, _LAST_PLAIN)).then(found)


def _plain_list(text: pl.Expr, field: Field, transform: Transform) -> pl.Expr:
    """Lists of feature codes that are written as they are kept; every other list takes thought."""
    if field.name != "investor_feature_ids":
        return pl.when(text.is_null()).then(text)
    plain = text.str.contains(_FEATURE_CODES)
    return pl.when(plain & ~text.is_in(list(transform.null_codes)) if transform.null_codes else plain).then(text)


def _plain_boolean(text: pl.Expr, field: Field, transform: Transform) -> pl.Expr:
    codes = _plain_codes(field, transform)
    true = [raw for raw, value in codes.items() if value == "true"]
    return pl.when(text.is_in(list(codes))).then(text.is_in(true))


def _plain_code(text: pl.Expr, codes: dict[str, str]) -> pl.Expr:
    """Codes as the field has them; where every code is its own name it is enough to know them, which costs a third."""
    if all(raw == value for raw, value in codes.items()):
        return pl.when(text.is_in(list(codes))).then(text)
    return text.replace_strict(codes, default=None, return_dtype=pl.String)


def _plain_codes(field: Field, transform: Transform) -> dict[str, str]:
    known = dict(BOOLEAN_CODES) if field.type is FieldType.BOOLEAN else {value: value for value in field.enum_values}
    return {raw: value for raw, value in {**known, **transform.codes}.items() if raw not in transform.null_codes}


@lru_cache(maxsize=1)
def _odd_text() -> str:
    tokens = "|".join(_escaped(token) for token in sorted(NULL_TOKENS | PLACEHOLDER_TOKENS | ERROR_TOKENS))
    return rf"(?i)^(?:{tokens})$|^[\s'=+\-@]|\s$|^$|^\d+\.0+$"


def _escaped(token: str) -> str:
    return re.sub(r"([^A-Za-z0-9 ])", r"\\\1", token)
