"""Tapes in Excel workbooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter
from xlsxwriter.workbook import Workbook

from loans.domain.formats import OpenTape, Unreadable, open_tape
from loans.domain.formats.tape import NOT_READ, REMARK
from tests.loans.domain.formats.conftest import cells, sentences

Fill = Callable[[Workbook], None]
HEADER = ["Loan ID", "Rate", "LTV", "Note Date", "Balance", "City"]


@pytest.fixture
def book(tmp_path: Path) -> Callable[[Fill], OpenTape]:
    def write_and_open(fill: Fill) -> OpenTape:
        path = tmp_path / "tape.xlsx"
        with xlsxwriter.Workbook(path) as workbook:
            fill(workbook)
        return open_tape(path, name="tape.xlsx")

    return write_and_open


def write_loans(workbook: Workbook, sheet_name: str = "Tape", *, row: int = 0, column: int = 0, loans: int = 3) -> None:
    sheet = workbook.add_worksheet(sheet_name)
    percent = workbook.add_format({"num_format": "0.00%"})
    day = workbook.add_format({"num_format": "mm/dd/yyyy"})
    sheet.write_row(row, column, HEADER)
    for number in range(1, loans + 1):
        at = row + number
        sheet.write_number(at, column, 7000388104 + number)
        sheet.write_number(at, column + 1, 6.125)
        sheet.write_number(at, column + 2, 0.7843, percent)
        sheet.write_datetime(at, column + 3, datetime(2021, 10, 11), day)
        sheet.write_number(at, column + 4, 250000.55)
        sheet.write_string(at, column + 5, "00501")


def test_cells_are_text_without_loss(book: Callable[[Fill], OpenTape]) -> None:
    tape = book(write_loans)
    assert tape.container == "xlsx"
    assert tape.columns == tuple(HEADER)
    assert cells(tape)[0] == ("7000388105", "6.125", "0.7843", "2021-10-11 00:00:00", "250000.55", "00501")
    assert tape.rows == 3
    assert tape.percent_columns == {"LTV"}
    assert tape.sheet == "Tape"
    assert tape.header_row == 1


def test_titles_above_and_a_total_below(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        write_loans(workbook, row=3, column=1)
        sheet = workbook.get_worksheet_by_name("Tape")
        sheet.merge_range(0, 1, 0, 6, "Loan tape of October")
        sheet.write(1, 1, "As of 2026-10-31")
        sheet.write(7, 1, "TOTALS / AVERAGES")
        sheet.write(7, 5, 750001.65)

    tape = book(fill)
    assert tape.columns == tuple(HEADER)
    assert tape.header_row == 4
    assert tape.rows == 3
    assert tape.percent_columns == {"LTV"}
    assert any("TOTALS / AVERAGES" in sentence for sentence in sentences(tape, REMARK))


def test_the_sheet_with_the_tape_is_found(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        workbook.add_worksheet("Cover").write(0, 0, "Confidential")
        write_loans(workbook, "Loans", loans=40)
        write_loans(workbook, "Old", loans=400)
        workbook.get_worksheet_by_name("Old").hide()

    tape = book(fill)
    assert tape.sheet == "Loans"
    assert tape.rows == 40
    assert any("“Loans”" in sentence for sentence in sentences(tape, REMARK))


def test_error_cells_keep_their_text(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        write_loans(workbook, row=2, column=2)
        sheet = workbook.get_worksheet_by_name("Tape")
        sheet.write_formula(4, 3, "=NA()", None, "#N/A")
        sheet.write_formula(5, 6, "=1/0", None, "#DIV/0!")

    rows = cells(book(fill))
    assert rows[1][1] == "#N/A"
    assert rows[2][4] == "#DIV/0!"
    assert rows[0][1] == "6.125"


def test_empty_rows_and_columns_are_left_out(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Loan ID", "Rate", "", "City"])
        sheet.write_row(1, 0, ["A1", 6.5, "", "Reno"])
        sheet.write_row(3, 0, ["A2", 7.5, "", "Waco"])
        sheet.write_row(5, 0, ["  ", "", "", ""])

    tape = book(fill)
    assert tape.columns == ("Loan ID", "Rate", "City")
    assert cells(tape) == [("A1", "6.5", "Reno"), ("A2", "7.5", "Waco")]


def test_header_only(book: Callable[[Fill], OpenTape]) -> None:
    tape = book(lambda workbook: write_loans(workbook, loans=0))
    assert tape.columns == tuple(HEADER)
    assert tape.rows == 0
    assert cells(tape) == []


def test_percent_format_in_quotes_is_no_percent(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet()
        worded = workbook.add_format({"num_format": '0.00 "in %"'})
        sheet.write_row(0, 0, ["Loan ID", "LTV"])
        for row in range(1, 4):
            sheet.write(row, 0, f"A{row}")
            sheet.write(row, 1, 78.43, worded)

    assert book(fill).percent_columns == frozenset()


def test_workbook_without_a_table(book: Callable[[Fill], OpenTape]) -> None:
    with pytest.raises(Unreadable, match="No sheet"):
        book(lambda workbook: workbook.add_worksheet())


def test_batches_of_a_sheet(book: Callable[[Fill], OpenTape]) -> None:
    tape = book(lambda workbook: write_loans(workbook, loans=25))
    assert [batch.height for batch in tape.batches(10)] == [10, 10, 5]
    assert [number for batch in tape.batches(10) for number in batch["row_no"]] == list(range(1, 26))


def test_binary_zeros_of_a_workbook_are_left_out(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        sheet = workbook.add_worksheet("Tape")
        sheet.write_row(0, 0, ["Loan ID", "City"])
        sheet.write_row(1, 0, ["A\x001", "New\x00 York"])

    assert cells(book(fill)) == [("A1", "New York")]


def test_the_sheet_with_names_of_columns_is_read_before_a_larger_one(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        words = workbook.add_worksheet("Data dictionary")
        words.write_row(0, 0, ["Name", "Meaning"])
        for row in range(1, 200):
            words.write_row(row, 0, [f"Term {row}", f"What the {row}th word of this tape means, at length"])
        write_loans(workbook)

    assert book(fill).sheet == "Tape"


def test_a_hidden_tape_is_read_where_the_visible_sheets_are_none(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        summary = workbook.add_worksheet("Summary")
        summary.write_row(0, 0, ["Loans", 3])
        write_loans(workbook)
        workbook.get_worksheet_by_name("Tape").hide()

    assert book(fill).sheet == "Tape"


def test_another_sheet_with_the_same_columns_is_told(book: Callable[[Fill], OpenTape]) -> None:
    def fill(workbook: Workbook) -> None:
        write_loans(workbook, "East", loans=4)
        write_loans(workbook, "West", loans=2)

    tape = book(fill)
    assert (tape.sheet, tape.rows) == ("East", 4)
    assert sentences(tape, NOT_READ) == ["Only the sheet “East” was read; “West” has the same columns."]


def write_formula(workbook: Workbook, result: str | float) -> None:
    write_loans(workbook)
    workbook.get_worksheet_by_name("Tape").write_formula(1, 4, "=250000+0.55", None, result)


@pytest.mark.parametrize(
    ("cell", "told"),
    [(b'<c r="E2"><f>', 1), (b'<c r="E2" t="str"><f>', 0)],
    ids=["nobody worked it out", "an empty text"],
)
def test_formulas_that_nobody_worked_out_are_told(tmp_path: Path, cell: bytes, told: int) -> None:
    path = tmp_path / "tape.xlsx"
    with xlsxwriter.Workbook(tmp_path / "saved.xlsx") as workbook:
        write_formula(workbook, 12345)
    with ZipFile(tmp_path / "saved.xlsx") as saved, ZipFile(path, "w") as unsaved:
        for part in saved.namelist():
            bare = saved.read(part).replace(b"<v>12345</v>", b"<v></v>").replace(b'<c r="E2"><f>', cell)
            unsaved.writestr(part, bare)
    found = sentences(open_tape(path, name="tape.xlsx"), NOT_READ)
    assert [text[:51] for text in found] == ["Formulas without results stand in “Balance”, so the"] * told


def test_formulas_with_results_are_values(book: Callable[[Fill], OpenTape]) -> None:
    tape = book(lambda workbook: write_formula(workbook, 250000.55))
    assert cells(tape)[0][4] == "250000.55"
    assert sentences(tape, NOT_READ) == []
