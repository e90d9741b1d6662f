"""Synthetic tapes written as files: CSV, XLSX with typed cells, MISMO ULDD."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import polars as pl
import xlsxwriter

from diligence.domain.synthetic.columns import US_DATE, headers
from diligence.domain.synthetic.spoiling import ANSWERS
from diligence.domain.synthetic.tape import Batch
from loans.domain.fields import FIELD, FieldType

WRITTEN = datetime(2026, 1, 1)
XLSX_LOANS = 1_048_575
"""As many rows as a sheet holds below its header."""


def write_csv(tape: Iterator[Batch], out: BinaryIO, answers: BinaryIO | None) -> int:
    """Write a tape and its answers, batch by batch; the number of loans."""
    if answers:
        pl.DataFrame(schema=ANSWERS).write_csv(answers)
    loans = 0
    for batch in tape:
        named = batch.cells.rename(headers(), strict=False)
        named.write_csv(out, include_header=loans == 0)
        if answers:
            batch.answers.write_csv(answers, include_header=False)
        loans += batch.cells.height
    return loans


def write_xlsx(cells: Iterator[pl.DataFrame], out: Path) -> None:
    """Write cells as one sheet: numbers as numbers, dates as dates, ratios in percent style, everything else text."""
    with closing(xlsxwriter.Workbook(str(out), {"constant_memory": True, "strings_to_formulas": False})) as book:
        book.set_properties({"created": WRITTEN})
        sheet = book.add_worksheet("Loans")
        styles = {kind: book.add_format({"num_format": text}) for kind, text in _STYLES.items()}
        line = 0
        for frame in cells:
            if line == 0:
                sheet.write_row(0, 0, [headers()[name] for name in frame.columns])
            columns = [_typed_cells(name, frame[name]) for name in frame.columns]
            kinds = [_kind(name) for name in frame.columns]
            for row in zip(*columns, strict=True):
                line += 1
                for place, value in enumerate(row):
                    if value is not None:
                        sheet.write(line, place, value, styles.get(kinds[place]))


_STYLES = {"percent": "0.00%", "date": "mm/dd/yyyy", "money": "#,##0.00"}
_RATIOS = frozenset({"ltv", "cltv", "hcltv", "dti", "housing_ratio"})


def _kind(name: str) -> str:
    field = FIELD[name]
    if name in _RATIOS:
        return "percent"
    if field.type is FieldType.DATE:
        return "date"
    return "money" if field.unit.startswith("USD") and field.type.is_number else ""


def as_deliveries_write(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells in the spelling of a ULDD delivery: ISO dates, true and false; what is neither stays as it is."""
    return cells.with_columns(_delivered(name) for name in cells.columns)


def _delivered(name: str) -> pl.Expr:
    cell = pl.col(name)
    match FIELD[name].type:
        case FieldType.DATE:
            return pl.coalesce(cell.str.to_date(US_DATE, strict=False).dt.to_string("iso"), cell).alias(name)
        case FieldType.BOOLEAN:
            return cell.replace({"Y": "true", "N": "false"})
        case _:
            return cell


def _typed_cells(name: str, cells: pl.Series) -> list[object]:
    """Values where the text is one of the column's type, the text itself where it is not."""
    field = FIELD[name]
    if field.type is FieldType.DATE:
        values = cells.str.to_date(US_DATE, strict=False)
    elif field.type.is_number:
        values = cells.cast(pl.Float64, strict=False)
        values = (values / 100).round(8) if name in _RATIOS else values
    else:
        return cells.to_list()
    return [text if value is None else value for value, text in zip(values.to_list(), cells.to_list(), strict=True)]
