"""Proposals for small tapes, and cells of the usual columns, for the tests of mapping."""

import polars as pl

from loans.domain.mapping import ColumnMatch, Proposal, profile, propose

AMOUNTS = ["312000", "448500.00", "97250", "205000"]
RATES = ["3.125", "2.875", "4.25", "6.5"]
DATES = ["03/01/2021", "11/01/2019", "07/15/2022", "12/31/2020"]


def text_batch(columns: dict[str, list[str | None]], first: int = 1) -> pl.DataFrame:
    rows = len(next(iter(columns.values()), []))
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.insert_column(0, pl.int_range(first, first + rows, dtype=pl.Int64, eager=True).alias("row_no"))


def proposed(columns: dict[str, list[str | None]], **known) -> Proposal:
    return propose(profile([text_batch(columns)]), **known)


def match_of(header: str, values: list[str | None], **known) -> ColumnMatch:
    return proposed({header: values}, **known).matches[0]
