"""Loan-level files as frames of loan-months: the columns of `poolmonth.LOAN_COLUMNS` with the pool and the month."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from loans.domain.formats import LAYOUTS, Unreadable
from portfolios.domain.factorfiles import reading, values
from portfolios.domain.factorfiles.noting import note_misread, with_required
from portfolios.domain.factorfiles.reading import LINE
from portfolios.domain.factorfiles.values import Value
from portfolios.domain.poolmonth import LOAN_COLUMNS
from portfolios.domain.programs import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portfolios.domain.factorfiles.layouts import FileLayout
    from portfolios.domain.factorfiles.recognition import Recognized
    from portfolios.domain.factorfiles.text import Checked, Problems

BATCH_LINES = 500_000
HEAD_LINES = 5_000
DAYS_A_MONTH = 30
REO = "RA"
LATE_FOR_EVER = 99  # an acquired property counts as late, however long its loan was

VALUES: dict[str, Value] = {
    "loan_id": Value("text", 40, words="a loan number of at most 40 characters"),
    "pool_number": Value("text", 20, words="a pool number of at most 20 characters"),
    "cusip": Value("text", 9, words="a CUSIP of 9 characters"),
    "month": Value("month", words="a month"),
    "balance": Value("float", words="an amount"),
    "exit_upb": Value("float", words="an amount"),
    "rate": Value("float", words="a rate in percent"),
    "ltv": Value("float", words="a percentage"),
    "dti": Value("float", words="a percentage"),
    "remaining": Value("integer", 2_000, words="a whole number of months"),
    "age": Value("integer", 2_000, words="a whole number of months"),
    "credit_score": Value("integer", 9_999, words="a score"),
    "units": Value("integer", 9_999, words="a number of units"),
}
A_TEXT = Value("text", 200, words="a text of at most 200 characters")
COLUMNS: dict[str, pl.DataType] = {
    LINE: pl.Int64(),
    "month": pl.Date(),
    "pool_number": pl.String(),
    **LOAN_COLUMNS,
    "exit_upb": pl.Float64(),
}
CODED = {"occupancy": "occupancy", "purpose": "loan_purpose", "property_type": "property_type"}
TAPE_LAYOUT = {
    "gse_loan_level": "gse_mbs_loan_level",
    "fannie_sflp": "fannie_sflp",
    "freddie_sflld_performance": "freddie_sflld",
}
_OWN_NAMES = (
    re.compile(r"_(20\d\d)(0[1-9]|1[0-2])(?!\d)"),  # FNM_MLLD_202608
    re.compile(r"^f[a-z](\d\d)(0[1-9]|1[0-2])\d\d(?!\d)", re.IGNORECASE),  # fu260806
)


def batches(file: Checked, found: Recognized, problems: Problems) -> Iterator[pl.DataFrame]:
    """Frames with `COLUMNS` in file order; a loan that left says why in `exit`, with its balance in `exit_upb`."""
    before = None
    for raw in _raw(file, found, problems, BATCH_LINES):
        frame = _normalized(raw, found, problems)
        yield _with_exit_balances(frame, before)
        before = frame.tail(1)


@cache
def causes(layout: str) -> Mapping[str, str]:
    """Why loans leave by the code of a layout: paid_off, repurchased, liquidated or removed (not told apart)."""
    with (REFERENCE / "zero_balance_codes.csv").open(encoding="utf-8", newline="") as table:
        rows = [row for row in csv.DictReader(table) if row["layout"] == layout]
    return MappingProxyType({row["code"]: row["cause"] for row in rows})


def with_month(file: Checked, found: Recognized, name: str, problems: Problems) -> Recognized:
    """The recognized file with its month: from the agency's own file name, else from most loans' age.

    A loan of age n made its nth payment in the factor month, so the month is its first payment plus n − 1.
    """
    told = next((match for pattern in _OWN_NAMES if (match := pattern.search(name))), None)
    if told:
        return replace(found, month=date(int(told[1]) % 2000 + 2000, int(told[2]), 1))
    month = _month_of_ages(file, found)
    if month is None:
        raise Unreadable(
            "The file does not say its month, and no loan in it gives an age and a first payment; "
            "send it under the name the agency gave it, such as FNM_MLLD_202608."
        )
    problems.add(0, "", f"The file does not say its month; the ages of most loans give {month:%B %Y}.")
    return replace(found, month=month)


def _month_of_ages(file: Checked, found: Recognized) -> date | None:
    names = ("first_payment", "age")
    wanted = {name: found.layout.take[name] for name in names if found.layout.take.get(name) in found.names}
    if len(wanted) < len(names):
        return None
    head = next(reading.piped(file, found.names, wanted, HEAD_LINES, found.header_lines), None)
    if head is None:
        return None
    first = values.typed(values.cleaned("first_payment"), Value("month"), date_format=found.layout.dates["month"])
    age = pl.col("age").cast(pl.Int64, strict=False)
    month = first.dt.offset_by(pl.format("{}mo", age - 1))
    common = head.select(month=month).drop_nulls().group_by("month").len().sort("len", "month").tail(1)
    return common["month"].item() if common.height else None


def _raw(file: Checked, found: Recognized, problems: Problems, size: int) -> Iterator[pl.DataFrame]:
    """The columns taken, under their names here, as text."""
    layout = found.layout
    if layout.shape == "pipe":
        taken = {name: column for name, column in layout.take.items() if column in found.names}
        yield from reading.piped(file, found.names, taken, size, found.header_lines)
        return
    for frame in reading.lines(file, size):
        own = frame.filter(pl.col(reading.TEXT).str.starts_with(layout.record))
        cut = reading.fixed(own, layout, list(dict.fromkeys(layout.take.values())), problems)
        yield cut.select(LINE, **{name: pl.col(column) for name, column in layout.take.items()})


def _normalized(raw: pl.DataFrame, found: Recognized, problems: Problems) -> pl.DataFrame:
    layout = found.layout
    names = [name for name in raw.columns if name not in {LINE, "first_payment", "cusip"}]
    cells = raw.select(LINE, *(values.cleaned(name, layout.nulls(layout.take[name])).alias(name) for name in names))
    plain = [name for name in names if name not in {"late", "exit_code", "exit_flag"}]
    frame = cells.select(
        LINE,
        *(_value(name, layout).alias(name) for name in plain),
        _months_late(layout, names).alias("months_late"),
        _exit(layout, names).alias("exit"),
    )
    words = {name: value.words for name, value in VALUES.items()}
    note_misread(cells, frame, layout, words, problems, lost=layout.required)
    frame = with_required(frame, layout, problems)
    if found.month:
        frame = frame.with_columns(month=pl.lit(found.month))
    return frame.select(_in_columns(frame))


def _value(name: str, layout: FileLayout) -> pl.Expr:
    text, implied = pl.col(name), layout.column(layout.take[name]).implied
    value = VALUES.get(name, A_TEXT)
    typed = values.typed(text, value, implied=implied, date_format=layout.dates.get("month", ""))
    return _in_tape_words(typed, name, layout) if name in CODED else typed


def _in_tape_words(text: pl.Expr, name: str, layout: FileLayout) -> pl.Expr:
    """Codes as the words that tapes use for them, so that a pool's loans read alike wherever they come from."""
    if layout.code not in TAPE_LAYOUT:
        return text
    words = LAYOUTS[TAPE_LAYOUT[layout.code]].value_maps.get(CODED[name], {})
    known = {code: word for code, word in words.items() if word}
    return text.replace(known) if known else text


