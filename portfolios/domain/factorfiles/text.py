"""A file from outside, made safe to parse: unpacked within bounds, text, no endless line, every line of one width.

Lines that are not whole are blanked, not removed, so that a line keeps the number it has in the file.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from loans.domain.formats import Bounds, Unreadable
from loans.domain.formats.archive import unpack_gzip, unpack_zip
from loans.domain.formats.rewrite import single_byte_encoding, to_utf8
from loans.domain.formats.sniffing import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import polars as pl

BOUNDS = Bounds(max_bytes=20_000_000_000, max_rows=200_000_000, max_line_bytes=65_536)
BLOCK_BYTES = 8 << 20
MOST_PROBLEMS = 500
SHOWN_CHARS = 40
NEWLINE, PIPE = b"\n", b"|"
FETCH_AGAIN = "fetch the file from the agency again, as it was published."


@dataclass(slots=True)
class Problems:
    """What could not be taken as it stands: the first few in full, and how many there are in all."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    total: int = 0

    def add(self, line: int, column: str, sentence: str) -> None:
        """Note a problem of one line (0 = the whole file) and, where it is about one, its column."""
        self.total += 1
        if len(self.listed) < MOST_PROBLEMS:
            self.listed.append({"line": line, "field": column, "sentence": sentence})

    def add_rows(self, rows: pl.DataFrame, column: str, sentence: Callable[..., str]) -> None:
        """Note a problem of every row: its first column is the line, the others go to `sentence`."""
        listed = rows.head(MOST_PROBLEMS - len(self.listed))
        for line, *told in listed.iter_rows():
            self.add(line, column, sentence(*told))
        self.total += rows.height - listed.height


@dataclass(frozen=True, slots=True)
class Checked:
    """A text file that can be parsed, and how many lines it has."""

    path: Path
    lines: int


@dataclass(slots=True)
class Counts:
    """What one pass over the bytes of a file has counted; `marked` is a byte order mark."""

    lines: int = 0
    pipes: int = 0
    utf8: bool = True
    open_end: bool = False
    marked: bool = False

    @property
    def all_lines(self) -> int:
        """The lines, a last one without a line break included."""
        return self.lines + self.open_end


def unpacked(path: Path, folder: Path, bounds: Bounds = BOUNDS) -> Path:
    """The text file itself, out of its .gz or .zip where it is packed. Unreadable where it is no text."""
    if path.stat().st_size > bounds.max_bytes:
        raise Unreadable(f"The file has more than {bounds.max_bytes:,} bytes, the most that is read; send it in parts.")
    try:
        kind = kind_of(path, bounds)
        if kind in {"zip", "gzip"}:
            path = (unpack_zip if kind == "zip" else unpack_gzip)(path, folder, bounds)
            kind = kind_of(path, bounds)
    except Unreadable as problem:
        raise _about_a_file(problem) from problem
    if kind != "text":
        raise Unreadable(f"The file is not text, as the agencies' files are; {FETCH_AGAIN}")
    return path


def checked(path: Path, folder: Path, counts: Counts, *, width: int, problems: Problems) -> Checked:
    """The file, fit to be parsed. `width` is the number of columns every line has to have; 0 leaves it open."""
    if not counts.utf8 or counts.marked:
        target = folder / "utf8"
        to_utf8(path, target, "utf-8-sig" if counts.utf8 else single_byte_encoding(path))
        path = target
    if width and counts.pipes != counts.all_lines * (width - 1):
        path = _with_blanked_lines(path, folder / "lines", width, problems)
    return Checked(path, counts.all_lines)


def shown(text: str) -> str:
    """A cell as it may stand in a sentence: short, and without what would break the line."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in text)
    return clean if len(clean) <= SHOWN_CHARS else f"{clean[:SHOWN_CHARS]}…"


def _about_a_file(problem: Unreadable) -> Unreadable:
    what = str(problem).split(";")[0].replace("a loan tape", "a factor file").replace("tape", "file")
    return Unreadable(f"{what.rstrip('.')}; {FETCH_AGAIN}")


def counted(path: Path, bounds: Bounds = BOUNDS) -> Counts:
    """One pass over the file, before anything is parsed. Unreadable where it is binary or breaks a bound."""
    counts, since_newline = Counts(), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in _blocks(path):
        counts.marked = counts.marked or (not counts.lines and block.startswith(codecs.BOM_UTF8))
        if b"\0" in block:
            raise Unreadable(f"The file holds binary zeros, so it is damaged; {FETCH_AGAIN}")
        since_newline = _refuse_long_line(block, since_newline, bounds.max_line_bytes)
        counts.lines += block.count(NEWLINE)
        counts.pipes += block.count(PIPE)
        counts.utf8 = counts.utf8 and _is_utf8(decoder, block)
        counts.open_end = not block.endswith(NEWLINE)
    if counts.all_lines > bounds.max_rows:
        lines = f"{counts.all_lines:,} lines; at most {bounds.max_rows:,}"
        raise Unreadable(f"The file has {lines} are read. Send it in parts.")
    return counts


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def _is_utf8(decoder: codecs.IncrementalDecoder, block: bytes) -> bool:
    if block.isascii() and not decoder.getstate()[0]:
        return True
    try:
        decoder.decode(block)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_long_line(block: bytes, since_newline: int, most: int) -> int:
    """Bytes since the last newline at the end of the block; Unreadable where a line is longer than `most`.

    Looks only for the last newline of each stretch of `most` bytes, so that most of the block is never read here.
    """
    at = -since_newline
    while len(block) - at > most:
        found = block.rfind(NEWLINE, max(at, 0), at + most + 1)
        if found < 0:
            raise Unreadable(
                f"A line of the file has more than {most:,} characters, so it is not one of the agencies' files "
                f"or it is damaged; {FETCH_AGAIN}"
            )
        at = found + 1
    return len(block) - 1 - last if (last := block.rfind(NEWLINE)) >= 0 else since_newline + len(block)


def _with_blanked_lines(path: Path, target: Path, width: int, problems: Problems) -> Path:
    """A copy of the file in which lines of another width are empty; what is not empty already is a problem."""
    with path.open("rb") as source, target.open("wb") as out:
        for number, line in enumerate(source, start=1):
            columns = line.count(PIPE) + 1
            if columns == width:
                out.write(line)
                continue
            out.write(NEWLINE)
            if line.strip():
                problems.add(
                    number,
                    "",
                    f"The line has {columns:,} columns, the file {width}, so it was left out; {FETCH_AGAIN}",
                )
    return target
