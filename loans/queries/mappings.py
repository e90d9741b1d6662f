"""What the mapping page shows: a row a column, in the order in which a person should look at them."""

from dataclasses import dataclass
from typing import Any

from loans.domain.fields import ERROR_TOKENS, EVERY_FIELD, NULL_TOKENS, PLACEHOLDER_TOKENS, Field, FieldType
from loans.domain.formats import LAYOUTS, LENDER, Layout
from loans.domain.mapping import ColumnProfile, Mapping, Profile, Transform, missing_core
from loans.domain.mapping.codes import meaning
from loans.domain.mapping.proposals import KEPT_ASIDE, NO_MATCH, NOT_IN_LAYOUT
from loans.domain.purposes import TapePurpose, catalogue
from loans.models import TapeVersion
from loans.queries.readings import Preview, Reading, preview, readings

SURE, LIKELY = 0.90, 0.70
CODES_SHOWN = 12
SHOWN = {"eye": 200, "none": 12, "matched": 60, "empty": 12}
ALONE = 200
SAID_ONCE = {
    NO_MATCH: "No field has these headers, and the values do not tell. Kept with the loan, not checked.",
    KEPT_ASIDE: "Your last mapping keeps these columns as extras: stored with the loan, not checked.",
    NOT_IN_LAYOUT: "The layout has these columns, and no check uses them. Kept with the loan.",
}
"""Reasons that stand at the head of their group, not with each of a thousand columns."""


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

    @property
    def is_told(self) -> bool:
        """Whether the reason stands with the column: where it is no match, where its codes matter, never twice."""
        return bool(self.codes) or (self.group != "matched" and self.reason not in SAID_ONCE)

    @property
    def unread(self) -> int:
        """How many cells that stand there cannot be read as the field."""
        return self.filled - self.valid


GROUPS = {"eye": "Need your eye", "none": "Not matched", "matched": "Matched", "empty": "Empty in every row"}
SEGMENTS = {"": "All", "eye": "Need your eye", "none": "Not matched", "matched": "Matched", "empty": "Empty"}


@dataclass(frozen=True)
class View:
    """What of the page is looked at: one group of columns or all, columns by name, a row, a column with every field.

    `start` is how many columns of the group come before the ones that are shown.
    """

    show: str = ""
    words: str = ""
    start: int = 0
    row: int = 0
    open: int | None = None


@dataclass(frozen=True)
class Segment:
    """One group to look at; `value` is sent with the form, so that nothing chosen so far is lost."""

    value: str
    label: str
    count: int
    current: bool


@dataclass(frozen=True)
class Page:
    """The mapping page: rows by group, what is missing, and how values and a row of the file read."""

    rows: dict[str, list[Row]]
    counts: dict[str, int]
    waiting: list[Row]
    doubled: list[tuple[Field, tuple[str, ...]]]
    missing: list[Field]
    required: int
    filled: int
    optional: int
    hidden: dict[str, int]
    following: int | None
    note: str
    segments: list[Segment]
    readings: list[Reading]
    preview: Preview
    choices: list[tuple[str, list[Field]]]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def is_empty(self) -> bool:
        """Whether no column has the words that were asked for."""
        return not any(self.rows.values())


def page(
    version: TapeVersion, mapping: Mapping, confirmed: frozenset[str] = frozenset(), view: View | None = None
) -> Page:
    """Everything the page shows for a mapping, proposed or chosen."""
    view = view or View()
    profile = Profile.from_json(version.profile)
    rows = grouped(version, mapping, profile, confirmed)
    counts = {group: len(found) for group, found in rows.items()}
    named = {group: by_name(found, view.words) for group, found in rows.items()}
    shown = seen(named, view)
    layout = None if version.layout == LENDER.code else LAYOUTS[version.layout]
    purpose = TapePurpose(version.tape.purpose)
    missing = list(missing_core(mapping.fields, layout, purpose))
    required = asked_for(purpose, layout)
    filled = required - len(missing)
    return Page(
        rows=shown,
        counts=counts,
        waiting=[row for row in rows["eye"] if not row.confirmed],
        doubled=[(EVERY_FIELD[name], columns) for name, columns in mapping.doubled.items()],
        missing=missing,
        required=required,
        filled=filled,
        optional=max(len(mapping.fields) - filled, 0),
        hidden={} if view.show else {group: len(named[group]) - len(found) for group, found in shown.items()},
        following=following(named, view),
        note=next((SAID_ONCE[row.reason] for row in shown["none"] if row.reason in SAID_ONCE), ""),
        segments=segments(counts, view),
        readings=readings(mapping, profile),
        preview=preview(version, mapping, view.row),
        choices=choices(purpose),
    )


