"""Lines and columns of a checked file as frames of text: `line` (from 1, as in the file) and the columns asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from portfolios.domain.factorfiles.layouts import FileLayout
    from portfolios.domain.factorfiles.text import Checked, Problems

LINE, TEXT = "line", "text"
PIPE = "|"
_NEVER = "\x1f"  # separates no column, so that a line is read whole


def lines(file: Checked, size: int) -> Iterator[pl.DataFrame]:
    """Frames of `line` and `text`, without empty lines."""
    scan = pl.scan_csv(
        file.path,
        has_header=False,
        separator=_NEVER,
        quote_char=None,
        schema={TEXT: pl.String},
        extra_columns="ignore",
        glob=False,
    )
    yield from (frame.filter(pl.col(TEXT).is_not_null()) for frame in _batches(_numbered(scan), size))


def piped(
    file: Checked, names: Sequence[str], wanted: Mapping[str, str], size: int, skip: int
) -> Iterator[pl.DataFrame]:
    """Frames of `line` and the `wanted` columns (new name: name in the file) of a pipe-delimited file.

    `names` are the columns of the file in order; the first `skip` lines are its header.
    """
    scan = pl.scan_csv(
        file.path,
        has_header=False,
        separator=PIPE,
        quote_char=None,
        schema=dict.fromkeys(names, pl.String),
        glob=False,
    )
    chosen = _numbered(scan).select(LINE, **{new: pl.col(name) for new, name in wanted.items()})
    for frame in _batches(chosen, size):
        filled = pl.any_horizontal(pl.col(list(wanted)).is_not_null())
        yield frame.filter(filled & (pl.col(LINE) > skip))


def fixed(frame: pl.DataFrame, layout: FileLayout, names: Sequence[str], problems: Problems) -> pl.DataFrame:
    """The columns of fixed-width lines, cut at their places; lines of another length are problems and left out."""
    whole = frame.with_columns(pl.col(TEXT).str.strip_suffix("\r"))
    whole = whole.with_columns(pl.col(TEXT).str.len_chars().alias("_length"))
    least = layout.least or min(layout.lengths)
    fits = pl.col("_length").is_between(least, min(layout.lengths)) | pl.col("_length").is_in(layout.lengths)
    right = " or ".join(map(str, layout.lengths))
    problems.add_rows(
        whole.filter(~fits).select(LINE, "_length"),
        "",
        lambda length: f"The line has {length} characters, and the layout {right}; it was left out.",
    )
    return whole.filter(fits).select(LINE, *(_cut(layout, name) for name in names))


def recorded(frame: pl.DataFrame, layout: FileLayout, names: Sequence[str], problems: Problems) -> pl.DataFrame:
    """The columns of pipe-delimited lines of one record type; lines with too few or too many are left out."""
    width = len(layout.columns)
    own = frame.filter(pl.col(TEXT).str.starts_with(layout.record + PIPE))
    own = own.with_columns(pl.col(TEXT).str.strip_suffix("\r"))
    columns = pl.col(TEXT).str.count_matches(PIPE, literal=True) + 1
    closed = (columns == width + 1) & pl.col(TEXT).str.ends_with(PIPE)  # a pipe behind the last column, too
    own = own.with_columns(pl.when(closed).then(width).otherwise(columns).alias("_columns"))
    problems.add_rows(
        own.filter(pl.col("_columns") != width).select(LINE, "_columns"),
        "",
        lambda columns: f"The line has {columns} columns, and the layout {width}; it was left out.",
    )
    parts = own.filter(pl.col("_columns") == width).with_columns(
        pl.col(TEXT).str.split_exact(PIPE, width - 1).alias("_part")
    )
    cells = {name: pl.col("_part").struct.field(f"field_{layout.column(name).position - 1}") for name in names}
    return parts.select(LINE, **cells)


def _cut(layout: FileLayout, name: str) -> pl.Expr:
    column = layout.column(name)
    return pl.col(TEXT).str.slice(column.begin - 1, column.end - column.begin + 1).alias(name)


def _numbered(scan: pl.LazyFrame) -> pl.LazyFrame:
    return scan.with_row_index(LINE, offset=1).with_columns(pl.col(LINE).cast(pl.Int64))


def _batches(scan: pl.LazyFrame, size: int) -> Iterator[pl.DataFrame]:
    yield from scan.collect_batches(chunk_size=size, maintain_order=True)
