"""Lines between the loans of a tape that are no loans: subtotals of groups, the header again on every page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from loans.domain.formats.blanks import Positions
from loans.domain.formats.dialect import Dialect
from loans.domain.formats.footers import is_subtotal
from loans.domain.formats.headers import Row
from loans.domain.formats.rewrite import parsed_row
from loans.domain.formats.structure import Rows
from loans.domain.formats.tape import NOT_READ, Note

MOST_LOOKED_AT = 10_000
"""Lines looked at for what they say; a file with more short lines than that is only sparsely filled."""
SHORT = (0.9, 0.5)
"""Text of a line against the usual one, below which it is looked at: the second where the first says too many."""
_MAY_TELL = re.compile(rb"total|av(era)?g|sum|count|number|#", re.IGNORECASE)
_SHOWN = 3
_FEWEST_COLUMNS = 4


def lines_between(path: Path, dialect: Dialect, rows: Rows) -> dict[int, str]:
    """Index of each row that is no loan, with its first text; looked for among short rows and copies of the header."""
    if not rows.begin.size or dialect.width < _FEWEST_COLUMNS:
        return {}
    lengths = rows.end - rows.begin
    as_header = np.isin(lengths, _header_lengths(dialect))
    found = {}
    with path.open("rb") as file:
        for index in _candidates(rows, lengths, as_header):
            file.seek(int(rows.begin[index]))
            line = file.read(int(lengths[index]))
            cells = _cells(line, dialect) if as_header[index] or _MAY_TELL.search(line) else []
            if cells and is_no_loan(cells, dialect.header):
                found[index] = next(cell.strip() for cell in cells if cell.strip())
    return found


def _cells(line: bytes, dialect: Dialect) -> list[str]:
    cells = parsed_row(line.decode("utf-8", "replace"), dialect, quoting=dialect.quoting)
    return [*cells, *[""] * (dialect.width - len(cells))]


def _candidates(rows: Rows, lengths: Positions, as_header: npt.NDArray[np.bool_]) -> list[int]:
    text = lengths - rows.cells + 1
    for share in SHORT:
        candidates = np.flatnonzero(((text < share * np.median(text)) | as_header) & ~rows.empty)
        if candidates.size <= MOST_LOOKED_AT:
            return [int(index) for index in candidates]
    return []


def _header_lengths(dialect: Dialect) -> list[int]:
    """How many bytes the header takes as a line, with quotation marks around all its names and without."""
    if dialect.header is None:
        return []
    bare = len(dialect.separator.join(name or "" for name in dialect.header).encode())
    return [bare, bare + 2 * len(dialect.header)]


def is_no_loan(row: Row, header: Row | None) -> bool:
    """Whether a row between others sums them up or is the header again."""
    return is_subtotal(row) or (header is not None and _texts(row) == _texts(header))


def _texts(row: Row) -> list[str]:
    return [cell.strip() for cell in row if cell and cell.strip()]


def between_note(texts: Sequence[str]) -> tuple[Note, ...]:
    """One note for all lines that were left out between the loans."""
    if not texts:
        return ()
    shown = ", ".join(f"“{text[:40]}”" for text in list(dict.fromkeys(texts))[:_SHOWN])
    if len(texts) == 1:
        return (
            Note(NOT_READ, f"A line between the loans, {shown}, is a subtotal or the header again; it was left out."),
        )
    told = f"{len(texts):,} lines between the loans are subtotals or the header again and were left out: {shown}"
    return (Note(NOT_READ, f"{told}{' and others' if len(set(texts)) > _SHOWN else ''}."),)
