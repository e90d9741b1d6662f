"""Rows found on the bytes of a file agree with Python's csv module, wherever a chunk ends."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loans.domain.formats import Bounds, Unreadable, structure
from loans.domain.formats.structure import Scan, scan_rows

ROW = st.lists(st.text(st.sampled_from('ab",\n é'), max_size=6), min_size=1, max_size=5)


def scan(path: Path, content: bytes, chunk: int = 1 << 20, **wanted: int) -> Scan:
    path.write_bytes(content)
    with patch.object(structure, "CHUNK_BYTES", chunk):
        return scan_rows(path, separator=",", quoting=True, begin=wanted.get("begin", 0), bounds=Bounds())


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(ROW, min_size=1, max_size=8), chunk=st.integers(1, 40), ending=st.sampled_from(["\n", "\r\n"]))
def test_rows_of_written_csv(tmp_path: Path, rows: list[list[str]], chunk: int, ending: str) -> None:
    """Byte ranges cut out one by one parse to the rows that were written, for any chunk size."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending).writerows(rows)
    content = out.getvalue().encode()
    found = scan(tmp_path / "tape.csv", content, chunk)
    assert found.plain
    assert found.utf8
    cut = [content[begin:end].decode() for begin, end in zip(found.rows.begin, found.rows.end, strict=True)]
    assert [next(csv.reader([text]), [""]) for text in cut] == rows
    assert found.rows.cells.tolist() == [len(row) for row in rows]


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(content=st.text(st.sampled_from('a",\n'), min_size=1, max_size=40), chunk=st.integers(1, 9))
def test_verdict_does_not_depend_on_the_chunks(tmp_path: Path, content: str, chunk: int) -> None:
    path = tmp_path / "tape.csv"
    small, large = scan(path, content.encode(), chunk), scan(path, content.encode())
    assert small.plain == large.plain
    if large.plain:
        assert small.rows.cells.tolist() == large.rows.cells.tolist()
        assert small.rows.begin.tolist() == large.rows.begin.tolist()
        assert small.rows.end.tolist() == large.rows.end.tolist()


@pytest.mark.parametrize("content", ['a"b,c\n', '"a"b,c\n', 'a,"b\n', ' "a",b\n'])
def test_irregular_quotes_are_told(tmp_path: Path, content: str) -> None:
    assert not scan(tmp_path / "tape.csv", content.encode()).plain


@pytest.mark.parametrize("chunk", [1, 2, 3, 100])
def test_a_character_across_chunks_is_utf8_and_half_a_one_is_not(tmp_path: Path, chunk: int) -> None:
    assert scan(tmp_path / "tape.csv", "a,é€\n".encode(), chunk).utf8
    assert not scan(tmp_path / "tape.csv", "a,é".encode()[:-1], chunk).utf8
    assert not scan(tmp_path / "tape.csv", "a,é\n".encode("cp1252"), chunk).utf8


def test_reading_starts_at_the_data(tmp_path: Path) -> None:
    rows = scan(tmp_path / "tape.csv", b"h,i\n1,2\n", begin=4).rows
    assert (rows.begin.tolist(), rows.end.tolist(), rows.cells.tolist()) == ([4], [7], [2])


def test_empty_rows_are_told(tmp_path: Path) -> None:
    rows = scan(tmp_path / "tape.csv", b"1,2\n\n,\r\n,,\n3\n").rows
    assert rows.empty.tolist() == [False, True, True, True, False]
    assert rows.count_to_last_filled() == 5
    assert rows.first(4).count_to_last_filled() == 1


def test_binary_zeros_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="binary zeros"):
        scan(tmp_path / "tape.csv", b"a,b\n" + b"\0" * 10)
