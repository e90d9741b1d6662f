"""The lines of a settlement statement as a page and as files."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import xlsxwriter

from loans.domain.harmless import harmless_frame
from loans.services.files import read_parquet
from portfolios.models import Settlement
from portfolios.queries.settlements.figures import terms_of

PAGE = 50
XLSX = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
FORMATS = {"price": "0.0000000000", "rate": "0.000000", "paid_to": "yyyy-mm-dd", "days": "0"}
FROM = {"seller": "stated by the seller", "tape": "on the tape", "cut-off": "taken as the cut-off date"}


@dataclass(frozen=True, slots=True)
class StatementPage:
    """Fifty lines, their number in all, and where the next page begins."""

    lines: Sequence[dict[str, Any]]
    total: int
    shown: int
    next: int
    rest: int


def statement_page(settlement: Settlement, *, after: str = "") -> StatementPage | None:
    """The lines after a place; None before the statement is drawn up."""
    if not settlement.statement:
        return None
    frame = read_parquet(settlement.statement)
    start = min(int(after), frame.height) if after.isdecimal() else 0
    lines = frame.slice(start, PAGE).to_dicts()
    end = start + len(lines)
    return StatementPage(lines, frame.height, end, end, frame.height - end)


def statement_frame(settlement: Settlement) -> pl.DataFrame:
    """All lines, with text that no spreadsheet takes for a formula."""
    return harmless_frame(read_parquet(settlement.statement))


def csv_of(settlement: Settlement) -> bytes:
    return statement_frame(settlement).write_csv().encode()


def xlsx_of(settlement: Settlement) -> bytes:
    """The statement as a workbook: a sheet of totals with the working, and a sheet of its lines."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, XLSX) as book:
        _totals_sheet(book, settlement)
        _lines_sheet(book, statement_frame(settlement))
    return buffer.getvalue()


def _totals_sheet(book: Any, settlement: Settlement) -> None:
    sheet = book.add_worksheet("Statement")
    bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
    totals = settlement.totals
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 20)
    sheet.write_string(0, 0, f"Settlement of {settlement.award.sale.number}", bold)
    rows = (
        ("Price of the loans", "principal", 1),
        ("Accrued interest", "accrued", 1),
        ("Collected after cut-off", "collected", -1),
        ("Advances", "advances", 1),
        ("Escrow balances", "escrow", -1),
        ("Funds due", "funds", 1),
        ("Deposit", "deposit", -1),
        ("Wire", "wire", 1),
    )
    for at, (label, name, sign) in enumerate(rows, start=2):
        sheet.write_string(at, 0, label)
        sheet.write_number(at, 1, sign * float(totals[name]), money)
    dates = (
        f"Cut-off {settlement.cut_off_on}, settlement {settlement.settles_on}, {terms_of(settlement).day_count.words}"
    )
    sheet.write_string(len(rows) + 3, 0, dates)


def _lines_sheet(book: Any, lines: pl.DataFrame) -> None:
    sheet, bold = book.add_worksheet("Loans"), book.add_format({"bold": True, "bottom": 1})
    sheet.write_row(0, 0, lines.columns, bold)
    sheet.freeze_panes(1, 2)
    for place, name in enumerate(lines.columns):
        look = book.add_format({"num_format": FORMATS.get(name, "#,##0.00")})
        sheet.set_column(place, place, max(len(name) + 2, 13))
        for at, value in enumerate(lines[name].to_list(), start=1):
            if isinstance(value, str):
                sheet.write_string(at, place, value)
            elif value is not None:
                sheet.write(at, place, value, look)
