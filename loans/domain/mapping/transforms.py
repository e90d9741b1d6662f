"""What is done to the cells of a column, and the confirmed mapping of a tape that a lender keeps for the next one."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from dataclasses import field as default
from typing import Any

from loans.domain.fields import FIELD, normalize


@dataclass(frozen=True, slots=True)
class Transform:
    """How cells become values.

    `scale` multiplies numbers (100 turns fractions into percent, 12 turns years into months); a cell with its own
    percent sign is not scaled. `date_order` is one of `parsing.DATE_ORDERS`. `codes` translates raw texts,
    `null_codes` are texts that mean an empty cell. `ambiguous` says that nothing in the column settles day and month.
    `zip3` says that the column holds three-digit ZIP areas.
    """

    scale: float = 1.0
    date_order: str | None = None
    codes: dict[str, str] = default(default_factory=dict)
    null_codes: tuple[str, ...] = ()
    ambiguous: bool = False
    zip3: bool = False


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """The canonical field a tape column feeds; None keeps the column as an extra."""

    field: str | None
    transform: Transform = Transform()


@dataclass(frozen=True, slots=True)
class Mapping:
    """Every column of a tape with its field and transform, in file order."""

    columns: dict[str, MappedColumn]

    def to_json(self) -> str:
        """Write the mapping so that `from_json` reads it back equal."""
        return json.dumps({name: asdict(column) for name, column in self.columns.items()}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "Mapping":
        """Read a stored mapping; a field that is no longer known becomes an extra column."""
        return cls({name: _mapped(stored) for name, stored in json.loads(text).items()})

    @property
    def header_signature(self) -> str:
        """The same for tapes with the same headers, whatever their order, case and punctuation."""
        return header_signature(self.columns)

    @property
    def fields(self) -> tuple[str, ...]:
        """The canonical fields that are fed, each once, in file order."""
        return tuple(dict.fromkeys(column.field for column in self.columns.values() if column.field))

    @property
    def header_of(self) -> dict[str, str]:
        """Canonical field → the tape's header for it (the first, where two columns feed one field)."""
        headers: dict[str, str] = {}
        for name, column in self.columns.items():
            if column.field:
                headers.setdefault(column.field, name)
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
        if field is not None and field not in FIELD:
            raise KeyError(field)
        chosen = MappedColumn(field, Transform() if transform is None else transform)
        return replace(self, columns={**self.columns, column: chosen})


def header_signature(columns: Iterable[str]) -> str:
    """Fingerprint of a set of headers."""
    return hashlib.sha256("\n".join(sorted(normalize(name) for name in columns)).encode()).hexdigest()


def _mapped(stored: dict[str, Any]) -> MappedColumn:
    transform = dict(stored.get("transform") or {})
    transform["null_codes"] = tuple(transform.get("null_codes", ()))
    return MappedColumn(stored["field"] if stored.get("field") in FIELD else None, Transform(**transform))
