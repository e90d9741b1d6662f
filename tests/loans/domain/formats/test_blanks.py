"""Empty cells counted on the bytes are those that the parser finds, wherever a chunk ends."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loans.domain.formats import Bounds, open_tape, structure
from loans.domain.formats.structure import scan_rows
from loans.domain.mapping import profile, profile_of

CELL = st.sampled_from(["", "", "1", "ab", " ", "é", '""', '""', '"a"', '"a,,b"', '"\n,"', '""""', '"x"",""y"'])
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=8)
)


def counted(path: Path, content: bytes, width: int, chunk: int = 1 << 20) -> list[int] | None:
    path.write_bytes(content)
    with patch.object(structure, "CHUNK_BYTES", chunk):
        scan = scan_rows(path, separator=",", quoting=True, begin=0, bounds=Bounds(), width=width)
    return scan.blanks.filled(scan.rows.begin.size)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=TABLES, chunk=st.integers(1, 30), ending=st.sampled_from(["\n", "\r\n"]), ended=st.booleans())
def test_every_column_wherever_a_chunk_ends(
    tmp_path: Path, rows: list[list[str]], chunk: int, ending: str, ended: bool
) -> None:
    content = ending.join(",".join(row) for row in rows) + (ending if ended else "")
    expected = [sum(cell not in ("", '""') for cell in column) for column in zip(*rows, strict=True)]
    assert counted(tmp_path / "tape.csv", content.encode(), len(rows[0]), chunk) == expected


def test_not_counted_with_one_column(tmp_path: Path) -> None:
    assert counted(tmp_path / "tape.csv", b"1\n\n2\n", 1) is None


TAPE = "Loan,Rate,Score\n" + "".join(f"{n},{'' if n % 3 else 6.5},{700 + n}\n" for n in range(2_500))


@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n", ",,\n", "Total,,\n", "Total\n"])
@pytest.mark.parametrize("text", [TAPE, TAPE.replace("\n", "\r\n"), TAPE.replace(",,", ',"",'), TAPE + "1,2\n5,6,7\n"])
def test_the_profile_is_that_of_all_rows(tmp_path: Path, text: str, tail: str) -> None:
    """Whichever way the cells are counted, the profile is the same."""
    path = tmp_path / "tape.csv"
    path.write_text(text + tail, newline="")
    tape = open_tape(path, name=path.name)
    whole = profile(tape.batches())
    assert profile_of(tape) == whole
    assert whole["Rate"].filled == sum(1 for n in range(2_500) if n % 3 == 0) + (2 if "5,6,7" in text else 0)


def test_rows_after_the_head_are_counted_and_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "tape.csv"
    path.write_text("a,b\n" + "1,\n" * 10 + "1,2\n" * 5)
    tape = open_tape(path, name=path.name)
    assert tape.filled == (15, 5)
    with patch("loans.domain.mapping.profiles._head_rows", lambda columns: 10):
        seen = profile_of(tape)
    assert seen.rows == 15
    assert (seen["b"].rows, seen["b"].filled, seen["b"].looked_at) == (15, 5, 10)
