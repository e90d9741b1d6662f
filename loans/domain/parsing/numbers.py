"""Numbers as people and spreadsheets write them: $1,234.50, (12.00), 6.625 %, 1.5E+05."""

import polars as pl

_MINUS_SIGNS = "[\u2010-\u2015\u2212\ufe63\uff0d]"
_GROUPED = r"^([+-]?\d{1,3})((?:,\d{3})+)(\.\d*)?$"
_BEFORE = r"(?i)^\s*([-+(]?)\s*(?:usd|us\$|\$)\s*"
_AFTER = r"(?i)\s*(?:%|usd|mo(?:s|nths?)?\.?|mths?|y(?:ea)?rs?\.?)\s*(\)?)$"
_AROUND_SIGN = r"^([-+(])\s+|\s+([-)])$"
_DECIMAL_COMMA = r"^[-+(€\s]*(?:\d{1,3}(?:\.\d{3})+|\d+),(?:\d{1,2}|\d{4,})[%€)\s]*$"
_DECIMAL_POINT = r"\d,\d{3}\.|\d\.(?:\d{1,2}|\d{4,})\D*$"
_COMMON = r"^ ?[-+]?\$?[-+]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]*)?(?: ?%)? ?$"
NEVER_A_NUMBER = r"(?i)[bcfgijklpqvwxz]|\d[-/:]\d"
"""What stands in no text that `clean_numbers` reads: letters of none of its words, dates, times and the like."""
_SPACE = r"[\s\u00a0\u2007\u202f]"


def number_or_null(text: pl.Expr) -> pl.Expr:
    """Read plain numbers as Float64; whatever else, infinities included, is null."""
    number = text.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite()).then(number)


def clean_numbers(text: pl.Expr) -> pl.Expr:
    """Read numbers with currency signs, percent signs, thousands commas, spaces or accounting parentheses as Float64.

    "360 months" and "30 yrs" are read as their numbers; the caller knows the unit. A percent sign says that the number
    is in percent already; the caller decides about scaling. Commas must stand where thousands end: "1,23" is no number.
    """
    bare = text.str.replace_all(_MINUS_SIGNS, "-").str.replace(_BEFORE, "$1").str.replace(_AFTER, "$1")
    bare = bare.str.replace_all(_AROUND_SIGN, "$1$2").str.strip_chars().str.replace_all(_SPACE, ",")
    negative = bare.str.contains(r"^\([^()+-]+\)$|^[\d.,]+-$")
    bare = bare.str.replace(r"^\(([^()+-]+)\)$|^([\d.,]+)-$", "$1$2")
    bare = pl.when(bare.str.contains(_GROUPED)).then(bare.str.replace_all(",", "")).otherwise(bare)
    number = number_or_null(bare)
    return pl.when(negative).then(-number).otherwise(number)


def read_numbers(text: pl.Series) -> pl.Series:
    """Read a column of numbers, the common ways of writing first: the thorough reading costs many times as much."""
    number = pl.DataFrame({"text": text}).select(number_or_null(pl.col("text")))["text"]
    for pattern, read in ((_COMMON, _without_marks), (r"\d", clean_numbers)):
        rows = (number.is_null() & text.str.contains(pattern).fill_null(False)).arg_true()
        if rows.len():
            rest = pl.DataFrame({"text": text.gather(rows)})
            number = number.scatter(rows, rest.select(read(pl.col("text")))["text"])
    return number


def _without_marks(text: pl.Expr) -> pl.Expr:
    bare = text.str.replace_all(",", "", literal=True).str.replace("$", "", literal=True)
    return number_or_null(bare.str.strip_chars(" %"))


def is_percent_text(text: pl.Expr) -> pl.Expr:
    """Whether a cell carries its own percent sign."""
    return text.str.contains(r"%\s*\)?$")


def has_decimal_commas(texts: pl.Series) -> bool:
    """Whether some texts can only be numbers with a decimal comma (7,25 or 1.234,50) and none has a decimal point."""
    written = texts.filter(texts.str.contains(",", literal=True))
    if written.is_empty():  # as in most columns, and patterns cost time
        return False
    return bool(written.str.contains(_DECIMAL_COMMA).any()) and not texts.str.contains(_DECIMAL_POINT).any()


def with_points(text: pl.Expr) -> pl.Expr:
    """Numbers with decimal commas as they are written with decimal points: 1.234,50 is 1234.50."""
    bare = text.str.replace_all(".", "", literal=True).str.replace_all("€", "", literal=True)
    return bare.str.replace(",", ".", literal=True)
