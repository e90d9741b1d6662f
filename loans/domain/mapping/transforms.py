"""What is done to the cells of a column, and the confirmed mapping of a tape that a lender keeps for the next one."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from dataclasses import field as default
from typing import Any

from loans.domain.fields import EVERY_FIELD, normalize


@dataclass(frozen=True, slots=True)
class Transform:
    """How cells become values.

    `scale` multiplies numbers (100 turns fractions into percent, 12 turns years into months); a cell with its own
    percent sign is not scaled, nor is one from `scale_below` on, where a column holds both fractions and percent.
    `date_order` is one of `parsing.DATE_ORDERS`. `codes` translates raw texts, `null_codes` are texts that mean an
    empty cell. `ambiguous` says that nothing in the column settles day and month. `zip3` says that the column holds
    three-digit ZIP areas, `commas` that the comma is the decimal point.
    """

    scale: float = 1.0
    date_order: str | None = None
    codes: dict[str, str] = default(default_factory=dict)
    null_codes: tuple[str, ...] = ()
    ambiguous: bool = False
    zip3: bool = False
    commas: bool = False
    scale_below: float | None = None


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """The canonical field a tape column feeds; None keeps the column as an extra.

    `second` is another field that the same cells answer, such as the kind of refinance in a loan purpose.
    """

    field: str | None
    transform: Transform = Transform()
    second: "MappedColumn | None" = None


@dataclass(frozen=True, slots=True)
class Mapping:
    """Every column of a tape with its field and transform, in file order.

    `constants` are fields that the layout states for every loan without a column.
    """

    columns: dict[str, MappedColumn]
    constants: dict[str, str] = default(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain values that any JSON store keeps; `from_json` reads them back equal.

        Columns are a list because stores such as jsonb do not keep the order of keys.
        """
        columns = [{"column": name, **asdict(column)} for name, column in self.columns.items()]
        return {"columns": columns, "constants": dict(self.constants)}

    @classmethod
    def from_json(cls, stored: dict[str, Any] | str) -> "Mapping":
        """Read a stored mapping, as plain values or as text; a field that is no longer known becomes an extra."""
        plain = json.loads(stored) if isinstance(stored, str) else stored
        constants = {field: value for field, value in plain.get("constants", {}).items() if field in EVERY_FIELD}
        return cls({column["column"]: _mapped(column) for column in plain.get("columns", [])}, constants)

    @property
    def header_signature(self) -> str:
        """The same for tapes with the same headers, whatever their order, case and punctuation."""
        return header_signature(self.columns)

    @property
    def fields(self) -> tuple[str, ...]:
        """The canonical fields that get values, each once: by columns, then as second fields, then constants."""
        first = [column.field for column in self.columns.values()]
        second = [column.second.field for column in self.columns.values() if column.second]
        return tuple(dict.fromkeys(field for field in (*first, *second, *self.constants) if field))

    @property
    def header_of(self) -> dict[str, str]:
        """Canonical field → the tape's header for it (the first, where two columns feed one field)."""
        headers: dict[str, str] = {}
        for name, column in self.columns.items():
            if column.field:
                headers.setdefault(column.field, name)
        for name, column in self.columns.items():
            if column.second and column.second.field:
                headers.setdefault(column.second.field, name)
        return headers

    @property
    def unmapped(self) -> tuple[str, ...]:
        """Columns that are kept with the loan and used by no check (DV-010)."""
        return tuple(name for name, column in self.columns.items() if column.field is None)

    @property
    def ambiguous(self) -> tuple[str, ...]:
        """Date columns whose day and month order nothing settles (DV-007)."""
        return tuple(name for name, column in self.columns.items() if column.field and column.transform.ambiguous)

    @property
    def doubled(self) -> dict[str, tuple[str, ...]]:
        """Fields that more than one column feeds (DV-011 where the values differ)."""
        feeders: dict[str, list[str]] = {}
        for name, column in self.columns.items():
            if column.field:
                feeders.setdefault(column.field, []).append(name)
        return {field: tuple(names) for field, names in feeders.items() if len(names) > 1}

    def with_column(self, column: str, field: str | None, transform: Transform | None = None) -> "Mapping":
        """A mapping in which a person chose another field or transform; KeyError for an unknown column or field."""
        if column not in self.columns:
            raise KeyError(column)
        if field is not None and field not in EVERY_FIELD:
            raise KeyError(field)
        before = self.columns[column]
        second = before.second if before.field == field else None
        chosen = MappedColumn(field, Transform() if transform is None else transform, second)
        return replace(self, columns={**self.columns, column: chosen})


def header_signature(columns: Iterable[str]) -> str:
    """Fingerprint of a set of headers."""
    return hashlib.sha256("\n".join(sorted(normalize(name) for name in columns)).encode()).hexdigest()


def _mapped(stored: dict[str, Any]) -> MappedColumn:
    transform = dict(stored.get("transform") or {})
    transform["null_codes"] = tuple(transform.get("null_codes", ()))
    known = stored["field"] if stored.get("field") in EVERY_FIELD else None
    second = _mapped(stored["second"]) if stored.get("second") else None
    return MappedColumn(known, Transform(**transform), second)
