"""Header rows: found below titles, told from data, named without doubles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.formats.headers import (
    Head,
    column_names,
    common_width,
    head_of,
    header_row,
    is_header,
    is_unit_line,
    looks_like_data,
)

BODY = [("A1", "6.125", "2021-01-01"), ("A2", "7.0", "2021-02-01")]


@pytest.mark.parametrize(
    "text", ["6.125", "$1,250.00", "(12.5)", "78.43%", "-3", "1/2/2021", "2021-10-11 00:00:00", "F17Q10141137"]
)
def test_numbers_dates_and_codes_look_like_data(text: str) -> None:
    assert looks_like_data(text)


@pytest.mark.parametrize("text", ["Loan ID", "LTV", "1st Payment Date", "30 DPD", "P&I ($)", "Rate %"])
def test_names_do_not_look_like_data(text: str) -> None:
    assert not looks_like_data(text)


def test_words_above_numbers_are_a_header() -> None:
    assert is_header(("Loan ID", "Rate", "Note Date"), BODY)
    assert not is_header(("A0", "6.5", "2020-12-01"), BODY)


def test_words_above_words_are_a_header_where_they_differ() -> None:
    assert is_header(("Loan", "City"), [("one", "Reno")])
    assert not is_header(("same", "same"), [("one", "Reno")])


def test_titles_are_passed_over() -> None:
    rows = [("Tape", None, None), (None, None, None), ("Loan ID", "Rate", "Note Date"), *BODY]
    assert header_row(rows) == (2, True)


def test_header_one_cell_short_is_still_the_header() -> None:
    assert header_row([("Loan ID", "Rate"), *BODY]) == (0, True)


def test_no_header() -> None:
    assert header_row(BODY) == (0, False)


def test_common_width_prefers_the_wider_on_a_tie() -> None:
    assert common_width([("a", "b"), ("a", "b", "c")]) == 3
    assert common_width([]) == 1


NAMES = ("Loan ID", "Orig Bal", "Rate", "Note Date")
LOANS = [("A1", "250000", "6.125", "2021-01-01"), ("A2", "98000", "7.0", "2021-02-01")]


def test_groups_over_the_columns_are_no_header() -> None:
    assert head_of([("Loan", "Loan", "Terms", "Terms"), NAMES, *LOANS]) == Head(NAMES, 1, 2)
    assert head_of([("Loan", None, "Terms", None), NAMES, *LOANS]) == Head(NAMES, 1, 2)


def test_words_of_a_header_in_two_lines_belong_together() -> None:
    upper, lower = ("Loan", "Orig", None, "Maturity"), ("ID", "Bal", "Rate", "Date")
    assert head_of([upper, lower, *LOANS]).names == ("Loan ID", "Orig Bal", "Rate", "Maturity Date")
    assert head_of([("Loan", "Orig", "Note", "Maturity"), ("ID", "Bal", "Rate", "Date"), *LOANS]).data == 2


def test_a_line_of_units_is_no_loan() -> None:
    assert head_of([NAMES, (None, "($)", "%", "mm/dd/yyyy"), *LOANS]) == Head(NAMES, 0, 2)
    assert is_unit_line(("Text", "Number", "Percent", "YYYY-MM-DD"))
    assert not is_unit_line(LOANS[0])


def test_a_first_loan_in_words_stays_a_loan() -> None:
    rows = [("Loan", "City", "State"), ("Rate", "Reno", "NV"), ("Term", "Waco", "TX")]
    assert head_of(rows) == Head(rows[0], 0, 1)


@given(st.lists(st.sampled_from(["", " ", "Rate", "Rate (2)", "Column 2", "row_no"]), min_size=1, max_size=9))
def test_names_are_unique_and_never_blank_or_reserved(header: list[str]) -> None:
    names, notes = column_names(header, len(header))
    assert len(set(names)) == len(names) == len(header)
    assert all(name.strip() for name in names)
    assert "row_no" not in names
    assert len(notes) == sum(name != given for name, given in zip(names, header, strict=True))


def test_field_numbers_of_loan_systems_are_names() -> None:
    assert is_header(("364", "1109", "3", "748"), [("L1", "250000", "6.5", "2021-01-01")])
    assert not is_header(("364", "364", "3", "748"), [("L1", "250000", "6.5", "2021-01-01")])