def _months_late(layout: FileLayout, names: list[str]) -> pl.Expr:
    if "late" not in names:
        return pl.lit(None, dtype=pl.Int64)
    text = pl.col("late")
    if layout.late == "days":
        days = text.str.extract(r"^(\d+)").cast(pl.Int64, strict=False)
        return pl.when(text == "Current").then(0).otherwise(days // DAYS_A_MONTH)
    return pl.when(text == REO).then(LATE_FOR_EVER).otherwise(text.cast(pl.Int64, strict=False))


def _exit(layout: FileLayout, names: list[str]) -> pl.Expr:
    """Why the loan left this month; null while it stays. A code that is not known counts as not told apart."""
    if "exit_code" not in names:
        return pl.lit(None, dtype=pl.String)
    known = causes(layout.code)
    code = pl.col("exit_code").str.zfill(max(map(len, known)))
    left = pl.col("exit_flag") == "Y" if "exit_flag" in names else pl.lit(value=True)
    cause = code.replace_strict(list(known), list(known.values()), default="removed", return_dtype=pl.String)
    return pl.when(left & pl.col("exit_code").is_not_null()).then(cause)


def _in_columns(frame: pl.DataFrame) -> list[pl.Expr]:
    return [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in COLUMNS.items()
    ]


def _with_exit_balances(frame: pl.DataFrame, before: pl.DataFrame | None) -> pl.DataFrame:
    """Where a loan left and the file does not say with how much: its balance in the line before, of the same loan."""
    whole = pl.concat([before, frame]) if before is not None else frame
    earlier = pl.when(pl.col("loan_id").shift(1) == pl.col("loan_id")).then(pl.col("balance").shift(1))
    told = pl.when(pl.col("exit_upb") > 0).then("exit_upb")
    known = pl.coalesce(told, pl.when(pl.col("balance") > 0).then("balance"), earlier, pl.lit(0.0))
    filled = whole.with_columns(exit_upb=pl.when(pl.col("exit").is_not_null()).then(known))
    return filled.slice(filled.height - frame.height)
