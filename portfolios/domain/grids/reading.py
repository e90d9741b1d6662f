"""A price grid out of a CSV or XLSX file: every cell typed, or every error with its row, its field and its cure."""

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from loans.domain.formats import Bounds, OpenTape, Unreadable, open_tape
from portfolios.domain.grids.cells import BadCell, Value, value_of
from portfolios.domain.grids.columns import Column
from portfolios.domain.grids.kinds import Kind

MOST_ROWS = 20_000
MOST_PROBLEMS = 100
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
    """The typed rows of a file of this kind; blanks of optional columns are None. Raises Unusable."""
    with tempfile.TemporaryDirectory(prefix="plumbline-grid-") as folder:
        try:
            tape = open_tape(path, name=name, layout="lender", bounds=BOUNDS, unpack_dir=Path(folder))
            _check_header(kind, tape)
            parts = [*tape.batches()]
        except Unreadable as unreadable:
            raise Unusable([GridProblem(0, "", str(unreadable), "Send a CSV or XLSX file.")]) from unreadable
    if not parts:
        raise Unusable([GridProblem(0, "", "The file has a header and no prices.", "Fill in at least one row.")])
    text, first = pl.concat(parts), tape.header_row or 1
    rows = [dict(zip(kind.header, cells, strict=True)) for cells in text.select(kind.header).iter_rows()]
    return _checked(kind, rows, [first + row_no for row_no in text["row_no"]])


def _check_header(kind: Kind, tape: OpenTape) -> None:
    missing = [name for name in kind.header if name not in tape.columns]
    unknown = [name for name in tape.columns if name not in kind.header]
    cure = f"The header of {kind.title} is: {', '.join(kind.header)}."
    problems = [GridProblem(0, name, "The column is missing.", cure) for name in missing]
    problems += [GridProblem(0, name[:40], "The template has no such column.", cure) for name in unknown]
    if problems:
        raise Unusable(problems)


def _checked(kind: Kind, rows: list[Row], numbers: list[int]) -> list[Row]:
    problems: list[GridProblem] = []
    typed: list[Row] = []
    for number, row in zip(numbers, rows, strict=True):
        values = {column.name: _cell(row[column.name], column, number, problems) for column in kind.columns}
        problems += _crossed(kind, values, number)
        typed.append(values)
    problems += _twice(kind, typed, numbers)
    if problems:
        raise Unusable(sorted(problems, key=lambda problem: problem.row))
    return typed


def _cell(text: str | None, column: Column, number: int, problems: list[GridProblem]) -> Value | None:
    if text is None or not text.strip():
        if column.required:
            problems.append(GridProblem(number, column.name, "The cell is blank.", column.help))
        return None
    try:
        return value_of(text, column)
    except BadCell as bad:
        problems.append(GridProblem(number, column.name, str(bad), bad.cure))
        return None


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
