"""The careful reading of the cells that the quick reading left: tokens, decoration, unusual dates, codes and lists."""

import re
from collections.abc import Callable
from functools import partial

import polars as pl

from loans.domain.casting.problems import Problem
from loans.domain.casting.quick import DIGIT_WIDTHS, LONGEST_LOAN_NUMBER, finish_number, null_numbers
from loans.domain.fields import (
    ERROR_TOKENS,
    NULL_TOKENS,
    PLACEHOLDER_TOKENS,
    Field,
    FieldType,
)
from loans.domain.mapping.codes import meaning
from loans.domain.mapping.transforms import Transform
from loans.domain.parsing import number_or_null, parse_date, read_numbers
from loans.domain.parsing.numbers import is_percent_text, with_points

_LIST_SEPARATOR = re.compile(r"[;|,/\s]+")
_AMOUNT_SEPARATOR = re.compile(r"[;|/]\s*|,\s+")
_INVISIBLE = "[\u200b\u200c\u200d\ufeff\u0000]"
_TEXT_AS_FORMULA = r'^="([^"]*)"$'
"""A formula that is only a text: ="00123" keeps the zeros of 00123 where a spreadsheet opens the file."""
_WHOLE_WITH_POINT = re.compile(r"^(\d+)\.0+$")
"""A number that a spreadsheet or a data frame made of an identifier: 7000123.0 is 7000123."""
_BIRTH_PIVOT = 15
_PIVOT = 70


