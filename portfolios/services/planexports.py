"""A plan's placements as a file: where each loan goes, at what price, and what stood in the way of a better one."""

import io
from typing import Any

import polars as pl
import xlsxwriter

from loans.domain.harmless import harmless_frame
from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages.loans import Filters, narrowed, ordered, with_lost

COLUMNS: dict[str, tuple[str, str]] = {
    "row_no": ("row", "Row of the tape, the header not counted"),
    "loan_id": ("loan", "Loan number as the tape has it"),
    "upb": ("upb_usd", "Balance that is placed"),
    "title": ("placed_in", "Pool, buyer or bid; blank where nothing takes the loan"),
    "pool": ("code", "Its code in the plan"),
    "kind": ("kind", "Kind of prices that it comes from"),
    "points": ("points_over_par", "What it pays over par, percent of balance"),
    "value": ("value_usd", "The same in dollars"),
    "next_title": ("next_best", "The best of what is worth no more"),
    "next_points": ("next_best_points", "What that pays over par, percent of balance"),
    "ahead_points": ("ahead_points", "How far the chosen one is ahead, points"),
    "better_title": ("better", "The best of what is worth more and was stopped"),
    "better_points": ("better_points", "What that would pay over par, percent of balance"),
    "stopped_by": ("stopped_by", "Rules that stopped it"),
    "why": ("why", "The reason in a sentence"),
}
FORMATS = {"upb": "#,##0.00", "value": "#,##0.00", "points": "0.000000", "next_points": "0.000000",
           "ahead_points": "0.000000", "better_points": "0.000000"}  # fmt: skip
XLSX = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def table_of(plan: PoolingPlan, filters: Filters) -> pl.DataFrame:
    """The loans under the filters, in their order, with text that no spreadsheet takes for a formula."""
    table = ordered(narrowed(with_lost(plan), filters), filters.order)
    return harmless_frame(table.select(**{head: pl.col(name) for name, (head, _) in COLUMNS.items()}))


def said_filters(filters: Filters) -> str:
    """What the file is narrowed to, in words."""
    said = [f"pool {filters.pool}"] if filters.pool else []
    if filters.rule:
        said.append("kept from something better" if filters.rule == "any" else f"stopped by {filters.rule}")
    return ", ".join(said) or "all loans"


def csv_of(plan: PoolingPlan, filters: Filters) -> bytes:
    """The loans as CSV in UTF-8."""
    return table_of(plan, filters).write_csv().encode()


def xlsx_of(plan: PoolingPlan, filters: Filters) -> bytes:
    """A workbook: one sheet of loans, one that explains the columns and says what the plan was made from."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, XLSX) as book:
        _loans_sheet(book, table_of(plan, filters))
        _about_sheet(book, plan, filters)
    return buffer.getvalue()


def _loans_sheet(book: Any, table: pl.DataFrame) -> None:
    sheet, bold = book.add_worksheet("Loans"), book.add_format({"bold": True, "bottom": 1})
    sheet.write_row(0, 0, table.columns, bold)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(table.height, 1), len(table.columns) - 1)
    looks = {head: FORMATS[name] for name, (head, _) in COLUMNS.items() if name in FORMATS}
    for place, head in enumerate(table.columns):
        look = book.add_format({"num_format": looks[head]} if head in looks else {})
        sheet.set_column(place, place, max(len(head) + 2, 14), look)
        for at, value in enumerate(table[head].to_list(), start=1):
            if value is not None:
                sheet.write(at, place, value)


def _about_sheet(book: Any, plan: PoolingPlan, filters: Filters) -> None:
    sheet, bold = book.add_worksheet("About"), book.add_format({"bold": True})
    facts = {
        "Plan": plan.name,
        "Tape": str(plan.run.version),
        "Loans in this file": said_filters(filters),
        "Earned over par, USD": f"{plan.earned}",
        "Best single executions, USD": f"{plan.next_best}",
        "Upper bound, USD": f"{plan.bound}",
        "Solver": plan.solver,
        "Inputs, SHA-256": plan.inputs_hash,
        **{f"Grid {grid['id']}": f"{grid['name']}, as of {grid['as_of']}, {grid['source']}"
           for grid in plan.summary.get("grids", ())},
    }  # fmt: skip
    lines = [*facts.items(), ("", ""), *COLUMNS.values()]
    safe = harmless_frame(pl.DataFrame(lines, schema=["name", "says"], orient="row"))
    sheet.set_column(0, 0, 32, bold)
    sheet.set_column(1, 1, 90)
    for at, (name, says) in enumerate(safe.iter_rows()):
        sheet.write_string(at, 0, name)
        sheet.write_string(at, 1, says)
