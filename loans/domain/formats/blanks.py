"""Empty cells counted column by column in the pass over a file's bytes, so that nothing is parsed only to count them.

The places of the separators are known there already; an empty cell is one that ends where it begins. Columns are told
by the number of separators before, so the counts hold only where every row has the same number of cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

NEWLINE = 10
Positions = npt.NDArray[np.int64]


@dataclass(slots=True)
class Blanks:
    """Empty cells of each of `width` columns so far; `holds` is false once a quote stood in the file."""

    width: int
    holds: bool = True
    _separators: int = 0
    _last_separator: int = -1
    _counts: Positions = field(init=False)

    def __post_init__(self) -> None:
        self._counts = np.zeros(self.width, dtype=np.int64)
        self.holds = self.width > 1

    def add(self, data: npt.NDArray[np.uint8], separator_at: Positions, before_first: int) -> None:
        """Cells that end at a separator of this chunk; `before_first` is the byte that stands before the chunk."""
        if not separator_at.size:
            return
        previous = data[separator_at - 1]
        if separator_at[0] == 0:
            previous[0] = before_first
        empty = np.flatnonzero((previous == data[separator_at[0]]) | (previous == NEWLINE))
        self._counts += np.bincount((empty + self._separators) % (self.width - 1), minlength=self.width)
        self._separators += separator_at.size

    def add_ends(self, ends: Positions, before: Positions, separator_at: Positions, offset: int) -> None:
        """Last cells: rows that end at bytes `ends` of the file, with `before` separators of this chunk before them."""
        if not self.holds:
            return
        places = np.concatenate(([self._last_separator], separator_at + offset))
        self._counts[-1] += int((ends - places[before] == 1).sum())
        self._last_separator = int(places[-1])

    def filled(self, rows: int) -> list[int] | None:
        """Cells of each column that are not empty, of `rows` rows of equal width; None where it was not counted."""
        return (rows - self._counts).tolist() if self.holds else None
