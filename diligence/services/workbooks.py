"""XLSX files written row by row in constant memory, so that a million findings need no more than a hundred."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl
import xlsxwriter

SHEET_ROWS = 1_000_000  # Excel ends at 1,048,576 rows; the rest goes on in a further sheet
ABOUT = "About"
WIDTHS = {
    "message": 70,
    "title": 45,
    "cure": 45,
    "values": 45,
    "source": 45,
    "loan_id": 18,
    "columns": 24,
    "fields": 24,
}


def write(path: Path, batches: Iterator[pl.DataFrame], *, sheet: str, about: Sequence[tuple[str, str]] = ()) -> None:
    """Write batches under one bold, frozen, filterable header; text is never taken for a formula or a link.

    `about` are lines of a first sheet that says what the workbook holds.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        if about:
            add_about(book, about, bold)
        page, at = None, 0
        for batch in batches:
            for values in batch.iter_rows():
                if page is None or at > SHEET_ROWS:
                    page, at = add_sheet(book, sheet, batch.columns, bold), 1
                page.write_row(at, 0, values)
                at += 1
            if page is None:
                page, at = add_sheet(book, sheet, batch.columns, bold), 1


def add_about(book: xlsxwriter.Workbook, lines: Sequence[tuple[str, str]], bold: xlsxwriter.format.Format) -> None:
    page = book.add_worksheet(ABOUT)
    page.set_column(0, 0, 24)
    page.set_column(1, 1, 80)
    for at, (label, text) in enumerate(lines):
        page.write_string(at, 0, label, bold)
        page.write_string(at, 1, text)


def add_sheet(
    book: xlsxwriter.Workbook, name: str, columns: list[str], bold: xlsxwriter.format.Format
) -> xlsxwriter.worksheet.Worksheet:
    number = 1 + sum(page.get_name() != ABOUT for page in book.worksheets())
    page = book.add_worksheet(name if number == 1 else f"{name} {number}")
    page.write_row(0, 0, columns, bold)
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, SHEET_ROWS, len(columns) - 1)
    for at, column in enumerate(columns):
        page.set_column(at, at, WIDTHS.get(column, 14))
    return page
