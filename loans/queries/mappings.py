"""What the mapping page shows: a row a column, in the order in which a person should look at them."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from loans.domain.casting import cast
from loans.domain.fields import FIELD, FIELDS, Field, FieldType
from loans.domain.formats import LAYOUTS, LENDER
from loans.domain.mapping import Mapping, Profile, Transform, missing_core
from loans.models import TapeVersion

SURE, LIKELY = 0.90, 0.70
CODES_SHOWN = 12


@dataclass(frozen=True)
class Code:
    """A code that no list explains, with how often it stands in the rows looked at."""

    raw: str
    count: int
    meaning: str


@dataclass(frozen=True)
class Row:
    """One column of the file with what it is taken for."""

    number: int
    column: str
    samples: str
    field: Field | None
    confidence: float
    word: str
    reason: str
    valid: int
    filled: int
    group: str
    confirmed: bool
    ambiguous: bool
    date_order: str | None
    codes: tuple[Code, ...]

    @property
    def short(self) -> bool:
        """Whether some cells that stand there cannot be read as the field."""
        return self.field is not None and self.valid < self.filled


GROUPS = {"eye": "Need your eye", "none": "Not matched", "matched": "Matched", "empty": "Empty in every row"}


@dataclass(frozen=True)
class Page:
    """The mapping page: rows by group, what is missing, and how a first row reads."""

    rows: dict[str, list[Row]]
    missing: list[Field]
    required: int
    optional: int
    preview: list[tuple[Field, Any]]
    choices: list[tuple[str, list[Field]]]

    @property
    def counts(self) -> dict[str, int]:
        return {group: len(rows) for group, rows in self.rows.items()}


def page(version: TapeVersion, mapping: Mapping, confirmed: frozenset[str] = frozenset()) -> Page:
    """Everything the page shows for a mapping, proposed or chosen."""
    profile = Profile.from_json(version.profile)
    rows: dict[str, list[Row]] = {group: [] for group in GROUPS}
    for number, match in enumerate(version.columns):
        row = row_of(number, match, mapping, profile, match["column"] in confirmed)
        rows[row.group].append(row)
    layout = None if version.layout == LENDER.code else LAYOUTS[version.layout]
    missing = missing_core(mapping.fields, layout)
    required = len(layout.required) if layout else sum(field.core for field in FIELDS)
    return Page(rows, list(missing), required, len(mapping.fields), preview(version, mapping, 0), choices())


def row_of(number: int, match: dict[str, Any], mapping: Mapping, profile: Profile, confirmed: bool) -> Row:
    mapped = mapping.columns[match["column"]]
    field = FIELD[mapped.field] if mapped.field else None
    own = mapped.field != match["field"]
    return Row(
        number=number,
        column=match["column"],
        samples=", ".join(sample if sample.strip() else "(empty)" for sample in match["samples"]),
        field=field,
        confidence=1.0 if own and field else match["confidence"],
        word=word(match, own=own, field=field),
        reason=own_reason(field) if own else match["reason"],
        valid=match["filled"] if own else match["valid"],
        filled=match["filled"],
        group=group_of(match, field, own=own),
        confirmed=confirmed or own,
        ambiguous=mapped.transform.ambiguous,
        date_order=mapped.transform.date_order,
        codes=unknown_codes(match["column"], field, mapped.transform, profile),
    )


def word(match: dict[str, Any], *, own: bool, field: Field | None) -> str:
    """How sure the match is, in a word."""
    if field is None:
        return "No match"
    if own:
        return "Your choice"
    if match["confidence"] >= 1 and match["how"] in {"layout", "exact"}:
        return "Exact"
    return "Sure" if match["confidence"] >= SURE else "Likely" if match["confidence"] >= LIKELY else "Unsure"


def own_reason(field: Field | None) -> str:
    return (
        f"You chose {field.label}." if field else "You keep this column as an extra: stored with the loan, not checked."
    )


def group_of(match: dict[str, Any], field: Field | None, *, own: bool) -> str:
    if not match["filled"]:
        return "empty"
    if field is None:
        return "none"
    return "eye" if match["needs_eye"] and not own else "matched"


def unknown_codes(column: str, field: Field | None, transform: Transform, profile: Profile) -> tuple[Code, ...]:
    """Codes of an enumeration that no list explains, the commonest first."""
    if field is None or field.type is not FieldType.ENUM or not field.enum_values:
        return ()
    known = set(transform.codes) | set(transform.null_codes)
    unknown = [(raw, n) for raw, n in profile[column].values if raw not in known and raw.strip()]
    return tuple(Code(raw, n, "") for raw, n in unknown[:CODES_SHOWN])


def preview(version: TapeVersion, mapping: Mapping, row: int) -> list[tuple[Field, Any]]:
    """Row `row` (from 0) of the first rows as it will be read; empty for a tape without loans."""
    rows = version.facts["first_rows"]
    if not rows:
        return []
    batch = pl.DataFrame(
        {"row_no": [row + 1], **{c: [cell] for c, cell in zip(version.facts["columns"], rows[row], strict=True)}},
        schema_overrides=schema(version),
    )
    typed = cast(batch, mapping).typed.row(0, named=True)
    return [(FIELD[name], typed[name]) for name in mapping.fields if name in typed]


def schema(version: TapeVersion) -> dict[str, Any]:
    return {"row_no": pl.Int64, **dict.fromkeys(version.facts["columns"], pl.String)}


def choices() -> list[tuple[str, list[Field]]]:
    """Every field, by group, for the list to choose from."""
    groups: dict[str, list[Field]] = {}
    for field in FIELDS:
        groups.setdefault(field.group.capitalize(), []).append(field)
    return list(groups.items())
