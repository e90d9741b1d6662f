"""Where the rows of a delimited file begin and end, found on its bytes before anything is parsed.

One vectorized pass (numpy) counts the cells of every row, so that a ragged row is known by its number and a clean file
can go to the CSV parser as it is. Figures: about one CPU-second for a million rows of sixty columns.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from loans.domain.formats.blanks import NEWLINE, QUOTE, Blanks, Positions, Quotes
from loans.domain.formats.tape import Bounds, Unreadable

CHUNK_BYTES = 1 << 20
FEW_QUOTES = 1_000
RETURN = 13
MARK = codecs.BOM_UTF8


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of a file: byte offsets of each begin and end (line break excluded) and the number of its cells."""

    begin: Positions
    end: Positions
    cells: Positions

    @property
    def empty(self) -> npt.NDArray[np.bool_]:
        """Rows all of whose cells are empty (separators only, or nothing)."""
        return self.end - self.begin == self.cells - 1

    def count_to_last_filled(self) -> int:
        """How many rows there are up to the last that is not empty."""
        held = np.flatnonzero(~self.empty)
        return int(held[-1]) + 1 if held.size else 0

    def first(self, count: int) -> Rows:
        """The first `count` rows."""
        return Rows(self.begin[:count], self.end[:count], self.cells[:count])


@dataclass(slots=True)
class Scan:
    """What the pass over a file found. `plain` is false where quotes do not stand as a CSV parser expects them."""

    blanks: Blanks
    utf8: bool = True
    plain: bool = True
    _begin: list[Positions] = field(default_factory=list)
    _end: list[Positions] = field(default_factory=list)
    _cells: list[Positions] = field(default_factory=list)

    def add(self, begin: Positions, end: Positions, cells: Positions) -> None:
        self._begin.append(begin)
        self._end.append(end)
        self._cells.append(cells)

    @property
    def rows(self) -> Rows:
        empty = [np.empty(0, dtype=np.int64)]
        return Rows(*(np.concatenate(part or empty) for part in (self._begin, self._end, self._cells)))


@dataclass(slots=True)
class _Carry:
    """What one chunk hands to the next: an unfinished row, and whether a quoted cell is open."""

    row_begin: int
    cells_before: int = 0
    quoted: bool = False
    saw_quote: bool = False
    last_byte: int = NEWLINE


def scan_rows(path: Path, *, separator: str, quoting: bool, begin: int, bounds: Bounds, width: int = 0) -> Scan:
    """Find every row from byte `begin` on; stops early (plain or utf8 false) where the file has to be rewritten.

    With a `width` the empty cells of as many columns are counted on the way.
    """
    scan, carry = Scan(Blanks(width)), _Carry(begin)
    decoder = codecs.getincrementaldecoder("utf-8")()
    offset = begin
    for chunk, following in _chunks(path, begin):
        scan.utf8 = _still_utf8(decoder, chunk, final=following == b"")
        _refuse_zeros(chunk)
        if scan.utf8:
            _scan_chunk(chunk, following, offset, ord(separator), quoting, scan, carry)
            _refuse_long_line(offset + len(chunk), scan, carry, bounds)
        if not (scan.utf8 and scan.plain):
            return scan
        offset += len(chunk)
    _finish(offset, scan, carry)
    return scan


def _chunks(path: Path, begin: int) -> Iterator[tuple[bytes, bytes]]:
    """Chunks of the file, each with the first byte of what follows (empty at the end)."""
    with path.open("rb") as file:
        file.seek(begin)
        chunk = file.read(CHUNK_BYTES)
        while chunk:
            following = file.read(CHUNK_BYTES)
            yield chunk, following[:1]
            chunk = following


def _still_utf8(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool) -> bool:
    if chunk.isascii() and decoder.getstate()[0] == b"":
        return True
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_zeros(chunk: bytes) -> None:
    if b"\0" in chunk:
        raise Unreadable(
            "The file holds binary zeros, so it is damaged or not a text file; export the tape again as CSV or XLSX."
        )


def _scan_chunk(
    chunk: bytes, following: bytes, offset: int, separator: int, quoting: bool, scan: Scan, carry: _Carry
) -> None:
    scan.plain = not _has_double_return(chunk)
    scan.plain &= chunk.isascii() or MARK not in chunk
    data = np.frombuffer(chunk, dtype=np.uint8)
    ends = np.flatnonzero(data == NEWLINE)
    separator_at = np.flatnonzero(data == separator)
    if quoting and (carry.quoted or QUOTE in chunk):
        quotes = _quotes(chunk, data, following, carry)
        scan.plain &= _are_regular(quotes, separator)
        separator_at = _outside_quotes(separator_at, quotes)
        ends = ends[_parity(quotes.at, ends) == carry.quoted]
        scan.blanks.add_quoted(quotes, separator_at)
        carry.quoted ^= bool(quotes.at.size & 1)
        carry.saw_quote = True
    scan.blanks.add(data, separator_at, carry.last_byte)
    _add_rows(data, ends, separator_at, offset, scan, carry)
    carry.last_byte = int(data[-1])


