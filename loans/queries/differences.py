"""What the tape page shows of a difference, and its download row by row."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from loans.domain.fields import FIELD, Field, FieldType
from loans.domain.harmless import harmless_frame
from loans.models import TapeVersion

ROWS_AT_ONCE = 10_000
HEADINGS = {
    "kind": "change",
    "loan_id": "loan_number",
    "row_before": "row_before",
    "row_after": "row",
    "field": "field",
    "before": "before",
    "after": "after",
}


@dataclass(frozen=True)
class FieldChanges:
    """A field and the number of loans whose value changed; `share` is of the field that changed most."""

    field: Field
    count: int
    share: float


@dataclass(frozen=True)
class Example:
    """One change: the row of the new file, the loan, and the value before and after."""

    row: int
    loan: str
    field: Field
    before: Any
    after: Any


@dataclass(frozen=True)
class Difference:
    """What a version changed against an earlier one."""

    version: TapeVersion
    counts: dict[str, Any]
    fields: list[FieldChanges]
    examples: list[Example]
    new_fields: list[Field]
    lost_fields: list[Field]

    @property
    def nothing(self) -> bool:
        return not any(self.counts[name] for name in ("added", "dropped", "changed"))


def difference_of(version: TapeVersion) -> Difference | None:
    """The difference as the page shows it; None where there is nothing to compare with, or not yet."""
    stored = version.difference
    if not stored or stored.get("against") is None or stored.get("failed"):
        return None
    most = max((one["count"] for one in stored["fields"]), default=1)
    return Difference(
        version=version,
        counts=stored,
        fields=[
            FieldChanges(FIELD[one["field"]], one["count"], one["count"] / most) for one in known(stored["fields"])
        ],
        examples=[example(one) for one in known(stored["examples"])],
        new_fields=[FIELD[name] for name in stored["new_fields"] if name in FIELD],
        lost_fields=[FIELD[name] for name in stored["lost_fields"] if name in FIELD],
    )


def known(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entries of fields that the catalogue still has; what was stored years ago may name others."""
    return [entry for entry in entries if entry["field"] in FIELD]


def example(stored: dict[str, Any]) -> Example:
    field = FIELD[stored["field"]]
    before, after = value_of(field, stored["before"]), value_of(field, stored["after"])
    return Example(stored["row_after"], stored["loan_id"], field, before, after)


def value_of(field: Field, text: str | None) -> Any:
    """A typed value from the text that was stored of it."""
    if text is None:
        return None
    if field.type is FieldType.DATE:
        return date.fromisoformat(text)
    if field.type is FieldType.BOOLEAN:
        return text == "true"
    return float(text) if field.type is FieldType.DECIMAL else text


def changes_csv(changes: pl.DataFrame) -> Iterator[bytes]:
    """All changes as CSV with a header, cells that a spreadsheet would run made harmless."""
    heading = io.StringIO()
    csv.writer(heading, lineterminator="\r\n").writerow(HEADINGS.values())
    yield heading.getvalue().encode()
    for part in harmless_frame(changes.select(*HEADINGS)).iter_slices(ROWS_AT_ONCE):
        yield part.write_csv(include_header=False, line_terminator="\r\n").encode()
