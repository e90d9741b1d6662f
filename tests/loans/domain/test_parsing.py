"""Reading numbers: what a quick look passes over is nothing that the thorough reading would take."""

import re

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.parsing import clean_numbers
from loans.domain.parsing.numbers import NEVER_A_NUMBER

PIECES = [
    "$",
    "USD ",
    "us$",
    "12",
    "1,250",
    ".5",
    "7.25",
    "%",
    " months",
    "yrs",
    "mo.",
    "(",
    ")",
    "-",
    "/",
    ":",
    " ",
    "E5",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=6).map("".join)


@given(st.lists(TEXTS, min_size=1, max_size=20))
def test_a_text_that_is_never_a_number_is_none(texts: list[str]) -> None:
    passed_over = [text for text in texts if re.search(NEVER_A_NUMBER, text)]
    read = pl.DataFrame({"text": passed_over}, schema={"text": pl.String}).select(
        clean_numbers(pl.col("text").str.strip_chars())
    )
    assert read.to_series().null_count() == len(passed_over)


def test_what_people_write_around_numbers_is_not_passed_over() -> None:
    texts = ["$1,234.50", "(12.00)", "6.625 %", "1.5E+05", "360 months", "30 yrs", "USD 7", "\u22125", "12-"]
    assert not [text for text in texts if re.search(NEVER_A_NUMBER, text)]
