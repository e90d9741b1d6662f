"""Totals, averages and footnotes at the end of a tape are left out, with a remark; loans stay."""

from __future__ import annotations

import pytest

from loans.domain.formats.footers import footer_note, is_footnote, is_sum_line, is_total_line
from loans.domain.formats.tape import REMARK
from tests.loans.domain.formats.conftest import Opener, cells, sentences

WORDS = [
    "TOTAL",
    "Grand Total",
    "Subtotal",
    "TOTALS / AVERAGES",
    "average",
    "Wtd Avg",
    "Weighted Average",
    "Loan Count",
]


@pytest.mark.parametrize("text", WORDS)
def test_lines_of_totals(text: str) -> None:
    assert is_total_line((text, None, "750,000.00", None))
    assert not is_total_line((text, "6.5", "750,000.00", "Reno"))
    assert not is_total_line(("A1", None, None, None))


def test_sums_without_a_word() -> None:
    assert is_sum_line((None, None, "$1,250,000.00", None, None, None, "6.5%", None))
    assert not is_sum_line(("A1", None, "1250000", None, None, None, None, None))
    assert not is_sum_line((None, "Reno", "1250000", None, None, None, None, None))


def test_footnotes_are_several_words_in_one_cell_of_a_wide_table() -> None:
    assert is_footnote(("* balances as of the cut-off date", None, None, None))
    assert is_footnote((None, "Confidential - subject to agreement", None, None))
    assert not is_footnote(("A-100 2", None, None, None))
    assert not is_footnote(("A1", None, None, None))
    assert not is_footnote(("Confidential tape", None))


def test_what_may_be_a_loan_is_kept() -> None:
    assert footer_note(("A9", None, None, None)) is None


BODY = "Loan ID,Rate,City,Balance\nA1,6.125,Reno,100\nA2,7.0,Waco,200\n"
FOOTER = ",,,\nTotals:,,,300\n,,,\nPrepared by the seller,,,\n"


def test_a_footer_of_several_lines_is_left_out_with_remarks(opened: Opener) -> None:
    tape = opened(BODY + FOOTER)
    assert [row[0] for row in cells(tape)] == ["A1", "A2"]
    assert len(sentences(tape, REMARK)) == 2


def test_so_it_is_where_a_stray_quote_made_a_copy_necessary(opened: Opener) -> None:
    tape = opened(BODY.replace("Reno", '"Re"no') + FOOTER)
    assert [row[0] for row in cells(tape)] == ["A1", "A2"]
    assert tape.rows == 2
