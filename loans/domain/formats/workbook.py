"""What the parts of an XLSX file say before its cells are read: sheets, sizes, percent styles, error cells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from loans.domain.formats.archive import RATIO_COUNTS_FROM
from loans.domain.formats.tape import Bounds, Unreadable

PIECE_BYTES = 1 << 20
STYLED_ROWS = 1_000
DAMAGED = "The Excel file is damaged or was cut off on its way; open it in Excel, save it again and send that."
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BUILT_IN_PERCENT = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.')
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_ERROR_CELL = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>(?:<f\b[^>]*?/>|<f\b[^>]*>.*?</f>)?<v>([^<]*)</v>', re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A worksheet: its name, the part of the ZIP that holds it, whether it is visible, its size unpacked."""

    name: str
    part: str
    visible: bool
    size: int


@dataclass(frozen=True, slots=True)
class ErrorCell:
    """A cell that shows a spreadsheet error; row and column count from 0."""

    row: int
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Styles:
    """The first used column of a sheet, the columns whose numbers are shown as percent, and those with formulas that
    nobody worked out; all count from 0."""

    first_column: int
    percent: frozenset[int]
    unworked: frozenset[int] = frozenset()


def refuse_unsafe(archive: ZipFile, bounds: Bounds) -> None:
    """Refuse a workbook by the sizes in its directory, before anything is unpacked."""
    unpacked = sum(member.file_size for member in archive.infolist())
    packed = sum(member.compress_size for member in archive.infolist())
    if unpacked > bounds.max_workbook_bytes:
        raise Unreadable(
            f"The workbook unpacks to {unpacked:,} bytes; at most {bounds.max_workbook_bytes:,} can be read. "
            "Save the tape as CSV and send that."
        )
    if unpacked > RATIO_COUNTS_FROM and unpacked > packed * bounds.max_zip_ratio:
        raise Unreadable(
            f"The workbook unpacks to more than {bounds.max_zip_ratio} times its size, the most that is unpacked; "
            "save the tape as CSV and send that."
        )


def sheets_of(archive: ZipFile) -> list[Sheet]:
    """The worksheets, visible ones first, then the largest first."""
    targets = {
        node.get("Id"): node.get("Target", "")
        for node in _tree(archive, "xl/_rels/workbook.xml.rels").iter("{*}Relationship")
    }
    sizes = {member.filename: member.file_size for member in archive.infolist()}
    sheets = []
    for node in _tree(archive, "xl/workbook.xml").iter("{*}sheet"):
        part = _part_name(targets.get(node.get(_RELATION), ""))
        if part in sizes and "worksheets" in part:
            visible = node.get("state", "visible") == "visible"
            sheets.append(Sheet(node.get("name", ""), part, visible, sizes[part]))
    return sorted(sheets, key=lambda sheet: (not sheet.visible, -sheet.size))


def _part_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _tree(archive: ZipFile, part: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(archive.read(part), parser)


def error_cells(archive: ZipFile, sheet: Sheet) -> list[ErrorCell]:
    """The error cells of a sheet; reading it to the end also proves that the sheet is whole (CRC and size)."""
    found: list[ErrorCell] = []
    with archive.open(sheet.part) as part:
        for rows in _row_pieces(part):
            if b't="e"' in rows:
                found += [
                    ErrorCell(int(row) - 1, column_index(column.decode()), text.decode("utf-8", "replace"))
                    for column, row, text in _ERROR_CELL.findall(rows)
                ]
    return found


def _row_pieces(part: IO[bytes]) -> Iterator[bytes]:
    left = b""
    while piece := part.read(PIECE_BYTES):
        joined = left + piece
        cut = joined.rfind(b"</c>") + 4
        yield joined[:cut]
        left = joined[cut:]
    yield left


def styles_of(archive: ZipFile, sheet: Sheet) -> Styles:
    """What the first thousand rows of a sheet say about its columns."""
    percent_styles = _percent_styles(archive)
    first_column, numbers, percents = 1 << 14, Counter[int](), Counter[int]()
    unworked = set()
    for column, cell in _cells(archive, sheet):
        first_column = min(first_column, column)
        if _is_unworked(cell):
            unworked.add(column)
        if cell.get("t", "n") == "n":
            numbers[column] += 1
            percents[column] += cell.get("s") in percent_styles
    percent = frozenset(column for column, count in numbers.items() if percents[column] * 2 > count)
    return Styles(0 if first_column == 1 << 14 else first_column, percent, frozenset(unworked))


def _is_unworked(cell: etree._Element) -> bool:
    """Whether a cell holds a formula without its result, as files have that no spreadsheet program has saved.

    A formula whose result is an empty text has the type of texts.
    """
    formula = isinstance(cell[0].tag, str) and cell[0].tag.endswith("}f") and cell.get("t") != "str"
    return formula and not any(child.text for child in cell if child is not cell[0])


def _cells(archive: ZipFile, sheet: Sheet) -> Iterator[tuple[int, etree._Element]]:
    """Filled cells of the first rows, each with its column (from 0)."""
    with archive.open(sheet.part) as part:
        rows = etree.iterparse(part, tag="{*}row", resolve_entities=False, no_network=True, load_dtd=False)
        for seen, (_, row) in enumerate(rows):
            if seen >= STYLED_ROWS:
                return
            for position, cell in enumerate(row):
                if len(cell):
                    match = _REFERENCE.match(cell.get("r", ""))
                    yield (column_index(match[1]) if match else position), cell
            row.clear()


def column_index(letters: str) -> int:
    """The number of a column by its letters: A is 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _percent_styles(archive: ZipFile) -> frozenset[str]:
    """The style numbers (attribute s of a cell) that show a number as percent."""
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    tree = _tree(archive, "xl/styles.xml")
    formats = {int(node.get("numFmtId", "0")): node.get("formatCode", "") for node in tree.iter("{*}numFmt")}
    percent = _BUILT_IN_PERCENT | {number for number, code in formats.items() if "%" in _QUOTED.sub("", code)}
    cell_styles = tree.find("{*}cellXfs")
    nodes = [] if cell_styles is None else list(cell_styles)
    return frozenset(str(index) for index, node in enumerate(nodes) if int(node.get("numFmtId", "0")) in percent)


def opened(path: Path) -> ZipFile:
    """The ZIP of a workbook."""
    try:
        return ZipFile(path)
    except (BadZipFile, OSError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error
