"""Reading once a text, or only where it matters, gives what reading every cell gives."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from loans.domain.texts import once_a_text, repeats, where_it_matters

text = pl.col("text")
TEXTS = st.lists(st.sampled_from(["a", "B1", "", "zz top", None]), max_size=60)


def frame_of(texts: list[str | None]) -> pl.DataFrame:
    return pl.DataFrame({"text": texts}, schema={"text": pl.String})


def lengths(cells: pl.Expr) -> pl.Expr:
    return cells.str.len_chars().cast(pl.Int64)


def test_a_column_of_few_texts_repeats_and_one_of_many_does_not():
    assert repeats(pl.Series(["yes", "no"] * 50))
    assert not repeats(pl.Series([str(number) for number in range(100)]))


@given(TEXTS)
def test_once_a_text_reads_like_every_cell(texts):
    frame = frame_of(texts)
    assert frame.select(once_a_text(text, lengths, pl.Int64())).equals(frame.select(lengths(text)))


@given(TEXTS)
def test_only_rows_that_matter_are_read_with_care(texts):
    careful = where_it_matters(
        ["text"], matters=text.str.contains("[A-Z]"), read=text.str.to_lowercase(), otherwise=text, dtype=pl.String()
    )
    frame = frame_of(texts)
    assert frame.select(careful).equals(frame.select(text.str.to_lowercase()))


def test_the_other_rows_may_have_one_fixed_answer():
    known = where_it_matters(
        ["text"], matters=text == "a", read=pl.lit(value=True), otherwise=pl.lit(None), dtype=pl.Boolean()
    )
    assert frame_of(["a", "b", None]).select(known)["text"].to_list() == [True, None, None]
