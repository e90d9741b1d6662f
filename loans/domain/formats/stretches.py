"""Stretches of a delimited file: whole rows between two bytes, so that any part of a tape can be read alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """`rows` whole rows of a file from byte `begin` up to byte `end`; the first of them is data row `first_row`."""

    begin: int
    end: int
    first_row: int
    rows: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A UTF-8 delimited file cut into stretches, and how its rows are written: all it takes to read one of them."""

    columns: tuple[str, ...]
    separator: str
    quoting: bool
    stretches: tuple[Stretch, ...]

    def batch(self, stretch: Stretch, content: bytes) -> pl.DataFrame:
        """The rows of a stretch as one text batch; `content` are its bytes."""
        numbers = pl.int_range(stretch.first_row, stretch.first_row + stretch.rows, dtype=pl.Int64, eager=True)
        return self._read(content, skip=0, rows=stretch.rows).insert_column(0, numbers.alias("row_no"))

    def spread(self, path: Path, rows: int) -> pl.DataFrame:
        """At most `rows` rows as text columns, in stretches from the start of the file to its end."""
        wanted = self.stretches[:: -(-sum(stretch.rows for stretch in self.stretches) // rows)]
        with path.open("rb") as file:
            content = b"\n".join(_bytes(file, stretch) for stretch in wanted)
        return self._read(content, skip=0, rows=sum(stretch.rows for stretch in wanted))

    def row(self, content: bytes, place: int) -> dict[str, str | None]:
        """One row of a stretch by its place from 0; the rows before it are passed over unread."""
        return self._read(content, skip=place, rows=1).row(0, named=True)

    def _read(self, content: bytes, *, skip: int, rows: int) -> pl.DataFrame:
        return pl.read_csv(
            content,
            has_header=False,
            separator=self.separator,
            quote_char='"' if self.quoting else None,
            schema=dict.fromkeys(self.columns, pl.String),
            null_values=[""],
            skip_rows=skip,
            n_rows=rows,
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Cut:
        """Read back what `to_json` wrote."""
        stretches = tuple(Stretch(**stretch) for stretch in stored["stretches"])
        return cls(tuple(stored["columns"]), stored["separator"], stored["quoting"], stretches)


def _bytes(file: BinaryIO, stretch: Stretch) -> bytes:
    file.seek(stretch.begin)
    return file.read(stretch.end - stretch.begin)


def stretches_of(begin: Positions, end: Positions, size: int) -> tuple[Stretch, ...]:
    """Stretches of `size` rows, the last one shorter; `begin` and `end` are the bytes where each row does."""
    count = len(begin)
    return tuple(
        Stretch(int(begin[first]), int(end[min(first + size, count) - 1]), first + 1, min(size, count - first))
        for first in range(0, count, size)
    )