def grouped(
    version: TapeVersion, mapping: Mapping, profile: Profile, confirmed: frozenset[str]
) -> dict[str, list[Row]]:
    """Every column of the file, by group; in a group in the order of the file."""
    rows: dict[str, list[Row]] = {group: [] for group in GROUPS}
    columns = {column.name: column for column in profile.columns}
    for number, match in enumerate(version.columns):
        row = row_of(number, match, mapping, columns[match["column"]], match["column"] in confirmed)
        rows[row.group].append(row)
    return rows


def by_name(rows: list[Row], words: str) -> list[Row]:
    """The columns with every one of the words in their name; all of them without words."""
    asked = words.lower().split()
    return [row for row in rows if all(word in row.column.lower() for word in asked)]


def seen(rows: dict[str, list[Row]], view: View) -> dict[str, list[Row]]:
    """The rows that are shown: a stretch of one group, or all groups, each cut where it is very long."""
    if view.show:
        stretch = slice(view.start, view.start + ALONE)
        return {group: found[stretch] if group == view.show else [] for group, found in rows.items()}
    return {group: found[: SHOWN[group]] for group, found in rows.items()}


def following(rows: dict[str, list[Row]], view: View) -> int | None:
    """Where the next stretch of a group that is shown alone begins; None after its last one."""
    after = view.start + ALONE
    return after if view.show and after < len(rows[view.show]) else None


def segments(counts: dict[str, int], view: View) -> list[Segment]:
    amounts = {**counts, "": sum(counts.values())}
    return [
        Segment(value, label, amounts[value], view.show == value)
        for value, label in SEGMENTS.items()
        if value != "empty" or amounts["empty"]
    ]


def row_of(number: int, match: dict[str, Any], mapping: Mapping, column: ColumnProfile, confirmed: bool) -> Row:
    mapped = mapping.columns[match["column"]]
    field = EVERY_FIELD[mapped.field] if mapped.field else None
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
        ambiguous=mapped.transform.ambiguous or (not own and match["transform"]["ambiguous"]),
        date_order=None if mapped.transform.ambiguous else mapped.transform.date_order,
        codes=unknown_codes(match, field, mapped.transform, column),
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


def unknown_codes(
    match: dict[str, Any], field: Field | None, transform: Transform, column: ColumnProfile
) -> tuple[Code, ...]:
    """Codes of an enumeration that no list explains, the commonest first, each with the meaning a person gave it."""
    if field is None or field.type is not FieldType.ENUM or not field.enum_values:
        return ()
    lists = match["transform"]["codes"] if match["field"] == field.name else {}
    empty = set(transform.null_codes) | set(match["transform"]["null_codes"])
    unknown = [(raw, n) for raw, n in column.values if needs_meaning(field, raw.strip(), lists, empty)]
    return tuple(Code(raw, n, transform.codes.get(raw, "")) for raw, n in unknown[:CODES_SHOWN])


def needs_meaning(field: Field, raw: str, lists: dict[str, str], empty: set[str]) -> bool:
    """Whether a text is neither blank nor a code that the field or the layout knows."""
    blank = not raw or raw in empty or raw.lower() in NULL_TOKENS | PLACEHOLDER_TOKENS | ERROR_TOKENS
    return not blank and meaning(field, raw, lists) is None


def asked_for(purpose: TapePurpose, layout: Layout | None) -> int:
    """How many fields a tape of this purpose and layout should fill."""
    if purpose is not TapePurpose.SALE:
        return catalogue(purpose).required
    return len(layout.required) if layout else sum(field.core for field in catalogue(purpose).fields)


def choices(purpose: TapePurpose) -> list[tuple[str, list[Field]]]:
    """Every field of a purpose, by group, for the list to choose from."""
    groups: dict[str, list[Field]] = {}
    for field in catalogue(purpose).fields:
        groups.setdefault(field.group.capitalize(), []).append(field)
    return list(groups.items())
