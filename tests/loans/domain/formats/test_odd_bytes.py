"""Bytes that old systems, joined files and half-converted ones leave in a tape."""

from __future__ import annotations

import io
import zipfile

from loans.domain.formats.tape import NOT_UTF8
from tests.loans.domain.formats.conftest import Opener, cells, sentences

SIMPLE = "Loan ID,Rate,City\nA1,6.125,Reno\nA2,7.0,Waco\n"
SIMPLE_CELLS = [("A1", "6.125", "Reno"), ("A2", "7.0", "Waco")]


def test_a_byte_order_mark_before_a_later_row_is_no_part_of_its_loan_number(opened: Opener) -> None:
    assert cells(opened(SIMPLE.replace("A2", "\ufeffA2"))) == SIMPLE_CELLS


def test_a_byte_order_mark_alone_at_the_end_is_no_row(opened: Opener) -> None:
    assert cells(opened(SIMPLE + "\ufeff")) == SIMPLE_CELLS


def test_the_sign_that_ended_files_of_old_systems_is_no_row(opened: Opener) -> None:
    assert cells(opened(SIMPLE + "\x1a")) == SIMPLE_CELLS
    assert cells(opened(SIMPLE + "\x1a\r\n")) == SIMPLE_CELLS


def test_windows_text_in_the_header_alone_is_told_and_read(opened: Opener) -> None:
    tape = opened(SIMPLE.replace("City", "Ciudad – Año"), encoding="cp1252")
    assert tape.columns == ("Loan ID", "Rate", "Ciudad – Año")
    assert cells(tape) == SIMPLE_CELLS
    assert sentences(tape, NOT_UTF8) == ["The file was read as Windows-1252; check names with accents."]


def test_the_shadow_files_of_a_mac_are_no_second_tape(opened: Opener) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("tape.csv", SIMPLE)
        archive.writestr("._tape.csv", b"\0\5\x16\7")
    assert cells(opened(packed.getvalue(), name="tape.zip")) == SIMPLE_CELLS


def test_separators_behind_the_header_alone_name_no_columns(opened: Opener) -> None:
    tape = opened(SIMPLE.replace("City", "City,,,"))
    assert tape.columns == ("Loan ID", "Rate", "City")
    assert cells(tape) == SIMPLE_CELLS
    assert tape.notes == ()
