"""Rows with more or fewer cells than the header: read, and named."""

from __future__ import annotations

from loans.domain.formats.tape import MOST_ROW_NOTES, RAGGED_ROW
from tests.loans.domain.formats.conftest import Opener, cells, sentences

SIMPLE_CELLS = [("A1", "6.125", "Reno"), ("A2", "7.0", "Waco")]


def test_ragged_rows_are_read_and_named(opened: Opener) -> None:
    body = "".join(f"L{n},6.5,Reno\n" for n in range(4, 40))
    tape = opened("Loan ID,Rate,City\nA1,6.125,Reno\nA2,7.0\nA3,8.0,Doe, Inc.\n" + body)
    assert cells(tape)[:3] == [("A1", "6.125", "Reno"), ("A2", "7.0", None), ("A3", "8.0", "Doe")]
    assert tape.rows == 39
    notes = [note for note in tape.notes if note.code == RAGGED_ROW]
    assert [note.row_no for note in notes] == [2, 3]
    assert "2 cells" in notes[0].sentence
    assert "3 columns" in notes[0].sentence


def test_surplus_empty_cells_lose_nothing_and_are_no_finding(opened: Opener) -> None:
    tape = opened("Loan ID,Rate,City\nA1,6.125,Reno,,\nA2,7.0,Waco\nA3,7.0,Waco\n")
    assert cells(tape)[:2] == SIMPLE_CELLS
    assert sentences(tape, RAGGED_ROW) == []


def test_rows_all_longer_than_the_header_give_nameless_columns(opened: Opener) -> None:
    tape = opened("Loan ID,Rate\nA1,6.125,Reno\nA2,7.0,Waco\n")
    assert tape.columns == ("Loan ID", "Rate", "Column 3")
    assert cells(tape) == SIMPLE_CELLS


def test_rows_all_shorter_than_the_header_get_one_note(opened: Opener) -> None:
    tape = opened("Loan ID,Rate,City,State\n" + "A1,6.125,Reno\n" * 30)
    assert tape.rows == 30
    assert len(sentences(tape, RAGGED_ROW)) == 1


def test_many_ragged_rows_are_counted_and_the_first_listed(opened: Opener) -> None:
    rows = "".join("A,1\n" if n % 2 else "A,1,Reno\n" for n in range(2 * MOST_ROW_NOTES + 10))
    tape = opened("Loan ID,Rate,City\n" + rows)
    found = sentences(tape, RAGGED_ROW)
    assert len(found) == MOST_ROW_NOTES + 1
    assert f"{MOST_ROW_NOTES + 5:,} rows" in found[-1]
