"""Tapes in Excel workbooks, read as text."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import fastexcel
import polars as pl
from lxml import etree

from loans.domain.formats.dialect import refuse_columns
from loans.domain.formats.footers import TAIL_LINES, footer_note
from loans.domain.formats.headers import Head, Row, column_names, filled, first_table_row, head_of
from loans.domain.formats.layouts import Layout
from loans.domain.formats.recognition import headerless_layout, layout_of
from loans.domain.formats.tape import REMARK, Bounds, FrameSource, Note, OpenTape, Unreadable
from loans.domain.formats.workbook import (
    DAMAGED,
    ErrorCell,
    Sheet,
    Styles,
    error_cells,
    opened,
    refuse_unsafe,
    sheets_of,
    styles_of,
)

SAMPLE_ROWS = 200
_BROKEN = (BadZipFile, OSError, EOFError, KeyError, zlib.error, etree.LxmlError, NotImplementedError)


def open_xlsx(path: Path, bounds: Bounds, wanted: Layout | None) -> OpenTape:
    """Open the sheet of a workbook that holds the tape: the largest visible one with a table in it."""
    with opened(path) as archive:
        refuse_unsafe(archive, bounds)
        try:
            for sheet in sheets_of(archive):
                tape = _sheet_tape(path, archive, sheet, bounds, wanted)
                if tape is not None:
                    return tape
        except (*_BROKEN, fastexcel.FastExcelError) as error:
            raise Unreadable(DAMAGED) from error
    raise Unreadable("No sheet of the workbook holds a table; check that the tape is in it and save it again.")


def _sheet_tape(path: Path, archive: ZipFile, sheet: Sheet, bounds: Bounds, wanted: Layout | None) -> OpenTape | None:
    errors = error_cells(archive, sheet)
    styles = styles_of(archive, sheet)
    raw = fastexcel.read_excel(path).load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string")
    cells = _with_errors(_without_zeros(raw.to_polars()), errors, styles)
    rows = cells.head(SAMPLE_ROWS).rows()
    if not any(filled(row) for row in rows):
        return None
    return _described(cells, rows, sheet, styles, bounds, wanted)


def _without_zeros(cells: pl.DataFrame) -> pl.DataFrame:
    """A workbook may write a binary zero as `_x0000_`; no database column holds one."""
    return cells.with_columns(pl.col(pl.String).str.replace_all("\x00", "", literal=True))


def _with_errors(cells: pl.DataFrame, errors: list[ErrorCell], styles: Styles) -> pl.DataFrame:
    """Put the text of error cells (#N/A) where the reader left nothing."""
    by_column: dict[int, list[ErrorCell]] = defaultdict(list)
    for error in errors:
        by_column[error.column - styles.first_column].append(error)
    patched = []
    for column, found in by_column.items():
        if 0 <= column < cells.width:
            inside = [error for error in found if error.row < cells.height]
            series = cells.to_series(column).cast(pl.String)
            patched.append(series.scatter([error.row for error in inside], [error.text for error in inside]))
    return cells.with_columns(patched)


def _described(
    cells: pl.DataFrame, rows: Sequence[Row], sheet: Sheet, styles: Styles, bounds: Bounds, wanted: Layout | None
) -> OpenTape:
    first = first_table_row(rows)
    layout = headerless_layout(rows[first], wanted)
    head = Head(None, first, first) if layout else head_of(rows)
    given = head.names if head.names is not None else ((layout.columns or ()) if layout else ())
    body, notes = _body(cells.slice(head.data))
    used = [index for index in range(cells.width) if _is_used(given, body, index)]
    refuse_columns(len(used), bounds)
    _refuse_rows(body.height, bounds)
    names, name_notes = column_names([given[index] if index < len(given) else None for index in used], len(used))
    frame = body.select(pl.nth(used)).rename(dict(zip((body.columns[i] for i in used), names, strict=True)))
    percent = [name for index, name in zip(used, names, strict=True) if index + styles.first_column in styles.percent]
    return OpenTape(
        columns=names,
        rows=frame.height,
        source=FrameSource(frame.cast(pl.String)),
        container="xlsx",
        encoding="UTF-8",
        layout=layout_of(names, found=layout, wanted=wanted),
        sheet=sheet.name,
        header_row=head.line + 1 if head.names is not None else None,
        percent_columns=frozenset(percent),
        notes=(Note(REMARK, f"The tape was read from the sheet “{sheet.name}”."), *name_notes, *notes),
    )


def _is_used(header: Row, body: pl.DataFrame, index: int) -> bool:
    named = index < len(header) and bool((header[index] or "").strip())
    return named or body.to_series(index).null_count() < body.height


def _body(cells: pl.DataFrame) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    """The data rows without empty rows and without totals and footnotes at the end."""
    blank = pl.all_horizontal(pl.all().cast(pl.String).str.strip_chars().replace("", None).is_null())
    body = cells.filter(~blank)
    notes: list[Note] = []
    while body.height and len(notes) < TAIL_LINES and (note := footer_note(body.row(-1))):
        notes.append(note)
        body = body.head(body.height - 1)
    return body, tuple(notes)


def _refuse_rows(rows: int, bounds: Bounds) -> None:
    if rows > bounds.max_rows:
        raise Unreadable(
            f"The tape has {rows:,} rows; at most {bounds.max_rows:,} can be read. Split it into several tapes."
        )
