"""Reading texts costs most of what a check costs; here it is done once a distinct text, or only where it can matter."""

from collections.abc import Callable, Sequence

import polars as pl

Reading = Callable[[pl.Expr], pl.Expr]
FIRST_ROWS = 1_000
FEW = 8
"""A column repeats itself where its first rows have at most an eighth as many texts as rows."""


def repeats(texts: pl.Series) -> bool:
    """Whether a column holds few texts again and again, as its first rows tell."""
    first = texts.head(FIRST_ROWS)
    return first.n_unique() * FEW <= first.len()


def once_a_text(text: pl.Expr, read: Reading, dtype: pl.DataType) -> pl.Expr:
    """`read` of a column, worked out once for each text where it repeats few; blanks must read as blank."""

    def distinct_only(cells: pl.Series) -> pl.Series:
        if not repeats(cells):
            return _read(cells, read)
        distinct = cells.drop_nulls().unique()
        return cells.replace_strict(distinct, _read(distinct, read), default=None, return_dtype=dtype)

    return text.map_batches(distinct_only, return_dtype=dtype, is_elementwise=True)


def where_it_matters(
    names: Sequence[str], *, matters: pl.Expr, read: pl.Expr, otherwise: pl.Expr, dtype: pl.DataType
) -> pl.Expr:
    """`read` in the rows that `matters` is true of, `otherwise` in all others; they are made of the columns `names`."""

    def some_only(columns: Sequence[pl.Series]) -> pl.Series:
        cells = pl.DataFrame(columns)
        rows = cells.select(matters.fill_null(value=False)).to_series().arg_true()
        others = cells.with_columns(answer=otherwise.cast(dtype))["answer"]
        return others.scatter(rows, cells[rows].select(read).to_series()) if len(rows) else others

    return pl.map_batches(list(names), some_only, return_dtype=dtype, is_elementwise=True)


def _read(cells: pl.Series, read: Reading) -> pl.Series:
    return cells.alias("text").to_frame().select(read(pl.col("text"))).to_series()
