"""What an opened tape is: its bounds, its notes, its columns and its batches."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Literal, Protocol, runtime_checkable
from weakref import finalize

import polars as pl

from loans.domain.formats.layouts import LENDER, Layout
from loans.domain.formats.stretches import Cut

Container = Literal["csv", "xlsx", "uldd"]

RAGGED_ROW = "DV-015"
NOT_UTF8 = "DV-016"
NOT_READ = "DV-074"
REMARK = ""

BATCH_ROWS = 100_000
MOST_ROW_NOTES = 1_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """The largest tape that is read. Sizes are bytes unless the name says otherwise."""

    max_bytes: int = 2_000_000_000
    max_rows: int = 5_000_000
    max_columns: int = 1_000
    max_cell_chars: int = 32_767
    max_line_bytes: int = 4_000_000
    max_zip_ratio: int = 200
    max_workbook_bytes: int = 400_000_000
    max_deal_elements: int = 20_000
    max_deal_bytes: int = 20_000_000


class Unreadable(Exception):
    """The file cannot be read as a tape; str() is the sentence for the person who sent it."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something noticed while opening: a rule code or REMARK, the sentence, the data row (0 = the whole tape)."""

    code: str
    sentence: str
    row_no: int = 0


class RowSource(Protocol):
    """Text rows in file order; every frame has the tape's columns, all String, empty cells null."""

    def frames(self, size: int) -> Iterator[pl.DataFrame]: ...


@runtime_checkable
class InFile(Protocol):
    """A source whose rows may stand in the file that was sent."""

    def cut(self, size: int, *, of: Path) -> Cut | None: ...

    def first(self, rows: int) -> RowSource: ...

    def spread(self, rows: int) -> RowSource: ...


@dataclass(frozen=True, slots=True)
class FrameSource:
    """Rows that are already in memory (a worksheet)."""

    frame: pl.DataFrame

    def frames(self, size: int) -> Iterator[pl.DataFrame]:
        return self.frame.iter_slices(size)


@dataclass(frozen=True)
class OpenTape:
    """A tape that can be read as batches of text. Keep it alive while reading: it owns its unpacked copies."""

    columns: tuple[str, ...]
    rows: int
    source: RowSource
    container: Container
    encoding: str
    layout: Layout = LENDER
    sheet: str | None = None
    header_row: int | None = None
    delimiter: str | None = None
    percent_columns: frozenset[str] = frozenset()
    notes: tuple[Note, ...] = ()
    filled: tuple[int, ...] | None = None
    """Filled cells of each column, where opening the file counted them on the way."""
    scratch: Scratch | None = field(default=None, repr=False, compare=False)

    def batches(self, size: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
        """Text batches of `size` rows: `row_no` (Int64, from 1) and every column as String, null where empty."""
        first = 1
        for frame in self.source.frames(size):
            yield frame.select(_row_numbers(first, frame.height), pl.all())
            first += frame.height

    def head(self, rows: int) -> pl.DataFrame:
        """The first `rows` rows as one text batch."""
        for batch in self.first(rows).batches(max(rows, 1)):
            return batch.head(rows)
        return self.empty()

    def first(self, rows: int) -> OpenTape:
        """The tape without the rows after the first `rows`; all of it where its source cannot stop there."""
        if not isinstance(self.source, InFile):
            return self
        return replace(self, rows=min(rows, self.rows), source=self.source.first(rows), filled=None)

    def spread(self, rows: int) -> OpenTape:
        """The tape with at most `rows` rows from all over it; the first, or all, where its source has no better."""
        if not isinstance(self.source, InFile):
            return self
        return replace(self, rows=min(rows, self.rows), source=self.source.spread(rows), filled=None)

    def empty(self) -> pl.DataFrame:
        """A text batch without rows."""
        return pl.DataFrame(schema={"row_no": pl.Int64, **dict.fromkeys(self.columns, pl.String)})

    def cut(self, size: int, *, of: Path) -> Cut | None:
        """The file `of` cut into stretches of `size` rows; None where the rows do not stand in it as they are read.

        So it is with workbooks, deliveries and archives, and where the encoding or a row had to be put right.
        """
        return self.source.cut(size, of=of) if isinstance(self.source, InFile) else None

    def with_layout(self, layout: Layout) -> OpenTape:
        """The same tape read with another layout."""
        return replace(self, layout=layout)


def _row_numbers(first: int, count: int) -> pl.Series:
    return pl.int_range(first, first + count, dtype=pl.Int64, eager=True).alias("row_no")


class Scratch:
    """A folder for unpacked copies: the one given, which its owner removes, or one that goes with this object."""

    def __init__(self, given: Path | None) -> None:
        self.folder = given or Path(mkdtemp(prefix="tape-"))
        if given is None:
            finalize(self, rmtree, self.folder, ignore_errors=True)
