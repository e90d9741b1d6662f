"""Delimited tapes: separators, quoting, encodings, headers, ragged rows."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loans.domain.formats import Bounds, open_tape
from loans.domain.formats.tape import NOT_UTF8, RAGGED_ROW, REMARK
from tests.loans.domain.formats.conftest import Opener, cells, sentences, whole

SIMPLE = "Loan ID,Rate,City\nA1,6.125,Reno\nA2,7.0,Waco\n"
SIMPLE_CELLS = [("A1", "6.125", "Reno"), ("A2", "7.0", "Waco")]


@pytest.mark.parametrize(("separator", "name"), [(",", "t.csv"), ("\t", "t.tsv"), ("|", "t.psv"), (";", "t.txt")])
def test_every_separator_is_found(opened: Opener, separator: str, name: str) -> None:
    tape = opened(SIMPLE.replace(",", separator), name=name)
    assert tape.delimiter == separator
    assert tape.columns == ("Loan ID", "Rate", "City")
    assert cells(tape) == SIMPLE_CELLS


def test_batches_number_the_rows_and_keep_everything_text(opened: Opener) -> None:
    tape = opened("Loan ID,Zip\n" + "".join(f"L{n},0{n:04d}\n" for n in range(1, 11)))
    batches = list(tape.batches(4))
    assert [batch.height for batch in batches] == [4, 4, 2]
    assert [batch["row_no"].to_list() for batch in batches] == [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10]]
    assert batches[0].schema == {"row_no": pl.Int64, "Loan ID": pl.String, "Zip": pl.String}
    assert batches[0]["Zip"][0] == "00001"
    assert tape.rows == 10


def test_head_gives_the_first_rows(opened: Opener) -> None:
    tape = opened(SIMPLE)
    assert tape.head(1).rows() == [(1, "A1", "6.125", "Reno")]
    assert tape.head(50).height == 2


def test_empty_cells_are_null_and_spaces_stay(opened: Opener) -> None:
    tape = opened('Loan ID,Rate,City\nA1,, Reno \nA2,"",Waco\n')
    assert cells(tape) == [("A1", None, " Reno "), ("A2", None, "Waco")]


def test_quotes_newlines_and_separators_inside_cells(opened: Opener) -> None:
    tape = opened('Loan ID,Name,Rate\r\nA1,"Doe, ""Jo""\r\nof Reno",6.5\r\nA2,Roe,7.5\r\n')
    assert cells(tape) == [("A1", 'Doe, "Jo"\r\nof Reno', "6.5"), ("A2", "Roe", "7.5")]


def test_tape_without_final_line_break(opened: Opener) -> None:
    assert cells(opened(SIMPLE.rstrip("\n"))) == SIMPLE_CELLS


def test_header_only_has_no_rows(opened: Opener) -> None:
    for content in ("Loan ID,Rate,City\n", "Loan ID,Rate,City", "Loan ID,Rate,City\n\n\n"):
        tape = opened(content)
        assert tape.columns == ("Loan ID", "Rate", "City")
        assert tape.rows == 0
        assert cells(tape) == []
        assert tape.head(5).columns == ["row_no", "Loan ID", "Rate", "City"]


def test_without_header_the_columns_are_numbered(opened: Opener) -> None:
    tape = opened("1001,6.125,2021-01-01\n1002,7.0,2021-02-01\n")
    assert tape.columns == ("Column 1", "Column 2", "Column 3")
    assert tape.header_row is None
    assert cells(tape)[0] == ("1001", "6.125", "2021-01-01")
    assert "No header row" in sentences(tape, REMARK)[0]


def test_title_lines_before_the_header(opened: Opener) -> None:
    tape = opened("Big Bank, N.A.\nTape as of 2026-10-31\n\n" + SIMPLE)
    assert tape.columns == ("Loan ID", "Rate", "City")
    assert tape.header_row == 4
    assert cells(tape) == SIMPLE_CELLS


def test_padded_title_line_before_the_header(opened: Opener) -> None:
    assert cells(opened("Tape of October,,\n" + SIMPLE)) == SIMPLE_CELLS


def test_duplicate_blank_and_reserved_headers_are_renamed_with_a_remark(opened: Opener) -> None:
    tape = opened("Loan ID,Rate,Rate,,row_no\nA1,1,2,3,4\nA2,1,2,3,4\n")
    assert tape.columns == ("Loan ID", "Rate", "Rate (2)", "Column 4", "row_no (2)")
    assert len(sentences(tape, REMARK)) == 3


def test_renamed_header_does_not_collide_with_a_given_one(opened: Opener) -> None:
    tape = opened("Loan ID,Rate (2),Rate,Rate\nA1,1,2,3\nA2,1,2,3\n")
    assert len(set(tape.columns)) == 4


def test_trailing_blank_lines_and_hollow_rows_are_skipped(opened: Opener) -> None:
    tape = opened(SIMPLE + "\n,,\n  \n\n")
    assert cells(tape) == SIMPLE_CELLS
    assert sentences(tape, RAGGED_ROW) == []


def test_blank_lines_in_the_middle_are_skipped(opened: Opener) -> None:
    tape = opened("Loan ID,Rate,City\nA1,6.125,Reno\n\nA2,7.0,Waco\n")
    assert cells(tape) == SIMPLE_CELLS
    assert tape.rows == 2


def test_line_of_totals_is_left_out_with_a_remark(opened: Opener) -> None:
    tape = opened(SIMPLE + "TOTAL,,\n")
    assert cells(tape) == SIMPLE_CELLS
    assert "TOTAL" in sentences(tape, REMARK)[0]


def test_loan_whose_text_begins_like_a_total_stays(opened: Opener) -> None:
    assert opened(SIMPLE + "Total Recall,6.5,Reno\n").rows == 3


def test_stray_quotes_are_text(opened: Opener) -> None:
    body = "".join(f"L{n},6.5,Reno\n" for n in range(9))
    tape = opened('Loan ID,Rate,City\nA1,6.125,5" pipe\nA2,7.0,O"Neil\n' + body)
    assert cells(tape)[:2] == [("A1", "6.125", '5" pipe'), ("A2", "7.0", 'O"Neil')]
    assert tape.rows == 11


def test_quote_that_is_never_closed_costs_no_row(opened: Opener) -> None:
    body = "".join(f"L{n},6.5,Reno\n" for n in range(500))
    tape = opened('Loan ID,Rate,City\nA1,6.125,"Reno\n' + body)
    assert tape.rows == 501
    assert cells(tape)[0] == ("A1", "6.125", '"Reno')
    assert cells(tape)[500] == ("L499", "6.5", "Reno")


def test_lone_carriage_return_inside_a_cell_is_text(opened: Opener) -> None:
    body = "".join(f"L{n},6.5,Reno\n" for n in range(30))
    for oddity in ("", 'A2,7.0,O"Neil\n', "A2,7.0\n"):
        tape = opened("Loan ID,Rate,City\nA1,6.125,Re\rno\n" + oddity + body)
        assert cells(tape)[0] == ("A1", "6.125", "Re\rno")
        assert tape.rows == 31 + bool(oddity)


def test_pipe_file_with_commas_and_quotes_in_names(opened: Opener) -> None:
    rows = "".join(f'L{n}|BANK "OLD" TRUST, N.A.|6.5\n' for n in range(20))
    tape = opened("Loan ID|Seller|Rate\n" + rows)
    assert tape.delimiter == "|"
    assert cells(tape)[19] == ("L19", 'BANK "OLD" TRUST, N.A.', "6.5")


@pytest.mark.parametrize(
    ("encoding", "shown", "mark"),
    [
        ("utf-8", "UTF-8", b""),
        ("utf-8-sig", "UTF-8", b""),
        ("utf-16-le", "UTF-16 LE", b"\xff\xfe"),
        ("utf-16-be", "UTF-16 BE", b"\xfe\xff"),
        ("utf-16-le", "UTF-16 LE", b""),
        ("utf-16-be", "UTF-16 BE", b""),
        ("cp1252", "Windows-1252", b""),
        ("cp1252", "Windows-1252", b"\xef\xbb\xbf"),
    ],
)
def test_every_encoding_is_read_and_named(opened: Opener, encoding: str, shown: str, mark: bytes) -> None:
    text = "Loan ID,Name,Rate\nA1,Peña,6.125\nA2,Müller,7.0\n"
    tape = opened(mark + text.encode(encoding))
    assert tape.columns == ("Loan ID", "Name", "Rate")
    assert cells(tape) == [("A1", "Peña", "6.125"), ("A2", "Müller", "7.0")]
    assert tape.encoding == shown
    assert bool(sentences(tape, NOT_UTF8)) == (shown != "UTF-8")


def test_bytes_without_meaning_in_windows_1252_are_latin_1(opened: Opener) -> None:
    tape = opened(b"Loan ID,Name,Rate\nA1,Pe\xf1a\x81,6.125\n")
    assert tape.encoding == "Latin-1"
    assert cells(tape) == [("A1", "Peña\x81", "6.125")]


def test_accent_far_behind_the_head_is_found(opened: Opener) -> None:
    text = "Loan ID,Name,Rate\n" + "A1,Plain,6.125\n" * 200_000 + "A2,Peña,7.0\n"
    tape = opened(text, encoding="cp1252")
    assert tape.rows == 200_001
    assert whole(tape)["Name"][-1] == "Peña"


def test_byte_order_mark_without_header(opened: Opener) -> None:
    tape = opened("1001,6.125,2021-01-01\n1002,7.0,2021-02-01\n", encoding="utf-8-sig")
    assert cells(tape)[0][0] == "1001"


def test_carriage_returns_alone_end_lines(opened: Opener) -> None:
    assert cells(opened(SIMPLE.replace("\n", "\r"))) == SIMPLE_CELLS


def test_gzip_and_zip_of_one(tmp_path: Path) -> None:
    packed = tmp_path / "tape.csv.gz"
    packed.write_bytes(gzip.compress(SIMPLE.encode()))
    assert cells(open_tape(packed, name="tape.csv.gz")) == SIMPLE_CELLS
    archive = tmp_path / "tape.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("folder/", b"")
        out.writestr("folder/tape.csv", SIMPLE)
        out.writestr("__MACOSX/._tape.csv", b"clutter")
    assert cells(open_tape(archive, name="tape.zip")) == SIMPLE_CELLS


def test_copies_go_to_the_folder_given(tmp_path: Path) -> None:
    packed, folder = tmp_path / "tape.csv.gz", tmp_path / "unpacked"
    folder.mkdir()
    packed.write_bytes(gzip.compress(SIMPLE.encode()))
    open_tape(packed, name="tape.csv.gz", unpack_dir=folder)
    assert [entry.name for entry in folder.iterdir()] == ["unpacked"]


def test_own_copies_go_with_the_tape(tmp_path: Path) -> None:
    packed = tmp_path / "tape.csv.gz"
    packed.write_bytes(gzip.compress(SIMPLE.encode()))
    tape = open_tape(packed, name="tape.csv.gz")
    assert tape.scratch is not None
    folder = tape.scratch.folder
    assert folder.exists()
    del tape
    assert not folder.exists()


def test_rows_stay_in_order_across_chunks_of_the_scan(opened: Opener) -> None:
    rows = "".join(f'L{n},"{"x" * (n % 97)}, y",{n}\n' for n in range(150_000))
    tape = opened("Loan ID,Text,Number\n" + rows, bounds=Bounds())
    frame = whole(tape, 7_000)
    assert frame["row_no"].to_list() == list(range(1, 150_001))
    assert frame["Number"].cast(pl.Int64).to_list() == list(range(150_000))


CELL = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\x1a", exclude_categories=("Cs", "Cc"))
    | st.sampled_from("\",;|\t\n\r'= "),
    max_size=12,
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12), ending=st.sampled_from(["\n", "\r\n"]))
def test_written_csv_reads_back_cell_for_cell(tmp_path: Path, rows: list[tuple[str, str, str]], ending: str) -> None:
    """Any cell texts survive; only the id and the last column are fixed so that no row is blank."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["Loan ID", "First", "Second", "Third", "Rate"])
    expected = [(f"L{number}", *row, "6.5") for number, row in enumerate(rows)]
    writer.writerows(expected)
    path = tmp_path / "tape.csv"
    path.write_bytes(out.getvalue().encode())
    tape = open_tape(path, name="tape.csv")
    assert tape.columns == ("Loan ID", "First", "Second", "Third", "Rate")
    assert cells(tape, 5) == [tuple(cell or None for cell in row) for row in expected]
    assert tape.notes == ()


def test_a_lone_carriage_return_in_the_last_row_is_part_of_its_cell(opened: Opener) -> None:
    assert cells(opened("Loan ID,Rate,City\nA1,6.125,Re\rno\n")) == [("A1", "6.125", "Re\rno")]


def test_lines_that_end_twice_lose_their_returns(opened: Opener) -> None:
    assert cells(opened(SIMPLE.replace("\n", "\r\r\n"))) == SIMPLE_CELLS
