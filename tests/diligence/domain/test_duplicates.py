"""How often a key occurs in a file, and how keys are written before they are compared."""

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from diligence.domain.duplicates import file_facts, keys_of, normalized

KEY = "copies_of_loan_id"


@given(st.lists(st.none() | st.integers(0, 5), max_size=30))
def test_each_key_is_counted_in_the_whole_file(keys: list[int | None]) -> None:
    frame = pl.DataFrame({"row_no": range(len(keys)), KEY: keys}, schema={"row_no": pl.Int64, KEY: pl.UInt64})
    often = Counter(keys)

    found = file_facts([frame.head(7), frame.slice(7)])

    assert found[KEY].to_list() == [None if key is None else often[key] for key in keys]


@pytest.mark.parametrize(
    ("text", "compared"),
    [("12 Main St.", "12MAINST"), ("A1", "A1"), ("a1", "A1"), ("7°b", "7B"), (" - ", None), ("", None), (None, None)],
)
@pytest.mark.parametrize("others", [[], ["A1"], ["x y"]])
def test_keys_are_capitals_and_digits(text: str | None, compared: str | None, others: list[str]) -> None:
    assert normalized(pl.Series([text, *others], dtype=pl.String))[0] == compared


def test_an_address_is_the_same_however_it_is_punctuated() -> None:
    typed = pl.DataFrame(
        {
            "row_no": [1, 2, 3],
            "property_address": ["5 Elm St", "5 ELM ST.", "5 Elm St"],
            "property_zip": ["97201"] * 3,
            "lien_position": ["FirstLien", "FirstLien", "SecondLien"],
        }
    )

    assert file_facts([keys_of(typed)])["copies_of_address"].to_list() == [2, 2, 1]
