"""Helpers that write small tapes and open them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from loans.domain.formats import Bounds, OpenTape, open_tape

Opener = Callable[..., OpenTape]


@pytest.fixture
def opened(tmp_path: Path) -> Opener:
    """Write text or bytes to a file and open it as a tape."""

    def write_and_open(
        content: str | bytes,
        *,
        name: str = "tape.csv",
        layout: str = "auto",
        bounds: Bounds | None = None,
        encoding: str = "utf-8",
    ) -> OpenTape:
        path = tmp_path / name
        path.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
        return open_tape(path, name=name, layout=layout, bounds=bounds, unpack_dir=None)

    return write_and_open


def cells(tape: OpenTape, size: int = 100_000) -> list[tuple[str | None, ...]]:
    """All rows of a tape without their numbers."""
    return [row[1:] for batch in tape.batches(size) for row in batch.rows()]


def whole(tape: OpenTape, size: int = 100_000) -> pl.DataFrame:
    """All batches of a tape as one frame."""
    return pl.concat([tape.empty(), *tape.batches(size)])


def sentences(tape: OpenTape, code: str) -> list[str]:
    """The sentences of the notes with a code."""
    return [note.sentence for note in tape.notes if note.code == code]
