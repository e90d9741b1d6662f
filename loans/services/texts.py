"""The cells of a tape as they stood: read from the original where its rows stand in it, else from a copy of each part.

What `read` found out about a delimited file (see `Cut`) is kept with the version, so that its parts are parsed from
their own bytes and nobody looks for the rows again.
"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from django.conf import settings

from loans.domain.formats import Bounds, Cut, OpenTape, open_tape
from loans.domain.formats.stretches import Stretch
from loans.models import TapeChunk, TapeVersion
from loans.services.files import local_file, read_bytes, read_ipc, read_ipc_row

PART_ROWS = settings.CHUNK_ROWS
"""Rows of a part at most. Every part costs the planning of 300 expressions, whatever its size, and Polars gives the
parts of one tape both processors anyway; larger ones need more memory than a worker is to have."""
PART_CELLS = 12_000_000
"""Cells of a part at most, so that wide tapes need no more memory than others."""
FEWEST_PART_ROWS = 1_000
CUT = "cut"


def bounds() -> Bounds:
    """The limits of what is read, from the settings."""
    return Bounds(
        max_bytes=settings.MAX_UPLOAD_MB * 1024 * 1024,
        max_rows=settings.MAX_ROWS,
        max_columns=settings.MAX_COLUMNS,
        max_cell_chars=settings.MAX_CELL_CHARS,
        max_line_bytes=settings.MAX_LINE_BYTES,
        max_zip_ratio=settings.MAX_ZIP_RATIO,
    )


def part_rows(tape: OpenTape) -> int:
    """Rows of each part: fewer where a tape has very many columns."""
    return min(PART_ROWS, max(PART_CELLS // max(len(tape.columns), 1), FEWEST_PART_ROWS))


def cut_facts(tape: OpenTape, original: Path) -> dict[str, object]:
    """What is kept of how the original can be cut into parts; nothing where it cannot."""
    cut = tape.cut(part_rows(tape), of=original)
    return {CUT: cut.to_json()} if cut else {}


def cut_of(version: TapeVersion) -> Cut | None:
    """How the original is cut into parts; None where parts keep a copy of their cells."""
    stored = version.facts.get(CUT)
    return Cut.from_json(stored) if stored else None


def batches(version: TapeVersion) -> Iterator[pl.DataFrame]:
    """The text of a tape, a part at a time."""
    cut = cut_of(version)
    if cut is None:
        yield from _opened_again(version)
        return
    with version.original.open("rb") as source:
        for stretch in cut.stretches:
            source.seek(stretch.begin)
            yield cut.batch(stretch, source.read(stretch.end - stretch.begin))


def _opened_again(version: TapeVersion) -> Iterator[pl.DataFrame]:
    with local_file(version.original) as path:
        tape = open_tape(path, name=version.filename, layout=version.layout, bounds=bounds(), unpack_dir=path.parent)
        yield from tape.batches(part_rows(tape))


def batch_of(part: TapeChunk) -> pl.DataFrame:
    """The text of one part."""
    cut = cut_of(part.version)
    if part.cells or cut is None:
        return read_ipc(part.cells)
    stretch = cut.stretches[part.number]
    return cut.batch(stretch, _bytes(part.version, stretch))


def row_of(part: TapeChunk, row_no: int) -> dict[str, str | None]:
    """The cells of one row of a part by column; empty for a row past its end."""
    place, cut = row_no - part.first_row, cut_of(part.version)
    if place >= part.row_count:
        return {}
    if part.cells or cut is None:
        return read_ipc_row(part.cells, place)
    return cut.row(_bytes(part.version, cut.stretches[part.number]), place)


def _bytes(version: TapeVersion, stretch: Stretch) -> bytes:
    return read_bytes(version.original, stretch.begin, stretch.end)
