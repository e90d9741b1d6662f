"""Stretches of a file read one by one are the tape read as a whole."""

import csv
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loans.domain.formats import Bounds, Cut, OpenTape, delimited, open_tape

CELL = st.text(alphabet=st.sampled_from('ab1 ,;"\n\ré'), max_size=6)
LINE_END = st.sampled_from(["\n", "\r\n"])


def opened(path: Path, content: bytes) -> OpenTape:
    path.write_bytes(content)
    return open_tape(path, name="tape.csv", bounds=Bounds(), unpack_dir=path.parent)


def by_stretches(cut: Cut, content: bytes) -> list[pl.DataFrame]:
    return [cut.batch(stretch, content[stretch.begin : stretch.end]) for stretch in cut.stretches]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=9),
    line_end=LINE_END,
    size=st.integers(1, 4),
)
def test_stretches_together_are_the_tape(tmp_path: Path, rows: list[list[str]], line_end: str, size: int) -> None:
    out = io.StringIO()
    numbered = [[str(number), *row] for number, row in enumerate(rows)]
    csv.writer(out, lineterminator=line_end).writerows([["Loan", "One", "Two", "Three"], *numbered])
    content = out.getvalue().encode()
    tape = opened(tmp_path / "tape.csv", content)
    cut = tape.cut(size, of=tmp_path / "tape.csv")
    if cut is None:  # the file had to be put right first, which the next test shows
        return

    together = pl.concat(by_stretches(cut, content))
    assert together.equals(pl.concat(list(tape.batches())))
    for stretch in cut.stretches:
        for place in range(stretch.rows):
            expected = together.row(stretch.first_row + place - 1, named=True)
            assert cut.row(content[stretch.begin : stretch.end], place) | {"row_no": expected["row_no"]} == expected


def test_a_clean_file_is_cut_by_rows(tmp_path: Path) -> None:
    content = b"Loan Number,Balance\n1,100\n2,200\n3,300\n"
    cut = opened(tmp_path / "tape.csv", content).cut(2, of=tmp_path / "tape.csv")

    assert cut is not None
    assert [(s.first_row, s.rows) for s in cut.stretches] == [(1, 2), (3, 1)]
    assert [frame["Balance"].to_list() for frame in by_stretches(cut, content)] == [["100", "200"], ["300"]]
    assert Cut.from_json(cut.to_json()) == cut


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"Loan Number,Balance\n1,100\n2,200,9\n3,300\n", id="a row with too many cells"),
        pytest.param("Loan Number,Name\n1,Zo\xeb\n2,Ann\n".encode("latin-1"), id="another encoding"),
    ],
)
def test_a_file_that_was_put_right_is_not_cut(tmp_path: Path, content: bytes) -> None:
    assert opened(tmp_path / "tape.csv", content).cut(2, of=tmp_path / "tape.csv") is None


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("ninth", "rows", "seen"),
    [
        pytest.param('9,"é, b"', 6, [1, 2, 5, 6, 9, 10], id="stretches of the file"),
        pytest.param('9,"é, b"', 5, [1, 2, 7, 8], id="rather fewer than more"),
        pytest.param('9,"é, b"', 12, list(range(1, 13)), id="all there are"),
        pytest.param("9", 6, [1, 2, 3, 4, 5, 6], id="rows that were put right"),
    ],
)
def test_a_sample_comes_from_all_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line_end: str, ninth: str, rows: int, seen: list[int]
) -> None:
    monkeypatch.setattr(delimited, "SPREAD_ROWS", 2)
    lines = ["Loan Number,Note", *(f"{number},plain" for number in range(1, 13)), ""]
    lines[8:10] = ["8,", ninth]

    sample = opened(tmp_path / "tape.csv", line_end.join(lines).encode()).spread(rows)

    batch = pl.concat(list(sample.batches()))
    assert batch["Loan Number"].to_list() == [str(number) for number in seen]
    assert batch["Note"].to_list() == [{8: None, 9: "é, b"}.get(number, "plain") for number in seen]
