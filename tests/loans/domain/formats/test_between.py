"""Lines between the loans that are no loans, and the end records of files."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from loans.domain.formats import open_tape
from loans.domain.formats.footers import is_subtotal, is_trailer
from loans.domain.formats.tape import NOT_READ
from tests.loans.domain.formats.conftest import Opener, cells, sentences

HEADER = "Loan Number,Loan Amount,Current UPB,Note Rate,State,Borrower Name"
LOANS = [f"{number},250000.00,2400{number}.55,6.125,OH,Ash" for number in range(101, 109)]
ROWS = [tuple(line.split(",")) for line in LOANS]


def with_lines(*lines: str, at: int = 4) -> str:
    return "\n".join([HEADER, *LOANS[:at], *lines, *LOANS[at:]]) + "\n"


@pytest.mark.parametrize(
    "line", ["Subtotal OH,1000000.00,,,,", "Sub-Total,1000000.00", "Ohio Total,1000000.00,,,,", ",Total,,,,", HEADER]
)
def test_a_subtotal_or_the_header_again_is_left_out_and_told(opened: Opener, line: str) -> None:
    tape = opened(with_lines(line))
    assert cells(tape) == ROWS
    (told,) = sentences(tape, NOT_READ)
    assert told.endswith("is a subtotal or the header again; it was left out.")


def test_several_lines_are_told_at_once(opened: Opener) -> None:
    tape = opened(with_lines("Subtotal OH,1.00", HEADER, "Subtotal TX,2.00"))
    assert cells(tape) == ROWS
    assert sentences(tape, NOT_READ) == [
        "3 lines between the loans are subtotals or the header again and were left out: “Subtotal OH”, “Loan Number”, "
        "“Subtotal TX”."
    ]


def test_so_it_is_where_a_stray_quote_made_a_copy_necessary(opened: Opener) -> None:
    tape = opened(with_lines("Subtotal OH,1000000.00").replace("Ash\n", 'A"sh\n', 1))
    assert [row[0] for row in cells(tape)] == [row[0] for row in ROWS]
    assert len(sentences(tape, NOT_READ)) == 1


def test_short_rows_that_may_be_loans_stay(opened: Opener) -> None:
    tape = opened(
        with_lines(
            "Totally,250000.00,240000.00,6.5,OH,Total Wine",
            "900,1,,,,",
            "T-17,250000,,,OH,",
            "Max,1,,,,",
            "Total Wine,250000,,,OH,",
        )
    )
    assert [row[0] for row in cells(tape)][4:9] == ["Totally", "900", "T-17", "Max", "Total Wine"]
    assert sentences(tape, NOT_READ) == []


@pytest.mark.parametrize("line", ["TRL|0000008", "T|8|1924000.55", "EOF", "TRAILER|8||||"])
def test_the_end_record_of_a_file_is_no_loan(opened: Opener, line: str) -> None:
    wide = "\n".join(f"{line}|x|x" for line in [HEADER, *LOANS]).replace(",", "|")
    assert len(cells(opened(f"{wide}\n{line}\n"))) == len(LOANS)


def test_what_end_records_and_subtotals_are_not() -> None:
    assert not is_trailer(["T", "250000", "6.5", "OH", "", "", "", ""])
    assert not is_trailer(["T", "250000"])
    assert not is_trailer([])
    assert not is_subtotal(["Ohio Total", "1", "2", "3", "4"])
    assert not is_subtotal([None, None])


def test_subtotals_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "tape.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Tape")
        lines = [HEADER.split(","), *ROWS[:4], ("Ohio Total", "1000000"), HEADER.split(","), *ROWS[4:]]
        for row, line in enumerate(lines):
            sheet.write_row(row, 0, line)
    tape = open_tape(path, name="tape.xlsx")
    assert cells(tape) == ROWS
    assert len(sentences(tape, NOT_READ)) == 1
