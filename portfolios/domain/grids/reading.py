"""A price grid out of a CSV or XLSX file: every cell typed, or every error with its row, its field and its cure."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from loans.domain.formats import Bounds, OpenTape, Unreadable, open_tape
from portfolios.domain.grids.cells import BadCell, Value, value_of
from portfolios.domain.grids.columns import CellType, Column
from portfolios.domain.grids.headers import found_in, lies_wrongly
from portfolios.domain.grids.kinds import Kind
from portfolios.domain.grids.spellings import FRACTIONS_BELOW, as_percent, in_parts_of_one

MOST_ROWS = 20_000
MOST_PROBLEMS = 100
FIRST_CELLS = 30
MERGED = "Where cells are merged, unmerge them and fill every row."
BOUNDS = Bounds(
    max_bytes=10_000_000, max_rows=MOST_ROWS, max_columns=60, max_cell_chars=500, max_line_bytes=20_000,
    max_workbook_bytes=40_000_000,
)  # fmt: skip

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class GridProblem:
    """What is wrong where: the row of the file as a spreadsheet counts it (0: the file), the field, and the cure."""

    row: int
    field: str
    sentence: str
    cure: str

    def __str__(self) -> str:
        place = f"Row {self.row}, {self.field}: " if self.row else f"{self.field}: " if self.field else ""
        return f"{place}{self.sentence} {self.cure}"


class Unusable(Exception):
    """A file that gives no grid; `problems` says everything that has to be cured, the first hundred at most."""

    def __init__(self, problems: Iterable[GridProblem]) -> None:
        self.problems = tuple(problems)[:MOST_PROBLEMS]
        super().__init__(" ".join(str(problem) for problem in self.problems[:3]))


def read_grid(kind: Kind, path: Path, *, name: str) -> list[Row]:
    """The typed rows of a file of this kind; blanks of optional columns are None. Raises Unusable.

    Empty rows are skipped, a row that says the same as an earlier one in every cell counts once, and a column of
    percents that is in parts of one throughout (0.06125) is taken as percent.
    """
    with tempfile.TemporaryDirectory(prefix="plumbline-grid-") as folder:
        try:
            tape = open_tape(path, name=name, layout="lender", bounds=BOUNDS, unpack_dir=Path(folder))
            parts = [*tape.batches()]
        except Unreadable as unreadable:
            raise Unusable([GridProblem(0, "", str(unreadable), "Send a CSV or XLSX file.")]) from unreadable
    text = pl.concat(parts) if parts else None
    column_of = _columns(kind, tape, text)
    if text is None:
        raise Unusable([GridProblem(0, "", "The file has a header and no prices.", "Fill in at least one row.")])
    rows, numbers = _filled(kind, text, column_of, tape.header_row or 1)
    if not rows:
        raise Unusable([GridProblem(0, "", "The file has a header and no prices.", "Fill in at least one row.")])
    return _checked(kind, rows, numbers)


def _columns(kind: Kind, tape: OpenTape, text: pl.DataFrame | None) -> dict[str, str]:
    """The column of the file for each column of the template that it has; raises Unusable for a header that is none."""
    found = found_in(kind, tape.columns)
    cure = f"The header of {kind.title} is: {', '.join(kind.header)}."
    missing = [column.name for column in kind.columns if column.required and column.name not in found]
    if missing and text is not None:
        for sentence, turned in lies_wrongly(kind, tape.columns, text[tape.columns[0]].head(FIRST_CELLS).to_list()):
            raise Unusable([GridProblem(0, "", sentence, turned)])
    known = {column for columns in found.values() for column in columns}
    problems = [GridProblem(0, name, "The column is missing.", cure) for name in missing]
    problems += [
        GridProblem(0, name, f"Two columns are named so: {', '.join(columns)}.", "Keep one of the two.")
        for name, columns in found.items()
        if len(columns) > 1
    ]
    unknown = [name for name in tape.columns if name not in known]
    problems += [GridProblem(0, name[:40], "The template has no such column.", cure) for name in unknown]
    if problems:
        raise Unusable(problems)
    return {name: columns[0] for name, columns in found.items()}


def _filled(kind: Kind, text: pl.DataFrame, column_of: dict[str, str], header_row: int) -> tuple[list[Row], list[int]]:
    """The rows with anything in them, as text by column of the template, and their numbers in the file."""
    rows, numbers = [], []
    for row_no, *cells in text.select("row_no", *column_of.values()).iter_rows():
        if any(cell and cell.strip() for cell in cells):
            rows.append(dict.fromkeys(kind.header) | dict(zip(column_of, cells, strict=True)))
            numbers.append(header_row + row_no)
    for name in column_of:
        if in_parts_of_one(name, [row[name] for row in rows]):
            for row in rows:
                row[name] = as_percent(row[name])
    return rows, numbers


def _checked(kind: Kind, rows: list[Row], numbers: list[int]) -> list[Row]:
    problems: list[GridProblem] = []
    typed: dict[int, Row] = {}
    seen: set[tuple[Any, ...]] = set()
    for number, row in zip(numbers, rows, strict=True):
        before = len(problems)
        values = {column.name: _cell(row[column.name], column, number, problems) for column in kind.columns}
        problems += _crossed(kind, values, number)
        same = tuple(values.values())
        if same not in seen or len(problems) > before:
            typed[number] = values
        seen.add(same)
    problems += _twice(kind, list(typed.values()), list(typed))
    if problems:
        raise Unusable(sorted(problems, key=lambda problem: problem.row))
    return list(typed.values())


def _cell(text: str | None, column: Column, number: int, problems: list[GridProblem]) -> Value | None:
    if text is None or not text.strip():
        if column.required:
            merged = f" {MERGED}" if column.type in (CellType.TEXT, CellType.WORD) else ""
            problems.append(GridProblem(number, column.name, "The cell is blank.", f"{column.help}{merged}"))
        return None
    try:
        value = value_of(text, column)
    except BadCell as bad:
        problems.append(GridProblem(number, column.name, str(bad), bad.cure))
        return None
    below = FRACTIONS_BELOW.get(column.name)
    if below is not None and isinstance(value, float) and 0 < value < float(below):
        sentence = f"{value:g} is in parts of one, and other rows of the column are in percent."
        problems.append(GridProblem(number, column.name, sentence, f"Write it in percent, as {100 * value:g}."))
    return value


def _crossed(kind: Kind, row: Row, number: int) -> Iterator[GridProblem]:
    for low, high in kind.pairs:
        if row[low] is not None and row[high] is not None and row[low] > row[high]:
            sentence = f"{row[low]} is above {high}, which is {row[high]}."
            yield GridProblem(number, low, sentence, f"Let {low} be at most {high}.")


def _twice(kind: Kind, rows: list[Row], numbers: list[int]) -> Iterator[GridProblem]:
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in zip(numbers, rows, strict=True):
        key = tuple(row[name] for name in kind.key)
        if key in seen:
            sentence = f"The row says the same as row {seen[key]}: {', '.join(kind.key)}."
            yield GridProblem(number, kind.key[0], sentence, "Keep one of the two.")
        seen.setdefault(key, number)
