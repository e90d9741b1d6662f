"""What the batches of a tape tell together: how far columns are filled, whether they change, what is missing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import polars as pl

from diligence.domain import cells
from diligence.domain.compiling import RuleSet
from loans.domain.casting import Cast
from loans.domain.fields import FIELD, FieldType
from loans.domain.formats import LENDER
from loans.domain.lookups.places import areas_without_zero
from loans.domain.mapping import Mapping as ColumnMapping

DIGITS_EXPECTED = {"property_zip": (3, 4, 7, 8), "borrower_ssn": (7, 8)}
"""Lengths of digit codes that lost their leading zeros."""


@dataclass(frozen=True, slots=True)
class ColumnSeen:
    """One column of the tape so far: filled cells, the least and greatest text, how many digit codes look cut short."""

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
class TapeSeen:
    """What the batches of a tape tell together; add the parts up in any order.

    `differing`: field to loans whose two columns differ. `needed`: required field without a column to loans needing it.
    `blank`: required field with a column to loans that need it and leave it blank.
    `translated`: column to its codes that were read through another name, with their loans.
    """

    rows: int = 0
    columns: Mapping[str, ColumnSeen] = field(default_factory=dict)
    differing: Mapping[str, int] = field(default_factory=dict)
    needed: Mapping[str, int] = field(default_factory=dict)
    blank: Mapping[str, int] = field(default_factory=dict)
    translated: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def plus(self, other: "TapeSeen") -> "TapeSeen":
        names = [*self.columns, *(name for name in other.columns if name not in self.columns)]
        nothing = ColumnSeen()
        columns = {name: self.columns.get(name, nothing).plus(other.columns.get(name, nothing)) for name in names}
        return TapeSeen(
            self.rows + other.rows,
            columns,
            _added(self.differing, other.differing),
            _added(self.needed, other.needed),
            _added(self.blank, other.blank),
            {
                name: _added(self.translated.get(name, {}), other.translated.get(name, {}))
                for name in {**self.translated, **other.translated}
            },
        )

    def to_json(self) -> dict[str, Any]:
        """Plain values that `from_json` reads back equal."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "TapeSeen":
        """Read what `to_json` wrote; an empty object is a part without rows."""
        columns = {name: ColumnSeen(**column) for name, column in stored.get("columns", {}).items()}
        return cls(**{**stored, "columns": columns})


def _added(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    return {name: first.get(name, 0) + second.get(name, 0) for name in {**first, **second}}


def seen_in(
    batch: pl.DataFrame, result: Cast, mapping: ColumnMapping, ruleset: RuleSet, *, layout: str = LENDER.code
) -> TapeSeen:
    """What one batch (its text and its cast) adds to the whole; blanks are counted for published layouts only."""
    own = layout in ("", LENDER.code)
    doubled = result.problems.filter(pl.col("code") == "DV-011").group_by("field").len()
    return TapeSeen(
        batch.height,
        _columns_seen(batch, result.typed, mapping),
        dict(doubled.iter_rows()),
        cells.loans_needing_absent(result.typed, ruleset),
        {} if own else cells.blanks_by_field(result.typed, result.problems, ruleset),
        {name: codes for name in mapping.columns if (codes := _translated(batch, name, mapping))},
    )


def _translated(batch: pl.DataFrame, column: str, mapping: ColumnMapping) -> dict[str, int]:
    """Codes of an enumeration that stand in the cells and are not the field's own, with how often."""
    mapped = mapping.columns[column]
    is_list_of_codes = mapped.field is not None and FIELD[mapped.field].type is FieldType.ENUM
    names = {raw for raw, value in mapped.transform.codes.items() if raw != value}
    if not is_list_of_codes or not names or column not in batch.columns:
        return {}
    cells_of = batch[column].drop_nulls()
    return dict(cells_of.filter(cells_of.is_in(list(names))).value_counts(sort=True).iter_rows())


def _columns_seen(batch: pl.DataFrame, typed: pl.DataFrame, mapping: ColumnMapping) -> dict[str, ColumnSeen]:
    names = [name for name in batch.columns if name != "row_no"]
    if not names or batch.is_empty():
        return {name: ColumnSeen() for name in names}
    text = pl.col(names)
    filled, least, greatest = (batch.select(part).row(0) for part in (text.count(), text.min(), text.max()))
    short = {name: _cut_short(batch, typed, name, mapping) for name in names}
    return {
        name: ColumnSeen(filled[i], least[i], greatest[i], short[name]) for i, name in enumerate(names)
    }  # fmt: skip


def _cut_short(batch: pl.DataFrame, typed: pl.DataFrame, column: str, mapping: ColumnMapping) -> int:
    mapped = mapping.columns.get(column)
    if mapped and mapped.field == "property_zip" and mapped.transform.zip3:
        return areas_without_zero(typed)
    lengths = DIGITS_EXPECTED.get(mapped.field or "") if mapped else None
    if not lengths:
        return 0
    pattern = "|".join(rf"\d{{{length}}}" for length in lengths)
    return int(batch[column].str.contains(rf"^(?:{pattern})$").sum() or 0)
