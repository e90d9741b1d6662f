"""How the values of a tape will be read: in words for all of them, and one row of the file as an example."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from loans.domain.casting import cast
from loans.domain.fields import EVERY_FIELD, NULL_TOKENS, Field, FieldType
from loans.domain.mapping import ColumnProfile, Mapping, Profile, Transform
from loans.models import TapeVersion

ORDERS = {
    "mdy": "MM/DD/YYYY",
    "dmy": "DD/MM/YYYY",
    "ymd": "YYYY-MM-DD",
    "iso": "YYYY-MM-DD",
    "ym": "YYYYMM",
    "my": "MMYYYY",
    "excel": "days of a spreadsheet",
}
TOKENS_SHOWN = 6
COLUMNS_NAMED = 3
VALUES_SHOWN = 24


@dataclass(frozen=True)
class Reading:
    """One line of "How values will be read"; `odd` is worth a second look."""

    label: str
    words: str
    odd: bool = False


@dataclass(frozen=True)
class Preview:
    """One of the first rows of the file as it will be read; `number` counts from 1, 0 for a tape without loans."""

    number: int
    values: list[tuple[Field, Any]]
    previous: int | None
    following: int | None
    more: int


def readings(mapping: Mapping, profile: Profile) -> list[Reading]:
    columns = {column.name: column for column in profile.columns}
    fields = [
        (columns[name], EVERY_FIELD[mapped.field], mapped.transform)
        for name, mapped in mapping.columns.items()
        if mapped.field
    ]
    return [dates(fields), percents(fields), amounts(), empties(fields), short_years(fields)]


Mapped = list[tuple[ColumnProfile, Field, Transform]]


def dates(fields: Mapped) -> Reading:
    """The orders of day, month and year that are in use, the commonest first."""
    used = [transform for _, field, transform in fields if field.type is FieldType.DATE]
    orders = [ORDERS.get(transform.date_order or "iso", transform.date_order or "") for transform in used]
    words = ", ".join(sorted(set(orders), key=lambda order: -orders.count(order)))
    open_order = any(transform.ambiguous for transform in used)
    return Reading("Dates", words + (", order not certain" if open_order else "") if words else "none", open_order)


def percents(fields: Mapped) -> Reading:
    """Fractions become percent; the columns where that happens are named."""
    scaled = [column.name for column, field, transform in fields if field.is_percent and transform.scale == 100]
    if not scaled:
        return Reading("Rates", "6.625 means 6.625%")
    return Reading("Rates", f"6.625 means 6.625%; times 100 in {some(scaled)}")


def amounts() -> Reading:
    return Reading("Amounts", "US dollars, cents kept")


def empties(fields: Mapped) -> Reading:
    """The texts that stand for an empty cell in this tape."""
    known = [
        (raw, NULL_TOKENS | {code.lower() for code in transform.null_codes}) for column, _, transform in fields
        for raw, _ in column.values
    ]  # fmt: skip
    found = dict.fromkeys(raw.strip() for raw, tokens in known if raw.strip() and raw.strip().lower() in tokens)
    shown = [*list(found)[:TOKENS_SHOWN], *(["…"] if len(found) > TOKENS_SHOWN else [])]
    return Reading("Empty cells", ", ".join(["blank", *shown]))


def short_years(fields: Mapped) -> Reading:
    """Columns whose dates leave the century open."""
    short = [column.name for column, field, _ in fields if field.type is FieldType.DATE and column.dates.short_years]
    if not short:
        return Reading("Two-digit years", "none found")
    return Reading("Two-digit years", f"up to 69 read as 20xx, in {some(short)}", odd=True)


def some(names: list[str]) -> str:
    shown = ", ".join(name[:30] for name in names[:COLUMNS_NAMED])
    rest = len(names) - COLUMNS_NAMED
    return f"{shown} and {rest} more" if rest > 0 else shown


def preview(version: TapeVersion, mapping: Mapping, row: int) -> Preview:
    """Row `row` (from 0) of the first rows of the file, required fields first."""
    rows = version.facts["first_rows"]
    if not rows:
        return Preview(0, [], None, None, 0)
    row = min(max(row, 0), len(rows) - 1)
    names = version.facts["columns"]
    cells = {name: [cell] for name, cell in zip(names, rows[row], strict=True)}
    schema = {"row_no": pl.Int64, **dict.fromkeys(names, pl.String)}
    typed = cast(pl.DataFrame({"row_no": [row + 1], **cells}, schema=schema), mapping).typed.row(0, named=True)
    values = [(EVERY_FIELD[name], typed[name]) for name in mapping.fields if name in typed]
    values.sort(key=lambda value: not value[0].core)
    following = row + 1 if row + 1 < len(rows) else None
    return Preview(row + 1, values[:VALUES_SHOWN], row - 1 if row else None, following, len(values) - VALUES_SHOWN)
