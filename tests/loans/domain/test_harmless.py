"""What a spreadsheet would run leaves as text; numbers leave as they are."""

import polars as pl
import pytest

from loans.domain.harmless import harmless_frame


def left(text: str) -> str:
    return harmless_frame(pl.DataFrame({"cell": [text]}))["cell"][0]


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "  =1", "-"])
def test_a_formula_gets_an_apostrophe(text):
    assert left(text) == "'" + text


@pytest.mark.parametrize("text", ["", "Adaline", "-5", "+1,250.75", "-6.5%", "1e-7", "12 Main St - rear", "a=b"])
def test_other_text_stays(text):
    assert left(text) == text


def test_headers_of_the_tape_are_made_harmless_too():
    frame = pl.DataFrame({'=HYPERLINK("http://evil.example")': ["x"], "LTV": [80.0]})
    assert harmless_frame(frame).columns == ['\'=HYPERLINK("http://evil.example")', "LTV"]


def test_blanks_and_numbers_are_left_alone():
    frame = pl.DataFrame({"cell": [None, "x"], "upb": [-1.5, 2.0]})
    assert harmless_frame(frame).equals(frame)
