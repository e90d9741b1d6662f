"""What the columns of a tape hold as text: how far they are filled, whether they change, which codes it translates."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from loans.domain.fields import FIELD, FieldType
from loans.domain.lookups.places import areas_without_zero
from loans.domain.mapping import Mapping as ColumnMapping

DIGITS_EXPECTED = {"property_zip": (3, 4, 7, 8), "borrower_ssn": (7, 8)}
"""Lengths of digit codes that lost their leading zeros."""


FIRST_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of the tape so far: filled cells, two of its texts, how many digit codes look cut short.

    `least` and `greatest` are the same where the column holds one text only; otherwise they are any two of its texts.
    """

    filled: int = 0
    least: str | None = None
    greatest: str | None = None
    cut_short: int = 0

    def plus(self, other: "ColumnSeen") -> "ColumnSeen":
        least = [text for text in (self.least, other.least) if text is not None]
        greatest = [text for text in (self.greatest, other.greatest) if text is not None]
        return ColumnSeen(
            self.filled + other.filled,
            min(least, default=None),
            max(greatest, default=None),
            self.cut_short + other.cut_short,
        )


@dataclass(frozen=True, slots=True)
class ColumnsSeen:
    """All columns of a tape by name; add the batches up in any order.

    `translated`: column to its codes that were read through another name, with their loans.
    """

    columns: Mapping[str, ColumnSeen] = field(default_factory=dict)
    translated: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def plus(self, other: "ColumnsSeen") -> "ColumnsSeen":
        nothing = ColumnSeen()
        return ColumnsSeen(
            {
                name: self.columns.get(name, nothing).plus(other.columns.get(name, nothing))
                for name in {**self.columns, **other.columns}
            },
            {
                name: added(self.translated.get(name, {}), other.translated.get(name, {}))
                for name in {**self.translated, **other.translated}
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ColumnsSeen":
        """Read what `to_json` wrote; other entries beside it are passed over."""
        columns = {name: ColumnSeen(**column) for name, column in stored.get("columns", {}).items()}
        return cls(columns, stored.get("translated", {}))


def added(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    """Two counts by name as one."""
    return {name: first.get(name, 0) + second.get(name, 0) for name in {**first, **second}}


def columns_seen(batch: pl.DataFrame, typed: pl.DataFrame, mapping: ColumnMapping) -> ColumnsSeen:
    """What one text batch and its typed columns tell."""
    translated = {name: codes for name in mapping.columns if (codes := _translated(batch, name, mapping))}
    return ColumnsSeen(_each(batch, typed, mapping), translated)


def _each(batch: pl.DataFrame, typed: pl.DataFrame, mapping: ColumnMapping) -> dict[str, ColumnSeen]:
    names = [name for name in batch.columns if name != "row_no"]
    if not names or batch.is_empty():
        return {name: ColumnSeen() for name in names}
    short = {name: _cut_short(batch, typed, name, mapping) for name in names}
    return {name: ColumnSeen(_filled(batch[name]), *_ends(batch[name]), short[name]) for name in names}


def _filled(text: pl.Series) -> int:
    return text.len() - text.null_count()


def _ends(text: pl.Series) -> tuple[str | None, str | None]:
    """Least and greatest text, looked for among the first rows alone where those differ already."""
    first = text.head(FIRST_ROWS)
    least, greatest = first.min(), first.max()
    if least == greatest:
        least, greatest = text.min(), text.max()
    return least, greatest  # type: ignore[return-value]


def _cut_short(batch: pl.DataFrame, typed: pl.DataFrame, column: str, mapping: ColumnMapping) -> int:
    mapped = mapping.columns.get(column)
    if mapped and mapped.field == "property_zip" and mapped.transform.zip3:
        return areas_without_zero(typed)
    lengths = DIGITS_EXPECTED.get(mapped.field or "") if mapped else None
    if not lengths:
        return 0
    pattern = "|".join(rf"\d{{{length}}}" for length in lengths)
    return int(batch[column].str.contains(rf"^(?:{pattern})$").sum() or 0)


def _translated(batch: pl.DataFrame, column: str, mapping: ColumnMapping) -> dict[str, int]:
    """Codes of an enumeration that stand in the cells and are not the field's own, with how often."""
    mapped = mapping.columns[column]
    field = FIELD.get(mapped.field or "")
    names = {raw for raw, value in mapped.transform.codes.items() if raw != value}
    if field is None or field.type is not FieldType.ENUM or not names or column not in batch.columns:
        return {}
    cells = batch[column].drop_nulls()
    return dict(cells.filter(cells.is_in(list(names))).value_counts(sort=True).iter_rows())
