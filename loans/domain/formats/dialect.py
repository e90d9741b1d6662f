"""How a delimited file is written: its separator, its quoting, its header row and where the data begins."""

from __future__ import annotations

import csv
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from loans.domain.formats.headers import Head, Row, common_width, filled, first_table_row, head_of
from loans.domain.formats.layouts import Layout
from loans.domain.formats.recognition import headerless_layout
from loans.domain.formats.structure import too_long_line
from loans.domain.formats.tape import Bounds, Unreadable

SEPARATORS = (",", "\t", "|", ";")
SAMPLE_ROWS = 200
HEAD_BYTES = 1 << 20
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Dialect:
    """The way a UTF-8 delimited file is written. `begin` is the byte where the first data row starts."""

    separator: str
    quoting: bool
    header: Row | None
    header_row: int | None
    width: int
    begin: int
    layout: Layout | None


@dataclass(frozen=True, slots=True)
class _Parsed:
    rows: list[list[str]]
    last_lines: list[int]


def dialect_of(path: Path, bounds: Bounds, wanted: Layout | None = None) -> Dialect:
    """Read the first rows of a UTF-8 file and tell how it is written.

    `wanted` is a layout chosen by a person; without a header its columns are taken by position.
    """
    text, mark = _head_text(path, bounds)
    separator, quoting = _best_separator(text)
    parsed = _parse(text, separator, quoting)
    if not any(filled(row) for row in parsed.rows):
        raise Unreadable("The file holds only blank lines; check the export and send it again.")
    return _describe(parsed, text, mark, separator, quoting, bounds, wanted)


def _head_text(path: Path, bounds: Bounds) -> tuple[str, int]:
    """The first whole lines as text, and the length of the byte order mark before them."""
    with path.open("rb") as file:
        head = file.read(min(HEAD_BYTES, bounds.max_line_bytes + 1))
        if b"\n" not in head:
            head += file.read(max(bounds.max_line_bytes + 1 - len(head), 0))
        whole = not file.read(1)
    mark = len(BYTE_ORDER_MARK) if head.startswith(BYTE_ORDER_MARK) else 0
    if not whole:
        cut = head.rfind(b"\n")
        if cut < 0:
            raise too_long_line(bounds)
        head = head[: cut + 1]
    return head[mark:].decode("utf-8", "surrogateescape"), mark


def _best_separator(text: str) -> tuple[str, bool]:
    quotings = (True, False) if '"' in text else (True,)
    choices = [(separator, quoting) for quoting in quotings for separator in SEPARATORS]
    return max(choices, key=lambda choice: _score(text, *choice))


def _score(text: str, separator: str, quoting: bool) -> float:
    """How much like a table the text is with this separator: rows of one width, many cells, from the first row on."""
    rows = [row for row in _parse(text, separator, quoting).rows if filled(row)]
    width = common_width(rows)
    if width == 1 or not rows:
        return 0.0
    share = sum(len(row) == width for row in rows) / len(rows)
    return share * math.log(width) + 0.5 * (len(rows[0]) == width) + 0.2 * quoting


def quoting_style(quoting: bool) -> Literal[0, 3]:
    """The csv module's name for reading quotation marks as such, or as text."""
    return csv.QUOTE_MINIMAL if quoting else csv.QUOTE_NONE


def _parse(text: str, separator: str, quoting: bool) -> _Parsed:
    """The first rows, each with the number of lines of the file up to its end."""
    reader = csv.reader(io.StringIO(text, newline="\n"), delimiter=separator, quoting=quoting_style(quoting))
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return _Parsed(rows, lines)


def _describe(
    parsed: _Parsed, text: str, mark: int, separator: str, quoting: bool, bounds: Bounds, wanted: Layout | None
) -> Dialect:
    rows = parsed.rows
    width = common_width(rows)
    layout = headerless_layout(rows[first_table_row(rows)], wanted)
    first = first_table_row(rows)
    head = Head(None, first, first) if layout else head_of(rows)
    width = max(width, _named_width(head.names or ()))
    refuse_columns(width, bounds)
    lines = parsed.last_lines[head.data - 1] if head.data else 0
    return Dialect(
        separator,
        quoting,
        header=_whole(head.names) if head.names is not None else None,
        header_row=parsed.last_lines[head.line] if head.names is not None else None,
        width=width,
        begin=mark + _bytes_of_lines(text, lines),
        layout=layout,
    )


def _named_width(header: Row) -> int:
    """How many columns a header names, blank names at its end left out."""
    return max((place for place, name in enumerate(header, start=1) if name and name.strip()), default=0)


def _whole(header: Row) -> Row:
    return tuple((name or "").encode("utf-8", "surrogateescape").decode("utf-8", "replace") for name in header)


def refuse_columns(width: int, bounds: Bounds) -> None:
    """Refuse more columns than the bound."""
    if width > bounds.max_columns:
        raise Unreadable(
            f"The tape has {width:,} columns; at most {bounds.max_columns:,} can be read. "
            "Leave out the columns that are not about the loans."
        )


def _bytes_of_lines(text: str, lines: int) -> int:
    taken = io.StringIO(text, newline="\n").readlines()[:lines] if lines else []
    return sum(len(line.encode("utf-8", "surrogateescape")) for line in taken)
