"""Patterns cost most of what facts cost; here they are matched once a distinct text, or only where they can matter."""

from collections.abc import Callable

import polars as pl

Reading = Callable[[pl.Expr], pl.Expr]
FEW = 8
"""A column repeats itself where it has at most an eighth as many texts as rows."""


def once_a_text(text: pl.Expr, read: Reading, dtype: pl.DataType) -> pl.Expr:
    """`read` of a column that repeats few texts, worked out once for each; blanks must read as blank."""

    def distinct_only(cells: pl.Series) -> pl.Series:
        distinct = cells.drop_nulls().unique()
        if distinct.is_empty() or len(distinct) * FEW > len(cells):
            return _read(cells, read)
        return cells.replace_strict(distinct, _read(distinct, read), default=None, return_dtype=dtype)

    return text.map_batches(distinct_only, return_dtype=dtype, is_elementwise=True)


def where_it_matters(text: pl.Expr, matters: Reading, read: Reading, *, otherwise: Reading) -> pl.Expr:
    """`read` of the texts that `matters` says true of, `otherwise` of all others; both give text."""

    def some_only(cells: pl.Series) -> pl.Series:
        rows = _read(cells, matters).fill_null(value=False).arg_true()
        others = _read(cells, otherwise)
        return others.scatter(rows, _read(cells.gather(rows), read)) if len(rows) else others

    return text.map_batches(some_only, return_dtype=pl.String(), is_elementwise=True)


def _read(cells: pl.Series, read: Reading) -> pl.Series:
    return cells.alias("text").to_frame().select(read(pl.col("text"))).to_series()
