"""Delimited tapes: CSV, TSV, pipe and semicolon files, opened so that no row is lost and none is silently bent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from loans.domain.formats.between import between_note, lines_between
from loans.domain.formats.dialect import Dialect, dialect_of
from loans.domain.formats.footers import TAIL_LINES, footer_note
from loans.domain.formats.headers import column_names, filled
from loans.domain.formats.layouts import Layout
from loans.domain.formats.recognition import layout_of
from loans.domain.formats.rewrite import (
    RowFitter,
    parsed_row,
    patch_rows,
    rewrite_rows,
    single_byte_encoding,
    to_utf8,
    uneven_width_note,
)
from loans.domain.formats.sniffing import HEAD_BYTES, encoding_of
from loans.domain.formats.stretches import Cut, stretches_of
from loans.domain.formats.structure import Rows, Scan, scan_rows
from loans.domain.formats.tape import NOT_UTF8, REMARK, Bounds, FrameSource, Note, OpenTape, RowSource, Unreadable

END_OF_FILE = "\x1a"
"""The sign that ended text files of CP/M, DOS and some mainframe exports."""
SHOWN_ENCODING = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}


SPREAD_ROWS = 1_000
"""Rows of each of the stretches that show what a large file is like."""


@dataclass(frozen=True, slots=True)
class DelimitedSource:
    """Rows of a UTF-8 delimited file, streamed by Polars."""

    path: Path
    columns: tuple[str, ...]
    separator: str
    quoting: bool
    skip_lines: int
    rows: int
    places: Rows | None = field(default=None, repr=False, compare=False)
    """Where each row stands; None for a copy whose rows were written anew."""

    def cut(self, size: int, *, of: Path) -> Cut | None:
        """The file `of` cut into stretches of `size` rows; None where the rows stand in a copy of it."""
        if self.places is None or self.path != of:
            return None
        return Cut(self.columns, self.separator, self.quoting, stretches_of(self.places.begin, self.places.end, size))

    def scan(self) -> pl.LazyFrame:
        """The rows as a lazy frame of text columns."""
        return pl.scan_csv(
            self.path,
            has_header=False,
            separator=self.separator,
            quote_char='"' if self.quoting else None,
            skip_lines=self.skip_lines,
            schema=dict.fromkeys(self.columns, pl.String),
            null_values=[""],
            n_rows=self.rows,
            glob=False,
        )

    def first(self, rows: int) -> DelimitedSource:
        """The same without the rows after the first `rows`, which are then not read either."""
        return replace(self, rows=min(rows, self.rows), places=self.places and self.places.first(rows))

    def spread(self, rows: int) -> RowSource:
        """At most `rows` rows from all over the file; the first ones where rows were written anew."""
        cut = self.cut(SPREAD_ROWS, of=self.path)
        if cut is None or self.rows <= rows:
            return self.first(rows)
        return FrameSource(cut.spread(self.path, rows))

    def frames(self, size: int) -> Iterator[pl.DataFrame]:
        """Frames of `size` rows in file order; a single one is read at once, from the bytes of its rows alone."""
        cut = self.cut(self.rows, of=self.path) if 0 < self.rows <= size else None
        if cut is not None:
            yield cut.spread(self.path, self.rows)
        elif self.rows:
            yield from self.scan().collect_batches(chunk_size=size, maintain_order=True)


@dataclass(frozen=True, slots=True)
class _Readable:
    """A delimited file as Polars can read it."""

    path: Path
    skip_lines: int
    rows: int
    notes: tuple[Note, ...]
    places: Rows | None = None
    filled: tuple[int, ...] | None = None


def open_delimited(path: Path, folder: Path, bounds: Bounds, wanted: Layout | None) -> OpenTape:
    """Open a delimited text file; `folder` takes the copies it needs (other encodings, ragged rows)."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    encoding = encoding_of(head)
    if encoding.startswith("utf-16") or (b"\r" in head and b"\n" not in head):
        path = _transcoded(path, folder, encoding)
    dialect = dialect_of(path, bounds, wanted)
    scan = _scan(path, dialect, bounds)
    if not scan.utf8:
        encoding = single_byte_encoding(path)
        path = _transcoded(path, folder, encoding)
        dialect = dialect_of(path, bounds, wanted)
        scan = _scan(path, dialect, bounds)
    return _tape(path, folder, bounds, dialect, scan, encoding, wanted)


def _transcoded(path: Path, folder: Path, encoding: str) -> Path:
    target = folder / "utf8"
    try:
        to_utf8(path, target, encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"The file begins as {SHOWN_ENCODING[encoding]} text but breaks off in the middle of a character; "
            "export the tape again as UTF-8."
        ) from error
    return target


def _scan(path: Path, dialect: Dialect, bounds: Bounds) -> Scan:
    scan = scan_rows(
        path,
        separator=dialect.separator,
        quoting=dialect.quoting,
        begin=dialect.begin,
        bounds=bounds,
        width=dialect.width,
    )
    scan.utf8 &= _begins_as_utf8(path, dialect)
    return scan


def _begins_as_utf8(path: Path, dialect: Dialect) -> bool:
    """Whether the lines before the data are UTF-8."""
    with path.open("rb") as file:
        try:
            file.read(dialect.begin).decode("utf-8")
        except UnicodeDecodeError:
            return False
    return True


