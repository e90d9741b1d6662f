"""What a seller states by loan: for the statement what was collected, advanced and held, and to which day interest is
paid; for the true-up the same as it came out in the end, with the balance at the cut-off.
"""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from portfolios.domain.settlement.lists import LOAN_NAMES, Test, column_of, line_problems, loan_tests, texts

AMOUNTS = ("collected", "advances", "escrow")
NAMES = {
    "loan_id": LOAN_NAMES,
    "paid_to": ("paid_to", "paid_to_date", "interest_paid_to", "interest_paid_through", "last_paid_installment_date"),
    "rate": ("rate", "note_rate", "current_rate", "interest_rate"),
    "collected": ("collected", "collections", "collected_after_cut_off", "p_i_collected", "collections_after_cut_off"),
    "advances": ("advances", "advance", "corporate_advances", "servicing_advances"),
    "escrow": ("escrow", "escrow_balance"),
}
FINAL_NAMES = {
    **NAMES,
    "upb": ("upb", "balance", "final_balance", "cut_off_balance", "current_upb", "unpaid_principal_balance"),
    "note": ("note", "reason", "why", "comment"),
}
AMOUNT = r"^[-−]?\d{1,12}(\.\d{1,2})?$"
RATE = r"^\d{1,2}(\.\d{1,6})?$"
STATED = {"loan_id": pl.String, "paid_to": pl.Date, "rate": pl.String, **dict.fromkeys(AMOUNTS, pl.String)}
FINAL = {**STATED, "upb": pl.String, "note": pl.String}
NOTE_CHARS = 200
Read = tuple[pl.DataFrame, list[str]]


def read_servicing(rows: pl.DataFrame, loans: pl.Series) -> Read:
    """The stated figures (`STATED`, amounts as text, null where nothing is stated) of some loans, and what is wrong."""
    return _read(rows, loans, NAMES, STATED, "this settlement")


def read_finals(rows: pl.DataFrame, loans: pl.Series) -> Read:
    """The final figures (`FINAL`, null where the statement stands as it is) of bought loans, and what is wrong."""
    return _read(rows, loans, FINAL_NAMES, FINAL, "the loans that were bought")


def _read(
    rows: pl.DataFrame, loans: pl.Series, names: Mapping[str, Sequence[str]], schema: Mapping[str, type], where: str
) -> Read:
    columns = [name for name in rows.columns if name != "row_no"]
    figures = [name for name in schema if name not in ("loan_id", "note")]
    if column_of(columns, LOAN_NAMES) is None or not any(column_of(columns, names[name]) for name in figures):
        *most, last = (f"“{name}”" for name in sorted(figures, key=lambda name: name == "rate"))
        return pl.DataFrame(schema=schema), [
            f"Name a column “loan_id” and at least one of {', '.join(most)} and {last}."
        ]
    numbers = [name for name in figures if name != "paid_to"]
    lines = texts(rows, names).with_columns(_without_marks(name) for name in numbers)
    lines = lines.with_columns(day=_day(pl.col("paid_to")))
    if wrong := line_problems(lines, [*loan_tests(loans, where), *_value_tests(numbers)]):
        return pl.DataFrame(schema=schema), wrong
    if "note" in schema:
        lines = lines.with_columns(pl.col("note").str.head(NOTE_CHARS))
    told = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in schema if name in (*numbers, "note")]
    return lines.select("loan_id", pl.col("day").alias("paid_to"), *told).select(*schema), []


def _without_marks(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"[$,%\s]", "").str.replace("−", "-", literal=True)


def _day(text: pl.Expr) -> pl.Expr:
    formats = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S")
    return pl.coalesce(text.str.to_date(each, strict=False) for each in formats)


def _value_tests(numbers: Sequence[str]) -> list[Test]:
    tests: list[Test] = [
        (
            (pl.col("paid_to") != "") & pl.col("day").is_null(),
            "paid_to",
            "“{}” is not a date. Write 2026-12-01 or 12/1/2026.",
        ),
        (
            (pl.col("paid_to") != "") & (pl.col("day") < date(1970, 1, 1)),
            "paid_to",
            "“{}” lies before 1970. Write the date to which interest is paid.",
        ),
        ((pl.col("rate") != "") & ~pl.col("rate").str.contains(RATE), "rate", "“{}” is not a rate such as 6.375."),
    ]
    tests += [
        (
            (pl.col(name) != "") & ~pl.col(name).str.contains(AMOUNT),
            name,
            "“{}” is not an amount. Write dollars such as 1651.37, with at most two decimals.",
        )
        for name in numbers
        if name != "rate"
    ]
    below = (pl.col("upb").str.starts_with("-"), "upb", "“{}” is below 0. Write 0 for a loan that was paid off.")
    return [*tests, below] if "upb" in numbers else tests
