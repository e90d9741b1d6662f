"""The header row of a tape: where it stands, whether there is one, and the names of the columns."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from loans.domain.fields import FIELDS, normalize
from loans.domain.formats.tape import REMARK, Note

Row = Sequence[str | None]

TITLE_ROWS = 30
NUMBER = re.compile(r"\s*[-+($]*\s*\d[\d,]*(\.\d*)?\s*%?\)?\s*")
_DATE = re.compile(r"\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?\s*")
_KNOWN_NAMES = frozenset(alias for field in FIELDS for alias in field.aliases)
_UNIT = re.compile(
    r"\W*(\$|%|usd|us\$|\$?000'?s|in\s+thousands|months?|mos?|years?|yrs?|days?|y/n|yes/no|text|string|char|varchar|"
    r"alpha(numeric)?|date(time)?|num(ber|eric)?|int(eger)?|decimal|float|currency|percent(age)?|bps|"
    r"[mdy]{1,4}[-/. ]?[mdy]{1,4}[-/. ]?[mdy]{0,4}|)\W*",
    re.IGNORECASE,
)
RESERVED = "row_no"
FEWEST_NAMES = 3


def filled(row: Row) -> int:
    """How many cells of a row have text."""
    return sum(1 for cell in row if cell is not None and cell.strip())


def common_width(rows: Sequence[Row]) -> int:
    """The number of cells most rows have; the larger one on a tie; 1 for no rows."""
    widths = Counter(len(row) for row in rows if filled(row))
    return max(widths, key=lambda width: (widths[width], width), default=1)


def first_table_row(rows: Sequence[Row]) -> int:
    """Index of the first row that is no title line: it has at least three quarters of the cells of the fullest row."""
    fullest = max((filled(row) for row in rows), default=0)
    needed = 1 if fullest == 1 else max(2, math.ceil(0.75 * fullest))
    for index, row in enumerate(rows[:TITLE_ROWS]):
        if filled(row) >= needed:
            return index
    return next((index for index, row in enumerate(rows) if filled(row)), 0)


def header_row(rows: Sequence[Row]) -> tuple[int, bool]:
    """Index of the first row of the table, and whether it names columns; a header may be shorter than the rows."""
    top = first_table_row(rows)
    if is_header(rows[top], rows[top + 1 :]):
        return top, True
    above = rows[top - 1] if top else ()
    if filled(above) >= 2 and 2 * filled(above) >= filled(rows[top]) and is_header(above, rows[top:]):
        return top - 1, True
    return top, False


@dataclass(frozen=True, slots=True)
class Head:
    """Where the table of a tape begins: the names of its columns (None without a header), the index of the header's
    last line, and that of the first row of data."""

    names: Row | None
    line: int
    data: int


def head_of(rows: Sequence[Row]) -> Head:
    """The header of a tape: one line, or two of which the words belong together ("Orig" over "Bal").

    Of two lines that both look like headers, such as groups over the columns, the one with more names that lenders use
    is taken. A line of units or formats below the header is passed over.
    """
    top, named = header_row(rows)
    if not named and not _could_name(rows, top + 1):
        return Head(None, top, top)
    lines = [(index, rows[index]) for index in (top, top + 1) if index == top or _could_name(rows, index)]
    pairs = [(index, _joined(rows[index - 1], rows[index])) for index in (top, top + 1) if _are_two_lines(rows, index)]
    line, names = max([*lines, *pairs], key=lambda head: names_known(head[1]))
    return Head(names, line, line + 1 + (line + 1 < len(rows) and is_unit_line(rows[line + 1])))


def _could_name(rows: Sequence[Row], index: int) -> bool:
    """Whether a row has words only, several of which are names that lenders use."""
    if not 0 <= index < len(rows):
        return False
    given = [cell for cell in rows[index] if cell and cell.strip()]
    return names_known(given) >= FEWEST_NAMES and not any(map(looks_like_data, given))


def _are_two_lines(rows: Sequence[Row], index: int) -> bool:
    """Whether a row and the one above it are both words, so that together they may name the columns."""
    if not 0 < index < len(rows) or filled(rows[index - 1]) < FEWEST_NAMES:
        return False
    both = [cell for row in rows[index - 1 : index + 1] for cell in row if cell and cell.strip()]
    return not any(map(looks_like_data, both))


def _joined(upper: Row, lower: Row) -> Row:
    width = max(len(upper), len(lower))
    cells = [[*row, *[None] * (width - len(row))] for row in (upper, lower)]
    return tuple(" ".join(filter(None, ((cell or "").strip() for cell in pair))) for pair in zip(*cells, strict=True))


def names_known(row: Row) -> int:
    """How many cells of a row are headers that lenders use, each counted once."""
    return len({name for cell in row if cell and (name := normalize(cell)) in _KNOWN_NAMES})


def is_unit_line(row: Row) -> bool:
    """Whether every cell of a row is a unit, a type or a format, as in "($)", "%", "mm/dd/yyyy"."""
    given = [cell for cell in row if cell and cell.strip()]
    return len(given) > 1 and all(_UNIT.fullmatch(cell) for cell in given)


def is_header(row: Row, body: Sequence[Row]) -> bool:
    """Whether a row names columns: by names lenders use, or by words where the column below has numbers or dates."""
    if _are_known_names(row):
        return True
    votes = [vote for index, cell in enumerate(row) if (vote := _vote(cell, body, index)) is not None]
    if votes:
        return 2 * sum(votes) >= len(votes)
    names = [cell.strip() for cell in row if cell and cell.strip()]
    return len(set(names)) == len(names) and sum(map(looks_like_data, names)) * 3 < max(len(names), 1)


def _are_known_names(row: Row) -> bool:
    """Whether most cells are headers lenders use, so that field numbers of loan systems ("364") count as names."""
    names = [normalize(cell) for cell in row if cell and cell.strip()]
    known = sum(name in _KNOWN_NAMES for name in names)
    return known >= 3 and len(set(names)) == len(names) and 4 * known >= 3 * len(names)


def _vote(cell: str | None, body: Sequence[Row], index: int) -> bool | None:
    below = [value for row in body if index < len(row) and (value := row[index]) and value.strip()]
    if not below or not cell or not cell.strip():
        return None
    if sum(map(looks_like_data, below)) < 0.8 * len(below):
        return None
    return not looks_like_data(cell)


def looks_like_data(text: str) -> bool:
    """Whether a text is a number, a date or a code that is mostly digits."""
    if NUMBER.fullmatch(text) or _DATE.fullmatch(text):
        return True
    solid = text.strip()
    return sum(character.isdigit() for character in solid) * 2 > len(solid)


def column_names(header: Row, width: int) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Unique names for `width` columns, and remarks on what was renamed ("Column 7", "Filler (2)")."""
    names: list[str] = []
    taken = {RESERVED}
    notes: list[Note] = []
    for position in range(1, width + 1):
        given = (header[position - 1] if position <= len(header) else None) or ""
        name = _free_name(given if given.strip() else f"Column {position}", taken)
        if name != given:
            notes.append(_renamed(given, name, position))
        taken.add(name)
        names.append(name)
    return tuple(names), tuple(notes)


def _free_name(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} ({number})", number + 1
    return name


def _renamed(given: str, name: str, position: int) -> Note:
    if not given.strip():
        return Note(REMARK, f"Column {position} has no name in the header; it is called “{name}”.")
    return Note(
        REMARK, f"The header name “{given}” stands more than once or is reserved; column {position} is “{name}”."
    )
