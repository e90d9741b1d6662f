"""Empty cells counted column by column in the pass over a file's bytes, so that nothing is parsed only to count them.

The places of separators and quotes are known there already: an empty cell ends where it begins, or holds two quotes.
Columns are told by the number of separators before, so the counts hold only where every row has equally many cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

NEWLINE, QUOTE = 10, 34
NOWHERE = -1
Positions = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotes of a chunk: all of them, those that open and those that close, with the byte before and after each."""

    at: Positions
    opening: Positions
    closing: Positions
    before: Bytes
    after: Bytes
    size: int
    was_open: bool


@dataclass(slots=True)
class Blanks:
    """Empty cells of each of `width` columns so far; a file of one column is not counted."""

    width: int
    _separators: int = 0
    _last_separator: int = NOWHERE
    _open: int = NOWHERE
    _counts: Positions = field(init=False)

    def __post_init__(self) -> None:
        self._counts = np.zeros(self.width, dtype=np.int64)

    def add(self, data: Bytes, separator_at: Positions, before_first: int) -> None:
        """Cells that end at a separator of this chunk; `before_first` is the byte that stands before the chunk."""
        if self.width < 2 or not separator_at.size:
            return
        previous = data[separator_at - 1]
        if separator_at[0] == 0:
            previous[0] = before_first
        empty = np.flatnonzero((previous == data[separator_at[0]]) | (previous == NEWLINE))
        self._counts += np.bincount((empty + self._separators) % (self.width - 1), minlength=self.width)
        self._separators += separator_at.size

    def add_quoted(self, quotes: Quotes, separator_at: Positions) -> None:
        """Cells that hold nothing but their two quotes; called before the separators of the chunk are added."""
        if self.width < 2:
            return
        closing, after = quotes.closing, quotes.after
        if quotes.was_open and closing.size:
            self._close(int(closing[0]), int(after[0]))
            closing, after = closing[1:], after[1:]
        pairs = closing.size
        opening, before = quotes.opening[:pairs], quotes.before[:pairs]
        empty = (closing == opening + 1) & (before != QUOTE) & (after != QUOTE)
        columns = self._columns(opening[empty], before[empty], separator_at)
        self._counts += np.bincount(columns, minlength=self.width)
        self._leave_open(quotes, pairs, separator_at)

    def _close(self, closing: int, after: int) -> None:
        if closing == 0 and self._open != NOWHERE and after != QUOTE:
            self._counts[self._open] += 1

    def _leave_open(self, quotes: Quotes, pairs: int, separator_at: Positions) -> None:
        """Remember the column of a cell whose first quote is the last byte of the chunk."""
        opening, before = quotes.opening[pairs:], quotes.before[pairs:]
        at_end = (opening == quotes.size - 1) & (before != QUOTE)
        self._open = int(self._columns(opening, before, separator_at)[0]) if at_end.any() else NOWHERE

    def _columns(self, begins: Positions, before: Bytes, separator_at: Positions) -> Positions:
        """Columns of the cells that begin at these places, `before` being the byte before each."""
        places = (np.searchsorted(separator_at, begins) + self._separators) % (self.width - 1)
        return np.where((places == 0) & (before != NEWLINE), self.width - 1, places)

    def add_ends(self, ends: Positions, before: Positions, separator_at: Positions, offset: int) -> None:
        """Last cells: rows that end at bytes `ends` of the file, with `before` separators of this chunk before them."""
        if self.width > 1:
            previous = np.full(before.shape, self._last_separator)
            previous[before > 0] = separator_at[before[before > 0] - 1] + offset
            self._counts[-1] += int((ends - previous == 1).sum())
        if separator_at.size:
            self._last_separator = int(separator_at[-1]) + offset

    def filled(self, rows: int) -> list[int] | None:
        """Cells of each column that are not empty, of `rows` rows of equal width; None where it was not counted."""
        return (rows - self._counts).tolist() if self.width > 1 else None
