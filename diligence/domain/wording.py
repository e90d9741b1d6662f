"""Messages for people, made for a whole column of loans at once: money with $, percent with %, dates as words."""

import string
from collections.abc import Mapping
from datetime import date

import polars as pl

from diligence.domain.expressions import Literal
from diligence.domain.vocabulary import Name
from loans.domain.value_words import words_of

BLANK = "blank"
_MINUS = "\N{MINUS SIGN}"


def message(template: str, names: Mapping[str, Name], words: Mapping[str, str]) -> pl.Expr:
    """The template as a text expression: a placeholder is a column of the frame or, by `words`, a fixed text.

    A template may write the sign itself (`{ltv}%`, `${note_amount}`); it is not repeated.
    """
    parts: list[pl.Expr] = []
    pieces = list(string.Formatter().parse(template))
    for index, (text, name, _, _) in enumerate(pieces):
        parts.append(pl.lit(text))
        if name is None:
            continue
        after = pieces[index + 1][0] if index + 1 < len(pieces) else ""
        parts.append(pl.lit(words[name]) if name in words else _bare(names[name], before=text, after=after))
    return pl.concat_str(parts)


def _bare(name: Name, *, before: str, after: str) -> pl.Expr:
    shown = text_of(name)
    if after.startswith("%") and name.unit == "percent":
        shown = shown.str.strip_suffix("%")
    if before.endswith("$") and name.unit.startswith("USD"):
        shown = shown.str.replace("$", "", literal=True)
    return shown


def text_of(name: Name) -> pl.Expr:
    """A column's values as people write them; blanks say so."""
    column = pl.col(name.name)
    if name.masked:
        text = pl.lit("ending ") + column.str.slice(-4)
    elif name.dtype == pl.Date:
        text = column.dt.strftime("%b %-d, %Y")
    elif name.dtype == pl.Boolean:
        text = pl.when(column).then(pl.lit("yes")).when(~column).then(pl.lit("no"))
    elif name.dtype.is_numeric():
        text = _number(column, name)
    else:
        text = _in_words(column.cast(pl.String), words_of(name.name))
    return text.fill_null(BLANK)


def _in_words(column: pl.Expr, words: Mapping[str, str]) -> pl.Expr:
    return column.replace(list(words), list(words.values())) if words else column


def _number(column: pl.Expr, name: Name) -> pl.Expr:
    if name.unit.startswith("USD"):
        return _signed(column, pl.lit("$") + _money(column.abs()))
    if name.unit == "percent":
        return _signed(column, _decimals(column.abs(), 3 if "rate" in name.name else 2) + "%")
    if name.dtype.is_float():
        return _signed(column, _decimals(column.abs(), 0))
    return column.cast(pl.String) if name.unit in ("year", "points", "") else _signed(column, _grouped(column.abs()))


def _signed(column: pl.Expr, text: pl.Expr) -> pl.Expr:
    return pl.when(column < 0).then(pl.lit(_MINUS)).otherwise(pl.lit("")) + text


def _money(amount: pl.Expr) -> pl.Expr:
    cents = (amount * 100).round().cast(pl.Int64, strict=False)
    rest = pl.lit(".") + (cents % 100).cast(pl.String).str.zfill(2)
    return _grouped(cents // 100) + pl.when(cents % 100 == 0).then(pl.lit("")).otherwise(rest)


def _grouped(whole: pl.Expr) -> pl.Expr:
    backwards = whole.cast(pl.String).str.reverse().str.replace_all(r"(\d{3})", "$1,")
    return backwards.str.reverse().str.strip_prefix(",")


def _decimals(number: pl.Expr, least: int) -> pl.Expr:
    text = number.round(6).cast(pl.String)
    whole, fraction = text.str.extract(r"^(\d+)"), text.str.extract(r"\.(\d+)$").fill_null("")
    kept = fraction.str.strip_chars_end("0").str.pad_end(least, "0")
    return (whole + "." + kept).str.strip_suffix(".")


def literal_text(value: Literal) -> str:
    """A param as it is written in a message."""
    if value is None:
        return BLANK
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return f"{value:%b} {value.day}, {value.year}"
    if isinstance(value, list):
        return ", ".join(literal_text(item) for item in value)
    if isinstance(value, str):
        return value
    return f"{value:,}" if isinstance(value, float) or abs(value) > 9_999 else str(value)


def as_typed(name: Name) -> pl.Expr:
    """A column's values as plain text for the record of what the rule saw; only the end of a masked one."""
    column = pl.col(name.name)
    return column.str.slice(-4) if name.masked else column.cast(pl.String)


def loans_text(number: int) -> str:
    """A number of loans: "1 loan", "2,486 loans"."""
    return "1 loan" if number == 1 else f"{number:,} loans"
