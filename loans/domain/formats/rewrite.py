"""Copies of a delimited file that a CSV parser reads as it should: another encoding, ragged rows, stray quotes."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loans.domain.formats.dialect import Dialect, quoting_style
from loans.domain.formats.headers import filled
from loans.domain.formats.structure import Rows, too_long_line
from loans.domain.formats.tape import MOST_ROW_NOTES, RAGGED_ROW, REMARK, Bounds, Note, Unreadable

LINES_OF_A_ROW = 100
COPY_CHARS = 1 << 20
MARKS = ("\ufeff", "ï»¿")  # the byte order mark of UTF-8, and how it looks where the rest turned out to be Windows text


@dataclass(slots=True)
class RowFitter:
    """Brings rows to the width of the tape, and notes those that had too many or too few cells."""

    width: int
    bounds: Bounds
    usual: int
    ragged: int = 0
    rows: int = 0
    notes: list[Note] = field(default_factory=list)

    def fit(self, row: list[str]) -> list[str]:
        """The row with exactly `width` cells; counts it as the next data row."""
        self.rows += 1
        self._refuse_long_cells(row)
        surplus = filled(row[self.width :])
        if (len(row) < self.width or surplus) and len(row) != self.usual:
            self._note(len(row))
        return row[: self.width] + [""] * (self.width - len(row))

    def _refuse_long_cells(self, row: list[str]) -> None:
        if max(map(len, row), default=0) > self.bounds.max_cell_chars:
            raise too_long_cell(self.bounds, self.rows)

    def _note(self, cells: int) -> None:
        self.ragged += 1
        if self.ragged <= MOST_ROW_NOTES:
            self.notes.append(
                Note(
                    RAGGED_ROW,
                    f"Row {self.rows:,} has {cells:,} {'cell' if cells == 1 else 'cells'}; "
                    f"the tape has {self.width:,} columns. Check it for a separator outside quotation marks.",
                    self.rows,
                )
            )

    def all_notes(self) -> tuple[Note, ...]:
        """The notes of single rows, and one for the rows beyond the most that are listed."""
        if self.ragged <= MOST_ROW_NOTES:
            return tuple(self.notes)
        more = f"{self.ragged:,} rows have too many or too few cells; the first {MOST_ROW_NOTES:,} are listed."
        return (*self.notes, Note(RAGGED_ROW, more))


def to_utf8(path: Path, target: Path, encoding: str) -> None:
    """Copy a text file as UTF-8, with every kind of line break inside as it stands except lone carriage returns."""
    newline = None if _has_only_returns(path) else ""
    with path.open(encoding=encoding, newline=newline) as source, target.open("w", encoding="utf-8", newline="") as out:
        first = source.read(COPY_CHARS)
        for mark in MARKS:
            first = first.removeprefix(mark)
        out.write(first)
        while piece := source.read(COPY_CHARS):
            out.write(piece)


def _has_only_returns(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(COPY_CHARS)
    return b"\r" in head and b"\n" not in head


def single_byte_encoding(path: Path) -> str:
    """cp1252 where every byte of the file has a meaning in it, else Latin-1, in which all have one."""
    with path.open("rb") as file:
        while piece := file.read(COPY_CHARS):
            if piece.translate(None, bytes(set(range(256)) - {0x81, 0x8D, 0x8F, 0x90, 0x9D})):
                return "latin-1"
    return "cp1252"


def patch_rows(
    path: Path,
    rows: Rows,
    bad: Collection[int],
    dialect: Dialect,
    target: Path,
    fitter: RowFitter,
    left_out: Collection[int] = (),
) -> None:
    """Copy the data rows; rows named in `bad` go through the CSV reader and come out with the right number of cells.

    `rows` ends with the last row to keep. Blank rows and those `left_out` are not copied.
    """
    with path.open("rb") as source, target.open("wb") as out:
        kept_from = 0
        for index in sorted({*bad, *left_out}):
            _copy_rows(source, out, rows, kept_from, index, fitter)
            if index not in left_out:
                _patch(source, out, rows, index, dialect, fitter)
            kept_from = index + 1
        _copy_rows(source, out, rows, kept_from, rows.begin.size, fitter)


def _copy_rows(
    source: io.BufferedReader, out: io.BufferedWriter, rows: Rows, start: int, stop: int, fitter: RowFitter
) -> None:
    if start >= stop:
        return
    fitter.rows += stop - start
    source.seek(int(rows.begin[start]))
    left = int(rows.end[stop - 1]) - int(rows.begin[start])
    while left and (piece := source.read(min(left, COPY_CHARS))):
        out.write(piece)
        left -= len(piece)
    out.write(b"\n")


def _patch(
    source: io.BufferedReader, out: io.BufferedWriter, rows: Rows, index: int, dialect: Dialect, fitter: RowFitter
) -> None:
    source.seek(int(rows.begin[index]))
    text = source.read(int(rows.end[index]) - int(rows.begin[index])).decode("utf-8")
    row = parsed_row(text, dialect, quoting=dialect.quoting)
    if filled(row) or len(row) == fitter.width > 1:
        out.write(_line(fitter.fit(row), dialect).encode("utf-8"))


def parsed_row(text: str, dialect: Dialect, *, quoting: bool) -> list[str]:
    """The cells of one row."""
    try:
        return next(csv.reader([text], delimiter=dialect.separator, quoting=quoting_style(quoting)), [])
    except csv.Error:  # a lone carriage return outside quotes, or a cell beyond the csv module's own limit
        return text.rstrip("\r\n").split(dialect.separator)


def too_long_cell(bounds: Bounds, row_no: int) -> Unreadable:
    """The refusal of a cell over the bound."""
    return Unreadable(
        f"Row {row_no:,} has a cell longer than {bounds.max_cell_chars:,} characters, the most a cell may have; "
        "check the row for a quotation mark that is never closed."
    )


def _line(row: list[str], dialect: Dialect) -> str:
    if not dialect.quoting:
        return dialect.separator.join(row) + "\n"
    out = io.StringIO()
    csv.writer(out, delimiter=dialect.separator, lineterminator="\n").writerow(row)
    return out.getvalue()


def rewrite_rows(path: Path, dialect: Dialect, target: Path, fitter: RowFitter) -> None:
    """Copy the data rows of a file whose quotes are not as they should be, row by row through the CSV reader."""
    with target.open("w", encoding="utf-8", newline="") as out:
        for row in _lenient_rows(path, dialect, fitter.bounds):
            if filled(row) or len(row) == fitter.width > 1:
                out.write(_line(fitter.fit(row), dialect))


def _lenient_rows(path: Path, dialect: Dialect, bounds: Bounds) -> Iterator[list[str]]:
    """Rows; a quote that is not closed within a hundred lines belongs to the text of its cell."""
    with path.open("rb") as raw, io.TextIOWrapper(raw, encoding="utf-8", newline="\n") as file:
        raw.seek(dialect.begin)
        lines = _Lines(file, bounds)
        while lines.more():
            row = _lenient_row(lines, dialect)
            if lines.ran_out:
                row = parsed_row(lines.give_back_all_but_first(), dialect, quoting=False)
            lines.forget()
            yield row


def _lenient_row(lines: _Lines, dialect: Dialect) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=dialect.separator), [])
    except csv.Error:
        lines.ran_out = True
        return []


@dataclass(slots=True)
class _Lines:
    """Lines for one row at a time; the CSV reader asks for another line only while a quoted cell is open."""

    file: io.TextIOWrapper
    bounds: Bounds
    waiting: deque[str] = field(default_factory=deque)
    used: list[str] = field(default_factory=list)
    ran_out: bool = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        if len(self.used) >= LINES_OF_A_ROW or not self.more():
            self.ran_out = True
            raise StopIteration
        self.used.append(self.waiting.popleft())
        return self.used[-1]

    def more(self) -> bool:
        """Whether another line is there."""
        if not self.waiting and (line := self.file.readline(self.bounds.max_line_bytes + 1)):
            if len(line) > self.bounds.max_line_bytes:
                raise too_long_line(self.bounds)
            self.waiting.append(line.replace(MARKS[0], ""))
        return bool(self.waiting)

    def give_back_all_but_first(self) -> str:
        """The first line of the row; the others will be read again."""
        self.waiting.extendleft(reversed(self.used[1:]))
        return self.used[0]

    def forget(self) -> None:
        """Begin the next row."""
        self.used.clear()
        self.ran_out = False


def uneven_width_note(width: int, usual: int) -> Note:
    """One note for a tape nearly all of whose rows are shorter than its header."""
    return Note(
        RAGGED_ROW if usual < width else REMARK,
        f"The header has {width:,} columns but the rows have {usual:,} cells; the columns without a cell are empty.",
    )