def careful(field: Field, transform: Transform, text: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Typed values and problem codes of cells, both as long as `text`.

    A cell with neither is blank (a null code); a formula text in a string field keeps its value beside its code.
    """
    cells = text.alias("text").to_frame()
    read = _read(field, transform, cells.unique()).select("text", "value", "code")
    answers = cells.join(read, on="text", how="left", maintain_order="left")
    return answers["value"], answers["code"]


def _read(field: Field, transform: Transform, cells: pl.DataFrame) -> pl.DataFrame:
    cells = cells.with_columns(tidy=_tidy(pl.col("text")))
    cells = cells.with_columns(lower=pl.col("tidy").str.to_lowercase())
    cells = cells.with_columns(value=_values(field, transform, cells["tidy"]))
    cells = cells.with_columns(blank=_blank(field, transform))
    return cells.with_columns(value=pl.when(~pl.col("blank")).then("value"), code=_code(field))


def _tidy(text: pl.Expr) -> pl.Expr:
    bare = text.str.replace_all(_INVISIBLE, "").str.strip_chars().str.replace(r"^'+", "").str.strip_chars()
    return bare.str.replace(_TEXT_AS_FORMULA, "$1")


def _blank(field: Field, transform: Transform) -> pl.Expr:
    """Null codes of the column win over everything; general null tokens give way to a code of the field ("None")."""
    own = {code.strip().lower() for code in transform.null_codes}
    blank = pl.col("lower").is_in(sorted(own | {""}))
    if field.type.is_number and (numbers := null_numbers(transform)):
        blank |= number_or_null(pl.col("tidy")).is_in(numbers).fill_null(False)
    general = pl.col("lower").is_in(sorted(NULL_TOKENS))
    coded = field.type in (FieldType.ENUM, FieldType.BOOLEAN, FieldType.ENUM_LIST)
    return blank | (general & pl.col("value").is_null() if coded else general)


def _code(field: Field) -> pl.Expr:
    spoiled = pl.col("lower").is_in(sorted(ERROR_TOKENS))
    waiting = pl.col("lower").is_in(sorted(PLACEHOLDER_TOKENS))
    unread = (
        pl.when("blank").then(None)
        .when(spoiled).then(pl.lit(Problem.SPREADSHEET_ERROR.value))
        .when(pl.col("value").is_not_null()).then(None)
        .when(waiting).then(pl.lit(Problem.PLACEHOLDER.value))
        .otherwise(pl.lit(_UNREAD[field.type]))
    )  # fmt: skip
    return pl.coalesce(unread, _formula()) if _keeps_text(field) else unread


def _formula() -> pl.Expr:
    """Text that a spreadsheet would run; numbers with a sign are harmless."""
    runs = pl.col("text").str.contains(r"^[=+@\t\r-]") & ~pl.col("text").str.contains(_TEXT_AS_FORMULA)
    begins = runs & pl.col("value").is_not_null() & ~pl.col("blank")
    harmless = pl.col("tidy").str.contains(r"^[-+]?[$0-9.,%() -]*$")
    return pl.when(begins & ~harmless).then(pl.lit(Problem.FORMULA.value))


_UNREAD = {
    FieldType.DECIMAL: Problem.NUMBER.value,
    FieldType.INTEGER: Problem.NUMBER.value,
    FieldType.INTEGER_LIST: Problem.NUMBER.value,
    FieldType.DECIMAL_LIST: Problem.NUMBER.value,
    FieldType.DATE: Problem.DATE.value,
    FieldType.ENUM: Problem.CODE.value,
    FieldType.ENUM_LIST: Problem.CODE.value,
    FieldType.BOOLEAN: Problem.CODE.value,
    FieldType.STRING: Problem.PLACEHOLDER.value,
    FieldType.STRING_LIST: Problem.PLACEHOLDER.value,
}


def _keeps_text(field: Field) -> bool:
    return field.type in (FieldType.STRING, FieldType.STRING_LIST)


def _values(field: Field, transform: Transform, tidy: pl.Series) -> pl.Series:
    if field.type.is_number:
        coded = tidy.replace(transform.codes) if transform.codes else tidy
        if transform.commas:
            coded = coded.to_frame("text").select(with_points(pl.col("text")))["text"]
        return _numbers(field, transform, coded)
    read = _reader(field, transform)
    distinct = tidy.unique()
    values = pl.Series([read(text) for text in distinct.to_list()], dtype=field.dtype)
    return tidy.replace_strict(distinct, values, return_dtype=field.dtype)


def _numbers(field: Field, transform: Transform, tidy: pl.Series) -> pl.Series:
    text, number = pl.col("tidy"), pl.col("number")
    scaled = finish_number(number, field, scale=transform.scale, below=transform.scale_below)
    if transform.scale != 1 and field.is_percent:
        scaled = pl.when(is_percent_text(text)).then(finish_number(number, field, scale=1)).otherwise(scaled)
    return pl.DataFrame({"tidy": tidy, "number": read_numbers(tidy)}).select(value=scaled)["value"]


def _as_float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _reader(field: Field, transform: Transform) -> Callable[[str], object]:
    if field.type is FieldType.DATE:
        pivot = _BIRTH_PIVOT if field.name == "borrower_birth_date" else _PIVOT
        return partial(parse_date, order=transform.date_order or "mdy", pivot=pivot)
    if field.type is FieldType.BOOLEAN:
        return lambda text: {"true": True, "false": False}.get(meaning(field, text, transform.codes) or "")
    if field.type is FieldType.ENUM:
        return lambda text: meaning(field, text, transform.codes)
    if field.type.is_list:
        return partial(_list, field, transform)
    return partial(_string, field, transform)


def _list(field: Field, transform: Transform, text: str) -> str | None:
    separator = _AMOUNT_SEPARATOR if field.type is FieldType.DECIMAL_LIST else _LIST_SEPARATOR
    if field.type is FieldType.ENUM_LIST and (whole := meaning(field, text, transform.codes)):
        return whole
    items = [_item(field, transform, part.strip()) for part in separator.split(text) if part.strip()]
    return ";".join(item for item in items if item) if items and all(items) else None


def _item(field: Field, transform: Transform, text: str) -> str | None:
    if field.type is FieldType.ENUM_LIST:
        return meaning(field, text, transform.codes)
    if field.type is FieldType.STRING_LIST:
        return text.zfill(3) if field.name == "investor_feature_ids" and text.isdigit() else text
    number = _as_float(text.replace("$", "").replace(",", ""))
    if number is None or number != number or abs(number) == float("inf"):
        return None
    return (
        f"{number:.2f}" if field.type is FieldType.DECIMAL_LIST else (str(int(number)) if number.is_integer() else None)
    )


def _string(field: Field, transform: Transform, text: str) -> str | None:
    lower = text.lower()
    if lower in ERROR_TOKENS or lower in PLACEHOLDER_TOKENS:
        return None
    if field.name == "loan_id" and len(text.encode()) > LONGEST_LOAN_NUMBER:
        return None
    if field.name == "property_state":
        return meaning(field, text, transform.codes) or text.upper()
    if field.name in DIGIT_WIDTHS:
        return _digit_code(text, DIGIT_WIDTHS[field.name], zip3=transform.zip3, field_name=field.name)
    return transform.codes.get(text) or _WHOLE_WITH_POINT.sub(r"\1", text) or None


def _digit_code(text: str, width: int, *, zip3: bool, field_name: str) -> str:
    """Restore leading zeros: ZIP 7030 is 07030, 606 in a column of ZIP areas is 60600; what is no digit code stays."""
    digits = re.sub(r"\.0*$", "", text)
    if field_name in ("census_tract", "borrower_ssn"):
        digits = re.sub(r"[-. ]", "", text if field_name == "census_tract" else digits)
    if field_name == "property_zip":
        return _zip(digits, zip3=zip3)
    return digits.zfill(width) if digits.isascii() and digits.isdigit() and width - 2 <= len(digits) <= width else text


def _zip(text: str, *, zip3: bool) -> str:
    if match := re.fullmatch(r"(\d{4,5})-?(\d{4})", text):
        return f"{match[1].zfill(5)}-{match[2]}"
    if match := re.fullmatch(r"(\d{3})(?:\*\*|xx|XX)", text):
        return f"{match[1]}00"
    if not re.fullmatch(r"\d{1,5}", text):
        return text
    return f"{text.zfill(3)}00" if zip3 and len(text) <= 3 else text.zfill(5) if len(text) >= 3 else text
