"""What a seller states by loan for the statement: interest paid to, collected after cut-off, advances, escrow."""

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
AMOUNT = r"^[-−]?\d{1,12}(\.\d{1,2})?$"
RATE = r"^\d{1,2}(\.\d{1,6})?$"
STATED = {"loan_id": pl.String, "paid_to": pl.Date, "rate": pl.String, **dict.fromkeys(AMOUNTS, pl.String)}


def read_servicing(rows: pl.DataFrame, loans: pl.Series) -> tuple[pl.DataFrame, list[str]]:
    """The stated figures (`STATED`, amounts as text, null where nothing is stated) of some loans, and what is wrong."""
    columns = [name for name in rows.columns if name != "row_no"]
    told = [name for name, names in NAMES.items() if name != "loan_id" and column_of(columns, names)]
    if column_of(columns, LOAN_NAMES) is None or not told:
        return pl.DataFrame(schema=STATED), [
            "Name a column “loan_id” and at least one of “paid_to”, “collected”, “advances”, “escrow” and “rate”."
        ]
    lines = texts(rows, NAMES).with_columns(_without_marks(name) for name in (*AMOUNTS, "rate"))
    lines = lines.with_columns(day=_day(pl.col("paid_to")))
    wrong = line_problems(lines, [*loan_tests(loans, "this settlement"), *_value_tests()])
    if wrong:
        return pl.DataFrame(schema=STATED), wrong
    blank_is_null = [pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in (*AMOUNTS, "rate")]
    return lines.select("loan_id", pl.col("day").alias("paid_to"), *blank_is_null).select(*STATED), []


def _without_marks(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(r"[$,%\s]", "").str.replace("−", "-", literal=True)


def _day(text: pl.Expr) -> pl.Expr:
    formats = ("%Y-%m-%d", "%m/%d/%Y", "%Y-%m-%d %H:%M:%S")
    return pl.coalesce(text.str.to_date(each, strict=False) for each in formats)


def _value_tests() -> list[Test]:
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
    return tests + [
        (
            (pl.col(name) != "") & ~pl.col(name).str.contains(AMOUNT),
            name,
            "“{}” is not an amount. Write dollars such as 1651.37, with at most two decimals.",
        )
        for name in AMOUNTS
    ]
