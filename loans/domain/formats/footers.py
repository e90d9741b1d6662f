"""Lines at the end of a tape that are no loans: totals, averages, footnotes."""

from __future__ import annotations

import re

from loans.domain.formats.headers import NUMBER, Row, filled
from loans.domain.formats.tape import REMARK, Note

TAIL_LINES = 10
"""The most lines that are left out at the end of a tape; what is longer is no footer."""

_TOTAL = re.compile(
    r"\s*((grand\s+|sub[-\s]?|report\s+|pool\s+)?(totals?|averages?|avgs?|sums?|min|max|minimum|maximum|median)"
    r"|w(td|gtd|eighted)?\.?\s*av(g|erage)s?|(number|no\.?|#|count)\s+of\s+loans|loan\s+count|record\s+count)\b",
    re.IGNORECASE,
)
_SUMS = re.compile(
    r"\s*((grand|sub|report|pool|page|group)?[-\s]*(totals?|averages?|avgs?)|w(td|gtd|eighted)?\.?\s*av(g|erage)s?"
    r"|(number|no\.?|#|count)\s+of\s+loans|loan\s+count|record\s+count)\b",
    re.IGNORECASE,
)
"""What lines between loans begin with; fewer words than at the end, because borrowers are called Max."""
_GROUP_TOTAL = re.compile(r".*\S\s+(sub[-\s]?)?(total|count|average|sum)s?\s*:?\s*", re.IGNORECASE)
"""As a spreadsheet names the totals of groups: "Ohio Total"."""
_TRAILER = re.compile(r"\s*(t|tr|trl|trlr|trailer|ftr|footer|eof|eor|end|z)\s*", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z]\S*\s+\S*[A-Za-z]|^\s*\*")
_NARROWEST = 4
"""Columns that a table must have before a line with one cell can be told from a loan."""


def is_total_line(row: Row) -> bool:
    """Whether a last row sums up the rows above: its first text says so, and most of its cells are empty."""
    first = next((cell for cell in row if cell and cell.strip()), "")
    return bool(_TOTAL.match(first)) and filled(row) * 2 <= max(len(row), 2)


def is_subtotal(row: Row) -> bool:
    """Whether a row sums up others: its first text says so, all else has digits, and most of its cells are empty."""
    first, *rest = [cell for cell in row if cell and cell.strip()] or [""]
    few = filled(row) * 2 <= max(len(row), 2)
    told = _SUMS.match(first) or _GROUP_TOTAL.fullmatch(first)
    return few and bool(told) and all(any(letter.isdigit() for letter in cell) for cell in rest)


def is_trailer(row: Row) -> bool:
    """Whether a last row is the end record of a file: its sign, then counts and sums at most."""
    given = [cell for cell in row if cell and cell.strip()]
    signed = 0 < len(given) * 2 <= len(row) and bool(_TRAILER.fullmatch(given[0]))
    return signed and all(NUMBER.fullmatch(cell) for cell in given[1:])


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
    if is_total_line(row) or is_subtotal(row) or is_sum_line(row):
        return Note(REMARK, f"The last line, “{text}”, is a total and not a loan; it was left out.")
    if is_trailer(row):
        return Note(REMARK, f"The last line, “{text}”, is the end record of the file and not a loan; it was left out.")
    if is_footnote(row):
        return Note(REMARK, f"The last line, “{text[:80]}”, is a footnote and not a loan; it was left out.")
    return None
