"""Security factor files as one frame: a line is a pool's factor of one month, with what stands beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import polars as pl

from portfolios.domain.factorfiles import reading, values
from portfolios.domain.factorfiles.cusips import has_check_digit
from portfolios.domain.factorfiles.noting import note_misread, with_required
from portfolios.domain.factorfiles.reading import LINE
from portfolios.domain.factorfiles.text import shown
from portfolios.domain.factorfiles.values import Value
from portfolios.domain.securities import Program

if TYPE_CHECKING:
    from portfolios.domain.factorfiles.layouts import FileLayout
    from portfolios.domain.factorfiles.recognition import Recognized
    from portfolios.domain.factorfiles.text import Checked, Problems

BATCH_LINES = 100_000
ISSUER_CHARS = 200
SMALLEST, LARGEST = 0, 1
SMALLINT, INTEGER = 32_767, 2_147_483_647

VALUES: dict[str, Value] = {
    "pool_number": Value("text", 20, words="a pool number of at most 20 characters"),
    "prefix": Value("text", 4, words="a prefix of at most 4 characters"),
    "cusip": Value("text", 9, words="a CUSIP of 9 characters"),
    "issuer": Value("text", 10_000),
    "indicator": Value("text", 1, words="one character"),
    "status": Value("text", 4, words="a status of at most 4 characters"),
    "correction": Value("text", 4, words="Y or N"),
    "coupon": Value("decimal", 9, 6, "a rate in percent"),
    "wac": Value("decimal", 9, 6, "a rate in percent"),
    "original_face": Value("decimal", 20, 2, "an amount in dollars and cents"),
    "balance": Value("decimal", 20, 2, "an amount in dollars and cents"),
    "removed_upb": Value("decimal", 20, 2, "an amount in dollars and cents"),
    "factor": Value("decimal", 9, 8, "a factor with at most one digit before the point and eight behind it"),
    "wam": Value("integer", SMALLINT, words="a whole number of months"),
    "wala": Value("integer", SMALLINT, words="a whole number of months"),
    "delay_days": Value("integer", SMALLINT, words="a whole number of days"),
    "loan_count": Value("integer", INTEGER, words="a whole number"),
    "removed_count": Value("integer", INTEGER, words="a whole number"),
    "issued_on": Value("date", words="a day"),
    "matures_on": Value("date", words="a day or month"),
    "month": Value("month", words="a month"),
}
DTYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "date": pl.Date(),
    "month": pl.Date(),
}
COUNTED = ("wam", "wala", "delay_days", "loan_count", "removed_count")
COLUMNS = (
    "line", "program", "pool_number", "prefix", "cusip", "issuer", "coupon", "original_face", "issued_on",
    "matures_on", "delay_days", "status", "month", "factor", "balance", "wac", "wam", "wala", "loan_count",
    "removed_upb", "removed_count", "correction", "fields",
)  # fmt: skip
UMBS_DAYS, GOLD_DAYS = 55, 45
ENDED = ("P", "C", "D")
GSE_LAYOUT = "gse_factor"
GSES = ("Fannie Mae", "Freddie Mac")
ENDS = "P is paid off, C collapsed, D dissolved, A active"


@dataclass(slots=True)
class WithoutFactor:
    """Lines that give no factor, which is no fault of the file: pools of some types have none in some months."""

    lines: int = 0


def batches(file: Checked, found: Recognized, problems: Problems, blank: WithoutFactor) -> Iterator[pl.DataFrame]:
    """Frames with `COLUMNS`; amounts, rates and factors exact decimals. What could not be taken goes to `problems`."""
    for raw in _raw(file, found, problems):
        frame = _normalized(raw, found, problems)
        blank.lines += frame["factor"].null_count()
        frame = frame.filter(pl.col("factor").is_not_null())
        _note_doubts(frame, found.layout, problems)
        yield frame.select(COLUMNS)


def _raw(file: Checked, found: Recognized, problems: Problems) -> Iterator[pl.DataFrame]:
    layout = found.layout
    names = list(dict.fromkeys((*layout.take.values(), *layout.keep)))
    if layout.shape == "pipe":
        wanted = {name: name for name in names if name in found.names}
        yield from reading.piped(file, found.names, wanted, BATCH_LINES, found.header_lines)
        return
    cut = reading.fixed if layout.shape == "fixed" else reading.recorded
    for frame in reading.lines(file, BATCH_LINES):
        yield cut(frame.filter(pl.col(LINE) > found.header_lines), layout, names, problems)


def _normalized(raw: pl.DataFrame, found: Recognized, problems: Problems) -> pl.DataFrame:
    layout = found.layout
    taken = {name: column for name, column in layout.take.items() if column in raw.columns}
    cells = raw.select(LINE, **{name: values.cleaned(column, layout.nulls(column)) for name, column in taken.items()})
    frame = cells.select(LINE, **{name: _value(name, layout, found.month) for name in taken})
    words = {name: value.words for name, value in VALUES.items()}
    note_misread(cells, frame, layout, words, problems, lost={"factor", *layout.required})
    misread = cells["factor"].is_not_null() & frame["factor"].is_null()
    frame = frame.with_columns(fields=_kept(raw, layout)).filter(~misread)
    return _completed(with_required(frame, layout, problems), layout, found)


def _value(name: str, layout: FileLayout, month: date | None) -> pl.Expr:
    value, column = VALUES[name], layout.column(layout.take[name])
    text = pl.col(name)
    if value.kind == "date" and layout.dates["day"] == "mmddyy":
        begun = values.issued(pl.col("issued_on"), month.year if month else 0)
        return begun if name == "issued_on" else values.matured(text, begun)
    if name == "matures_on" and "month" in layout.dates:
        return values.typed(text, value, date_format=layout.dates["month"])
    date_format = layout.dates.get("month" if value.kind == "month" else "day", "")
    return values.typed(text, value, implied=column.implied, date_format=date_format)


def _kept(raw: pl.DataFrame, layout: FileLayout) -> pl.Series:
    """The columns kept beside the figures as JSON text; those that are not given are null in it."""
    kept = [values.cleaned(name, layout.nulls(name)).alias(name) for name in layout.keep if name in raw.columns]
    if not kept:
        return pl.repeat("{}", raw.height, eager=True)
    return raw.select(pl.struct(kept).struct.json_encode()).to_series()


def _completed(frame: pl.DataFrame, layout: FileLayout, found: Recognized) -> pl.DataFrame:
    """With every column of `COLUMNS`: the month of the file, the program, and null where the layout has none."""
    absent = {name: pl.lit(None, dtype=_dtype(name)) for name in VALUES if name not in frame.columns}
    frame = frame.with_columns(**absent)
    if found.month:
        frame = frame.with_columns(month=pl.lit(found.month))
    frame = frame.with_columns(
        program=_program(layout),
        issuer=_issuer(layout).str.head(ISSUER_CHARS),
        coupon=pl.when((pl.col("coupon") > 0) | ~pl.col("status").is_in(ENDED).fill_null(value=False)).then("coupon"),
        correction=(pl.col("correction") == "Y").fill_null(value=False) | found.correction,
        **{name: pl.when(pl.col(name) >= 0).then(name) for name in COUNTED},
    )
    return frame.with_columns(pl.col("prefix", "cusip", "issuer", "status").fill_null(""))


def _dtype(name: str) -> pl.DataType:
    value = VALUES[name]
    return pl.Decimal(value.size, value.places) if value.kind == "decimal" else DTYPES[value.kind]


def _program(layout: FileLayout) -> pl.Expr:
    """The program of a line. A Freddie Mac security without a delay (paid off) gets "": what is known of it decides."""
    if layout.issuer:
        default = Program.GINNIE_II if layout.code == "gnma_factor_2" else Program.GINNIE_I
        second = pl.col("indicator").is_in(["C", "M"])
        first = pl.col("indicator") == "X"
        return pl.when(second).then(pl.lit(Program.GINNIE_II.value)).when(first).then(
            pl.lit(Program.GINNIE_I.value)
        ).otherwise(pl.lit(default.value))  # fmt: skip
    days = pl.col("delay_days")
    freddie = (
        pl.when(days == UMBS_DAYS).then(pl.lit(Program.FREDDIE_UMBS.value))
        .when(days == GOLD_DAYS).then(pl.lit(Program.FREDDIE_GOLD.value))
        .when(days.is_not_null()).then(pl.lit(Program.FREDDIE_OTHER.value))
        .otherwise(pl.lit(""))
    )  # fmt: skip
    return pl.when(pl.col("issuer") == "FNM").then(pl.lit(Program.FANNIE_MAE.value)).otherwise(freddie)


def _issuer(layout: FileLayout) -> pl.Expr:
    if layout.issuer:
        return pl.col("issuer")
    return pl.col("issuer").replace(dict(zip(("FNM", "FRE"), GSES, strict=True)))


def _note_doubts(frame: pl.DataFrame, layout: FileLayout, problems: Problems) -> None:
    """What is taken exactly as published and yet cannot be right."""
    named = frame.filter(pl.col("cusip") != "")
    doubts: tuple[tuple[str, pl.DataFrame, Callable[..., str]], ...] = (
        ("factor", frame.filter(~pl.col("factor").is_between(SMALLEST, LARGEST)), _outside),
        ("cusip", named.filter(~has_check_digit(named["cusip"])), _wrong_cusip),
    )
    if layout.code == GSE_LAYOUT:
        doubts += (
            ("status", frame.filter((pl.col("status") == "P") & (pl.col("factor") != 0)), _unpaid),
            ("status", frame.filter(~pl.col("status").is_in(["", "A", *ENDED])), _unknown_status),
            ("issuer", frame.filter(~pl.col("issuer").is_in(GSES)), _stranger),
        )
    for column, rows, sentence in doubts:
        told = rows.select(LINE, column, "factor") if column == "status" else rows.select(LINE, column)
        problems.add_rows(told, layout.take[column], sentence)


def _outside(factor: Decimal) -> str:
    side = "below 0" if factor < SMALLEST else "above 1"
    return f"The factor is {factor}, {side}; it was kept exactly as published."


def _unpaid(status: str, factor: Decimal) -> str:
    return f"The security is marked paid off ({status}) and its factor is {factor}; both were kept."


def _unknown_status(status: str, factor: Decimal) -> str:
    return f"The status “{shown(status)}” is not known ({ENDS}); it was kept with the factor {factor}."


def _wrong_cusip(cusip: str) -> str:
    return f"The CUSIP {shown(cusip)} has a wrong check digit; it was kept."


def _stranger(issuer: str) -> str:
    return f"The issuer “{shown(issuer)}” is neither FNM nor FRE; the line was kept."