def _has_double_return(chunk: bytes) -> bool:
    """Whether a line ends in two returns: a parser takes the first for text, but not at the end of a part.

    Looking for one byte is twenty times as quick as for three, and most files have no returns at all.
    """
    return RETURN in chunk and b"\r\r\n" in chunk


def _parity(quote_at: Positions, positions: Positions) -> npt.NDArray[np.bool_]:
    """Whether an odd number of quotes stands before each position."""
    return (np.searchsorted(quote_at, positions) & 1).astype(np.bool_)


def _quotes(chunk: bytes, data: npt.NDArray[np.uint8], following: bytes, carry: _Carry) -> Quotes:
    at = _quote_places(chunk, data)
    opening, closing = at[int(carry.quoted) :: 2], at[int(not carry.quoted) :: 2]
    before = np.where(opening > 0, data[opening - 1], carry.last_byte)
    last = following[0] if following else NEWLINE
    after = np.where(closing + 1 < data.size, data[np.minimum(closing + 1, data.size - 1)], last)
    return Quotes(at, opening, closing, before, after, data.size, carry.quoted)


def _quote_places(chunk: bytes, data: npt.NDArray[np.uint8]) -> Positions:
    """Where quotes stand. Most tapes have few: those are found one by one, quicker than every byte is compared."""
    places: list[int] = []
    place = chunk.find(b'"')
    while place >= 0:
        if len(places) == FEW_QUOTES:
            return np.flatnonzero(data == QUOTE)
        places.append(place)
        place = chunk.find(b'"', place + 1)
    return np.array(places, dtype=np.int64)


def _are_regular(quotes: Quotes, separator: int) -> bool:
    """Whether every quote opens at the start of a cell, closes at its end, or is doubled."""
    may_open, may_close = _bytes(separator, NEWLINE, QUOTE), _bytes(separator, NEWLINE, RETURN, QUOTE)
    return bool(may_open[quotes.before].all() and may_close[quotes.after].all())


def _bytes(*members: int) -> npt.NDArray[np.bool_]:
    table = np.zeros(256, dtype=np.bool_)
    table[list(members)] = True
    return table


def _outside_quotes(separator_at: Positions, quotes: Quotes) -> Positions:
    """The separators that divide cells; spans of quotes without room for one ("") are passed over."""
    edges = np.concatenate(([-1] if quotes.was_open else [], quotes.at, [quotes.size])).astype(np.int64)
    opens, closes = edges[0:-1:2], edges[1::2]
    roomy = closes[: opens.size] - opens > 1
    first = np.searchsorted(separator_at, opens[roomy])
    count = np.searchsorted(separator_at, closes[: opens.size][roomy]) - first
    if not count.any():
        return separator_at
    outside = np.ones(separator_at.size, dtype=np.bool_)
    outside[_ranges(first[count > 0], count[count > 0])] = False
    return separator_at[outside]


def _ranges(first: Positions, count: Positions) -> Positions:
    """The numbers first[i] .. first[i] + count[i] - 1, for all i one behind the other."""
    starts = np.cumsum(count) - count
    return np.arange(int(count.sum()), dtype=np.int64) - np.repeat(starts - first, count)


def _add_rows(
    data: npt.NDArray[np.uint8], ends: Positions, separator_at: Positions, offset: int, scan: Scan, carry: _Carry
) -> None:
    """Add the rows that end in this chunk; `separator_at` are the separators between its cells."""
    before = np.searchsorted(separator_at, ends)
    if not ends.size:
        carry.cells_before += separator_at.size
        scan.blanks.add_ends(ends, before, separator_at, offset)
        return
    cells = np.diff(before, prepend=0) + 1
    cells[0] += carry.cells_before
    begin = np.concatenate(([carry.row_begin], offset + ends[:-1] + 1))
    previous = np.where(ends > 0, data[ends - 1], carry.last_byte)
    end = offset + ends - (previous == RETURN)
    scan.add(begin, np.maximum(end, begin), cells)
    scan.blanks.add_ends(end, before, separator_at, offset)
    carry.row_begin = offset + int(ends[-1]) + 1
    carry.cells_before = separator_at.size - int(before[-1])


def _refuse_long_line(offset: int, scan: Scan, carry: _Carry, bounds: Bounds) -> None:
    if offset - carry.row_begin <= bounds.max_line_bytes:
        return
    if not carry.saw_quote:
        raise too_long_line(bounds)
    scan.plain = False


def too_long_line(bounds: Bounds) -> Unreadable:
    """The refusal of a line over the bound."""
    return Unreadable(
        f"A line of the file is longer than {bounds.max_line_bytes:,} bytes, the most a row may have; "
        "check that each loan stands on its own line."
    )


def _finish(offset: int, scan: Scan, carry: _Carry) -> None:
    if carry.quoted:
        scan.plain = False
        return
    if carry.row_begin < offset:
        end = offset - (carry.last_byte == RETURN)
        none = np.empty(0, dtype=np.int64)
        scan.blanks.add_ends(np.array([end]), np.zeros(1, dtype=np.int64), none, offset)
        scan.add(*(np.array([n], dtype=np.int64) for n in (carry.row_begin, end, carry.cells_before + 1)))
