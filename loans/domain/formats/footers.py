"""Lines at the end of a tape that are no loans: totals, averages, footnotes."""

from __future__ import annotations

import re

from loans.domain.formats.headers import NUMBER, Row, filled
from loans.domain.formats.tape import REMARK, Note

TAIL_LINES = 10
"""The most lines that are left out at the end of a tape; what is longer is no footer."""

_TOTAL = re.compile(
    r"\s*((grand\s+|sub|report\s+|pool\s+)?(totals?|averages?|avgs?|sums?|min|max|minimum|maximum|median)"
    r"|w(td|gtd|eighted)?\.?\s*av(g|erage)s?|(number|no\.?|#|count)\s+of\s+loans|loan\s+count|record\s+count)\b",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z]\S*\s+\S*[A-Za-z]|^\s*\*")
_NARROWEST = 4
"""Columns that a table must have before a line with one cell can be told from a loan."""


def is_total_line(row: Row) -> bool:
    """Whether a last row sums up the rows above: its first text says so, and most of its cells are empty."""
    first = next((cell for cell in row if cell and cell.strip()), "")
    return bool(_TOTAL.match(first)) and filled(row) * 2 <= max(len(row), 2)


def is_sum_line(row: Row) -> bool:
    """Whether a last row has nothing but a few numbers under an empty first cell, as sums without a word do."""
    given = [cell for cell in row if cell and cell.strip()]
    bare = not (row and row[0] and row[0].strip()) and 0 < len(given) * 4 <= len(row)
    return bare and all(NUMBER.fullmatch(cell) for cell in given)


def is_footnote(row: Row) -> bool:
    """Whether a last row of a wide table is one cell of several words, which no loan number is."""
    given = [cell for cell in row if cell and cell.strip()]
    return len(row) >= _NARROWEST and len(given) == 1 and bool(_WORDS.search(given[0]))


def footer_note(row: Row) -> Note | None:
    """The remark on a last row that is no loan; None where it may be one."""
    text = next((cell.strip() for cell in row if cell and cell.strip()), "")
    if is_total_line(row) or is_sum_line(row):
        return Note(REMARK, f"The last line, “{text}”, is a total and not a loan; it was left out.")
    if is_footnote(row):
        return Note(REMARK, f"The last line, “{text[:80]}”, is a footnote and not a loan; it was left out.")
    return None
