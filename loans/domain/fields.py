"""The canonical loan fields: names, MISMO names, types, units, accepted values and the headers lenders use for them.

The facts live in `tape_fields.csv`, `enum_aliases.csv` and `alias_collisions.csv` of `loans/reference`, those of
servicing beside them in `servicing_fields.csv` and `servicing_codes.csv`; this module only gives them types.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import polars as pl

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


class FieldType(StrEnum):
    """The type of a canonical field; lists keep their items in one text, separated by semicolons."""

    STRING = "string"
    ENUM = "enum"
    DECIMAL = "decimal"
    INTEGER = "integer"
    DATE = "date"
    BOOLEAN = "boolean"
    STRING_LIST = "list[string]"
    ENUM_LIST = "list[enum]"
    INTEGER_LIST = "list[integer]"
    DECIMAL_LIST = "list[decimal]"

    @property
    def is_list(self) -> bool:
        """Whether one cell may hold several items."""
        return self.value.startswith("list[")

    @property
    def is_number(self) -> bool:
        """Whether a cell holds exactly one number."""
        return self in (FieldType.DECIMAL, FieldType.INTEGER)


_DTYPES = {
    FieldType.DECIMAL: pl.Float64(),
    FieldType.INTEGER: pl.Int64(),
    FieldType.DATE: pl.Date(),
    FieldType.BOOLEAN: pl.Boolean(),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One canonical field.

    `required_sql` is a Polars SQL condition over canonical fields that is true where the field must be filled, or None
    where that depends on something no tape carries. `headers` are the headers lenders use, as they write them;
    `aliases` are the same, normalized by `normalize`.
    """

    name: str
    label: str
    group: str
    mismo_name: str
    type: FieldType
    unit: str
    format: str
    aliases: tuple[str, ...]
    headers: tuple[str, ...]
    enum_values: tuple[str, ...]
    required_when: str
    required_sql: str | None
    core: bool
    borrower_data: bool
    protected: bool
    xpath: str
    uldd_sort_id: str
    hmda_field: str
    asf_field: str

    @property
    def dtype(self) -> pl.DataType:
        """The Polars type of the field's column in a typed batch."""
        return _DTYPES.get(self.type, pl.String())

    @property
    def is_percent(self) -> bool:
        """Whether values are numbers in percent, so that 80 means 80 %."""
        return self.unit == "percent"


def normalize(text: str) -> str:
    """Reduce a header or a code to lower-case letters and digits, so that "LTV %" and "ltv_pct" are the same."""
    return re.sub(r"[^a-z0-9]", "", text.lower().replace("%", "pct"))


def _rows(file_name: str) -> Iterator[dict[str, str]]:
    with (REFERENCE / file_name).open(encoding="utf-8", newline="") as source:
        yield from csv.DictReader(source)


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(separator) if part.strip()))


def _field(row: dict[str, str]) -> Field:
    return Field(
        name=row["name"],
        label=row["label"],
        group=row["group"],
        mismo_name=row["mismo_name"],
        type=FieldType(row["type"]),
        unit=row["unit"],
        format=row["format"],
        aliases=tuple(dict.fromkeys(normalize(alias) for alias in _split(row["aliases"], ";"))),
        headers=_split(row["aliases"], ";"),
        enum_values=_split(row["enum_values"], "|"),
        required_when=row.get("required_when", ""),
        required_sql=row.get("required_sql") or None,
        core=row.get("core") == "yes",
        borrower_data=row.get("borrower_data") == "yes",
        protected=row.get("protected") == "yes",
        xpath=row.get("xpath_under_DEAL", ""),
        uldd_sort_id=row.get("uldd_sort_id", ""),
        hmda_field=row.get("hmda_lar_field", ""),
        asf_field=row.get("asf_rmbs_field", ""),
    )


FIELDS: tuple[Field, ...] = tuple(_field(row) for row in _rows("tape_fields.csv"))
FIELD: MappingProxyType[str, Field] = MappingProxyType({field.name: field for field in FIELDS})
"""The fields of loans that are sold."""


@dataclass(frozen=True, slots=True)
class ServicingField:
    """A field of a pool's monthly files: for which purposes it is, and the field of a sale whose headers it takes."""

    field: Field
    purposes: tuple[str, ...]
    supersedes: str


SERVICING_FIELDS: tuple[ServicingField, ...] = tuple(
    ServicingField(_field(row), _split(row["purposes"], "|"), row["supersedes"])
    for row in _rows("servicing_fields.csv")
)
EVERY_FIELD: MappingProxyType[str, Field] = MappingProxyType(
    {**FIELD, **{one.field.name: one.field for one in SERVICING_FIELDS}}
)
"""Every name a column of any tape may be mapped to."""

CORE_ALTERNATIVES: tuple[frozenset[str], ...] = (frozenset({"maturity_date", "maturity_term_months"}),)
"""Core fields of which one is enough, because the other follows from it."""


@dataclass(frozen=True, slots=True)
class Collision:
    """A header that is an alias of two fields, and the words that say how to choose."""

    alias: str
    fields: tuple[str, ...]
    tie_breaker: str


COLLISIONS: MappingProxyType[str, Collision] = MappingProxyType(
    {
        row["normalized_alias"]: Collision(
            row["normalized_alias"], _split(row["candidate_fields"], "|"), row["tie_breaker"]
        )
        for row in _rows("alias_collisions.csv")
    }
)


def fold(code: str) -> str:
    """Reduce a code to lower case without spaces, hyphens, slashes and the like, so that R/T and R & T are rt."""
    return re.sub(r"[\s\-_/.&]", "", code.lower()) or code.strip().lower()


def _fold_codes() -> dict[str, dict[str, str]]:
    folded: dict[str, dict[str, str]] = {}
    for row in (*_rows("enum_aliases.csv"), *_rows("servicing_codes.csv")):
        codes = folded.setdefault(row["field"], {})
        for alias in (row["canonical_value"], *_split(row["aliases"], ";")):
            codes.setdefault(fold(alias), row["canonical_value"])
    return folded


_FOLDED = _fold_codes()

BOOLEAN_CODES: MappingProxyType[str, str] = MappingProxyType(_FOLDED["boolean"])
"""Folded code → "true" or "false"."""


def _tokens(kind: str) -> frozenset[str]:
    rows = (row["aliases"] for row in _rows("enum_aliases.csv") if row["field"] == kind)
    return frozenset(token.lower() for aliases in rows for token in _split(aliases, ";"))


NULL_TOKENS, PLACEHOLDER_TOKENS, ERROR_TOKENS = map(_tokens, ("null_tokens", "placeholder_tokens", "error_tokens"))
"""Lower-case texts that mean an empty cell, a value still to come, and a spreadsheet error."""


def _enum_codes(field: Field) -> MappingProxyType[str, str]:
    codes = {fold(value): value for value in field.enum_values}
    return MappingProxyType(codes | {k: v for k, v in _FOLDED.get(field.name, {}).items() if k not in codes})


ENUM_ALIASES: MappingProxyType[str, MappingProxyType[str, str]] = MappingProxyType(
    {field.name: _enum_codes(field) for field in EVERY_FIELD.values() if field.enum_values or field.name in _FOLDED}
)
"""Field name → folded code → canonical value; canonical names win over aliases."""