def _tape(
    path: Path, folder: Path, bounds: Bounds, dialect: Dialect, scan: Scan, encoding: str, wanted: Layout | None
) -> OpenTape:
    layout = dialect.layout
    names, name_notes = column_names(
        layout.columns if layout and layout.columns else dialect.header or (), dialect.width
    )
    readable = _readable(path, folder, bounds, dialect, scan)
    if readable.rows > bounds.max_rows:
        raise Unreadable(
            f"The tape has {readable.rows:,} rows; at most {bounds.max_rows:,} can be read. Split it into several."
        )
    source = DelimitedSource(
        readable.path,
        names,
        dialect.separator,
        dialect.quoting,
        readable.skip_lines,
        readable.rows,
        readable.places,
    )
    return OpenTape(
        columns=names,
        rows=readable.rows,
        source=source,
        container="csv",
        encoding=SHOWN_ENCODING[encoding],
        layout=layout_of(names, found=layout, wanted=wanted),
        header_row=dialect.header_row,
        delimiter=dialect.separator,
        notes=(*_encoding_note(encoding), *_header_notes(dialect, name_notes), *readable.notes),
        filled=readable.filled,
    )


def _encoding_note(encoding: str) -> tuple[Note, ...]:
    if encoding in {"utf-8", "utf-8-sig"}:
        return ()
    return (Note(NOT_UTF8, f"The file was read as {SHOWN_ENCODING[encoding]}; check names with accents."),)


def _header_notes(dialect: Dialect, name_notes: tuple[Note, ...]) -> tuple[Note, ...]:
    if dialect.header is not None:
        return name_notes
    if dialect.layout is not None:
        return ()
    return (Note(REMARK, "No header row was found; the columns are numbered."),)


def _readable(path: Path, folder: Path, bounds: Bounds, dialect: Dialect, scan: Scan) -> _Readable:
    target = folder / "rows"
    fitter = RowFitter(dialect.width, bounds, usual=dialect.width)
    if not scan.plain:
        return _rewritten(path, folder, dialect, bounds, fitter)
    rows, notes = _without_tail(path, dialect, scan.rows)
    left_out = lines_between(path, dialect, rows)
    fitter.usual = _usual_width(rows, dialect.width)
    bad = _rows_to_patch(rows, dialect, bounds)
    if fitter.usual != dialect.width:
        notes = (*notes, uneven_width_note(dialect.width, fitter.usual))
    if not bad and not left_out:
        filled_cells = _filled(scan, rows)
        return _Readable(path, _lines_before(path, dialect.begin), rows.begin.size, notes, rows, filled_cells)
    patch_rows(path, rows, bad, dialect, target, fitter, left_out)
    told = (*notes, *between_note([*left_out.values()]), *fitter.all_notes())
    return _Readable(target, 0, fitter.rows, told)


def _rewritten(path: Path, folder: Path, dialect: Dialect, bounds: Bounds, fitter: RowFitter) -> _Readable:
    """A copy whose rows were read one by one, because quotes or line ends do not stand as a parser expects them."""
    target, plain = folder / "rows", replace(dialect, begin=0)
    rewrite_rows(path, dialect, target, fitter)
    again = _scan(target, plain, bounds)
    if not again.plain:
        return _Readable(target, 0, fitter.rows, fitter.all_notes())
    rows, notes = _without_tail(target, plain, again.rows)
    left_out = lines_between(target, plain, rows)
    told = (*fitter.all_notes(), *notes, *between_note([*left_out.values()]))
    if not left_out:
        return _Readable(target, 0, rows.begin.size, told)
    loans = folder / "loans"
    counted = RowFitter(dialect.width, bounds, usual=dialect.width)
    patch_rows(target, rows, (), plain, loans, counted, left_out)
    return _Readable(loans, 0, counted.rows, told)


def _filled(scan: Scan, rows: Rows) -> tuple[int, ...] | None:
    """Filled cells of each column, where the pass over the bytes could count them and lines left out hold one cell."""
    counted = scan.blanks.filled(rows.begin.size)
    left_out = scan.rows.cells[rows.begin.size :]
    return tuple(counted) if counted is not None and (left_out == 1).all() else None


def _rows_to_patch(rows: Rows, dialect: Dialect, bounds: Bounds) -> list[int]:
    blank = (rows.cells == 1) & rows.empty
    odd = (rows.cells != dialect.width) | (rows.end - rows.begin > bounds.max_cell_chars) | blank
    return [int(index) for index in np.flatnonzero(odd)]


def _usual_width(rows: Rows, width: int) -> int:
    """The cells of nearly all rows (nine in ten); the width of the tape where rows differ."""
    counts = Counter(rows.cells[~rows.empty].tolist())
    usual, times = counts.most_common(1)[0] if counts else (width, 0)
    return usual if times * 10 >= 9 * sum(counts.values()) and usual <= width else width


def _without_tail(path: Path, dialect: Dialect, rows: Rows) -> tuple[Rows, tuple[Note, ...]]:
    """The rows without empty lines, totals and footnotes at the end."""
    notes: list[Note] = []
    while last := rows.count_to_last_filled():
        cells = _cells(path, dialect, rows, last - 1)
        note = footer_note([*cells, *[""] * (dialect.width - len(cells))]) if len(notes) < TAIL_LINES else None
        if filled(cells) and not note:
            break
        if note:
            notes.append(note)
        last -= 1
        rows = rows.first(last)
    return rows.first(last), tuple(notes)


def _cells(path: Path, dialect: Dialect, rows: Rows, index: int) -> list[str]:
    begin, end = int(rows.begin[index]), int(rows.end[index])
    with path.open("rb") as file:
        file.seek(begin)
        text = file.read(min(end - begin, HEAD_BYTES)).decode("utf-8", "replace")
    return parsed_row(text.strip(END_OF_FILE), dialect, quoting=dialect.quoting)


def _lines_before(path: Path, begin: int) -> int:
    with path.open("rb") as file:
        return file.read(begin).count(b"\n")
