"""Lists with a line a loan, as people send them: which column is which, and what is wrong with which line.

Frames are text as read; row numbers count data rows from 1. A problem names the row, the field and what mends it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import polars as pl

LOAN_NAMES = ("loan_id", "loan", "loan_number", "loan_no", "seller_loan_number", "lender_loan_number")
MOST_PROBLEMS = 20
Test = tuple[pl.Expr, str, str]  # what is wrong, in which column, and the words; “{}” stands for the value


def plain(name: str) -> str:
    """A header as names are compared: lower case, words joined by underscores, a percent sign as "percent"."""
    return "_".join(re.sub(r"[^a-z0-9]+", " ", name.lower().replace("%", " percent ")).split())


def column_of(columns: Sequence[str], names: Sequence[str]) -> str | None:
    """The column that goes by one of the names, the first name first."""
    by_name = {plain(column): column for column in reversed(columns)}
    return next((by_name[name] for name in names if name in by_name), None)


def texts(rows: pl.DataFrame, wanted: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """`row_no` and the wanted columns under their own names, stripped, blank where absent; without empty lines."""
    names = [name for name in rows.columns if name != "row_no"]
    found = {to: column_of(names, known) for to, known in wanted.items()}
    cells = [
        (pl.col(name).str.strip_chars().fill_null("") if name else pl.lit("")).alias(to) for to, name in found.items()
    ]
    filled = pl.any_horizontal(pl.col(to) != "" for to in found)
    return rows.select("row_no", *cells).filter(filled)


def line_problems(lines: pl.DataFrame, tests: Iterable[Test]) -> list[str]:
    """The first thing wrong with each line, by row; at most twenty sentences."""
    found: dict[int, str] = {}
    for condition, field, says in tests:
        for row_no, value in lines.filter(condition).select("row_no", field).head(MOST_PROBLEMS).iter_rows():
            found.setdefault(row_no, f"Row {row_no:,}, {field}: {says.format(value)}")
    return [found[row_no] for row_no in sorted(found)][:MOST_PROBLEMS]


def loan_tests(known: pl.Series, where: str) -> list[Test]:
    """What can be wrong with the loan number of a line."""
    return [
        (pl.col("loan_id") == "", "loan_id", "is blank. Write the loan number as on the tape."),
        (~pl.col("loan_id").is_in(known.implode()), "loan_id", f"“{{}}” is not a loan of {where}. Take the line out."),
        (
            ~pl.col("loan_id").is_first_distinct(),
            "loan_id",
            "“{}” stands in an earlier row too. Keep one line a loan.",
        ),
    ]


def absent_sentence(absent: Sequence[str], where: str, what: str) -> list[str]:
    """The sentence for loans that no line names; nothing where every loan has one."""
    if not absent:
        return []
    first = ", ".join(absent[:3]) + (" …" if len(absent) > 3 else "")
    loans, verb = ("loan", "stands") if len(absent) == 1 else ("loans", "stand")
    return [f"{len(absent):,} {loans} of {where} {verb} in no row ({first}). {what}"]
