"""Loan performance files carry a line a loan and month; as a tape each loan stands once, in its latest month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from loans.domain.formats import fannie
from loans.domain.formats.delimited import DelimitedSource
from loans.domain.formats.layouts import key_of
from loans.domain.formats.tape import BATCH_ROWS, REMARK, Note, OpenTape

_POSITION = "file position"


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """Only the rows of another source at the given positions (from 0, ascending)."""

    source: DelimitedSource
    positions: pl.Series

    def frames(self, size: int) -> Iterator[pl.DataFrame]:
        """Frames of `size` rows in file order."""
        waiting: list[pl.DataFrame] = []
        for chosen in self._chosen():
            waiting.append(chosen)
            if sum(frame.height for frame in waiting) >= size:
                whole = pl.concat(waiting)
                cut = whole.height // size * size
                yield from whole.head(cut).iter_slices(size)
                waiting = [whole.tail(whole.height - cut)]
        left = pl.concat(waiting) if waiting else None
        if left is not None and left.height:
            yield left

    def _chosen(self) -> Iterator[pl.DataFrame]:
        start = taken = 0
        for frame in self.source.frames(BATCH_ROWS):
            upto = int(self.positions.search_sorted(start + frame.height))
            yield frame[self.positions.slice(taken, upto - taken) - start]
            start, taken = start + frame.height, upto


def only_last_months(tape: OpenTape) -> OpenTape:
    """A Fannie Mae performance tape with one row a loan, its latest month; any other tape as it is."""
    if tape.layout.code != fannie.LAYOUT.code or not isinstance(tape.source, DelimitedSource):
        return tape
    loan, month = (_named(names, tape.columns) for names in (fannie.LOAN_COLUMNS, fannie.MONTH_COLUMNS))
    if loan is None or month is None:
        return tape
    positions = _latest(tape.source.scan(), loan, month)
    if positions.len() == tape.rows:
        return tape
    note = Note(
        REMARK,
        f"The file has {tape.rows:,} lines for {positions.len():,} loans, one a month; each loan is read once, in its "
        "latest month, and row numbers count those loans.",
    )
    return replace(tape, rows=positions.len(), source=ChosenRows(tape.source, positions), notes=(*tape.notes, note))


def _named(names: tuple[str, ...], columns: tuple[str, ...]) -> str | None:
    """The column that has one of the names, however it is written."""
    wanted = {key_of(name) for name in names}
    return next((column for column in columns if key_of(column) in wanted), None)


def _latest(scan: pl.LazyFrame, loan: str, month: str) -> pl.Series:
    """Positions of each loan's line with the latest month; a line without a loan number stands for itself."""
    when = pl.col(month).str.slice(2, 4) + pl.col(month).str.slice(0, 2)
    keys = scan.select(pl.col(loan), when.alias(month)).with_row_index(_POSITION)
    own = pl.coalesce(loan, pl.lit("line ") + pl.col(_POSITION).cast(pl.String))
    latest = keys.group_by(own.alias(loan)).agg(pl.col(_POSITION).sort_by(month, nulls_last=False).last())
    return latest.collect().get_column(_POSITION).cast(pl.Int64).sort()
