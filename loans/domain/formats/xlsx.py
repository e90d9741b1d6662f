"""Tapes in Excel workbooks, read as text."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import fastexcel
import polars as pl
from lxml import etree

from loans.domain.fields import normalize
from loans.domain.formats.between import MOST_LOOKED_AT, between_note, is_no_loan
from loans.domain.formats.dialect import refuse_columns
from loans.domain.formats.footers import TAIL_LINES, footer_note
from loans.domain.formats.headers import (
    FEWEST_NAMES,
    Head,
    Row,
    column_names,
    filled,
    first_table_row,
    head_of,
    names_known,
)
from loans.domain.formats.layouts import Layout
from loans.domain.formats.recognition import headerless_layout, layout_of
from loans.domain.formats.tape import NOT_READ, REMARK, Bounds, FrameSource, Note, OpenTape, Unreadable
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
_POSITION = "position in the sheet"
_BROKEN = (BadZipFile, OSError, EOFError, KeyError, zlib.error, etree.LxmlError, NotImplementedError)


def open_xlsx(path: Path, bounds: Bounds, wanted: Layout | None) -> OpenTape:
    """Open the sheet of a workbook that holds the tape: the one with most names of columns that lenders use.

    Visible sheets come before hidden ones and larger ones before smaller ones where that does not tell.
    """
    with opened(path) as archive:
        refuse_unsafe(archive, bounds)
        try:
            tables = [table for sheet in sheets_of(archive) if (table := _table(path, archive, sheet))]
            if tables:
                best = max(tables, key=lambda table: table.rank)
                return _described(best, [table for table in tables if table is not best], bounds, wanted)
        except (*_BROKEN, fastexcel.FastExcelError) as error:
            raise Unreadable(DAMAGED) from error
    raise Unreadable("No sheet of the workbook holds a table; check that the tape is in it and save it again.")


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet with something in it: all its cells, the first rows, and where its table begins."""

    sheet: Sheet
    cells: pl.DataFrame
    rows: Sequence[Row]
    styles: Styles
    head: Head

    @property
    def names(self) -> list[str]:
        """The names in the header, reduced for comparison, in their order."""
        return [name for cell in self.head.names or () if cell and (name := normalize(cell))]

    @property
    def rank(self) -> tuple[bool, bool, int, int]:
        known = names_known(self.head.names or ())
        return known >= FEWEST_NAMES, self.sheet.visible, known, self.sheet.size


def _table(path: Path, archive: ZipFile, sheet: Sheet) -> _Table | None:
    errors = error_cells(archive, sheet)
    styles = styles_of(archive, sheet)
    raw = fastexcel.read_excel(path).load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string")
    cells = _with_errors(_without_zeros(raw.to_polars()), errors, styles)
    rows = cells.head(SAMPLE_ROWS).rows()
    if not any(filled(row) for row in rows):
        return None
    return _Table(sheet, cells, rows, styles, head_of(rows))


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


def _described(table: _Table, others: Sequence[_Table], bounds: Bounds, wanted: Layout | None) -> OpenTape:
    cells, rows, sheet, styles = table.cells, table.rows, table.sheet, table.styles
    first = first_table_row(rows)
    layout = headerless_layout(rows[first], wanted)
    head = Head(None, first, first) if layout else table.head
    given = head.names if head.names is not None else ((layout.columns or ()) if layout else ())
    body, notes = _body(cells.slice(head.data), head.names)
    used = [index for index in range(cells.width) if _is_used(given, body, index)]
    refuse_columns(len(used), bounds)
    _refuse_rows(body.height, bounds)
    names, name_notes = column_names([given[index] if index < len(given) else None for index in used], len(used))
    frame = body.select(pl.nth(used)).rename(dict(zip((body.columns[i] for i in used), names, strict=True)))
    placed = {index + styles.first_column: name for index, name in zip(used, names, strict=True)}
    percent = [name for place, name in placed.items() if place in styles.percent]
    unworked = [name for place, name in placed.items() if place in styles.unworked]
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
        notes=(*_sheet_notes(table, others), *_unworked_note(unworked), *name_notes, *notes),
    )


def _unworked_note(columns: Sequence[str]) -> tuple[Note, ...]:
    if not columns:
        return ()
    named = ", ".join(f"“{name}”" for name in columns)
    told = (
        f"Formulas without results stand in {named}, so their cells are blank; save the workbook in Excel and send it."
    )
    return (Note(NOT_READ, told),)


def _sheet_notes(table: _Table, others: Sequence[_Table]) -> tuple[Note, ...]:
    """Which sheet was read, and which were not although their columns are the same."""
    read = Note(REMARK, f"The tape was read from the sheet “{table.sheet.name}”.")
    alike = [f"“{other.sheet.name}”" for other in others if table.names and other.names == table.names]
    if not alike:
        return (read,)
    told = f"Only the sheet “{table.sheet.name}” was read; {', '.join(alike)} {_have(len(alike))} the same columns."
    return read, Note(NOT_READ, told)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _is_used(header: Row, body: pl.DataFrame, index: int) -> bool:
    named = index < len(header) and bool((header[index] or "").strip())
    return named or body.to_series(index).null_count() < body.height


def _body(cells: pl.DataFrame, header: Row | None) -> tuple[pl.DataFrame, tuple[Note, ...]]:
    """The data rows without empty rows, without totals and footnotes at the end, and without subtotals between."""
    blank = pl.all_horizontal(pl.all().cast(pl.String).str.strip_chars().replace("", None).is_null())
    body = cells.filter(~blank)
    notes: list[Note] = []
    while body.height and len(notes) < TAIL_LINES and (note := footer_note(body.row(-1))):
        notes.append(note)
        body = body.head(body.height - 1)
    left_out = _lines_between(body, header)
    body = body.with_row_index(_POSITION).filter(~pl.col(_POSITION).is_in(list(left_out))).drop(_POSITION)
    return body, (*notes, *between_note([*left_out.values()]))


def _lines_between(body: pl.DataFrame, header: Row | None) -> dict[int, str]:
    """Position of each row that is no loan, with its first text; looked for among half-empty rows and header texts."""
    if body.width < 4:
        return {}
    texts = [pl.col(name).cast(pl.String).str.strip_chars().replace("", None) for name in body.columns]
    hollow = 2 * pl.sum_horizontal(text.is_null() for text in texts) >= body.width
    again = (
        pl.any_horizontal(
            text == (name or "").strip()
            for text, name in zip(texts, header or (), strict=False)
            if name and name.strip()
        )
        if header
        else pl.lit(value=False)
    )
    candidates = body.with_row_index(_POSITION).filter(hollow | again.fill_null(value=False))
    if candidates.height > MOST_LOOKED_AT:
        return {}
    found = {}
    for position, *cells in candidates.rows():
        row = [None if cell is None else str(cell) for cell in cells]
        if is_no_loan(row, header):
            found[position] = next(cell.strip() for cell in row if cell and cell.strip())
    return found


def _refuse_rows(rows: int, bounds: Bounds) -> None:
    if rows > bounds.max_rows:
        raise Unreadable(
            f"The tape has {rows:,} rows; at most {bounds.max_rows:,} can be read. Split it into several tapes."
        )
