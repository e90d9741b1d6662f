"""The columns of a tape as a form: which field each one is, the meaning of unknown codes, the order of dates."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from typing import Any

from loans.domain.fields import EVERY_FIELD, Field, FieldType
from loans.domain.formats import LAYOUTS
from loans.domain.mapping import ColumnProfile, MappedColumn, Mapping, Profile, Transform, transform_for
from loans.domain.purposes import TapePurpose, catalogue
from loans.models import TapeVersion

EXTRA = ""  # the choice "keep as extra column"
ORDERS = {"mdy": "month, day, year", "dmy": "day, month, year"}


@dataclass(frozen=True)
class Columns:
    """The choices of a person: the mapping, which guesses were confirmed, and which still have to be."""

    mapping: Mapping
    confirmed: tuple[str, ...]
    unconfirmed: tuple[str, ...]


def read_columns(version: TapeVersion, data: AnyMapping[str, Any]) -> Columns:
    """The mapping a person sent, on top of the draft that is kept with the version.

    `field_N` is the field of column N (empty keeps it as an extra), `confirm_N` confirms a guess, `order_N` settles day
    and month, `code_N_RAW` gives an unknown code its meaning. Columns that the page did not show stay as they are;
    anything that is not offered is ignored.
    """
    draft = Mapping.from_json(version.mapping or {})
    kept = set(version.facts.get("draft", {}).get("confirmed", ()))
    profiles = {column.name: column for column in Profile.from_json(version.profile).columns}
    answers = by_column(data)
    columns: dict[str, MappedColumn] = {}
    confirmed: list[str] = []
    unconfirmed: list[str] = []
    for number, match in enumerate(version.columns):
        name = match["column"]
        told = answers.get(number, {})
        columns[name] = answered(version, profiles[name], draft.columns[name], told)
        if needs_confirming(match, columns[name].field):
            sure = "confirm" in told if "field" in told else name in kept
            (confirmed if sure else unconfirmed).append(name)
    return Columns(replace(draft, columns=columns), tuple(confirmed), tuple(unconfirmed))


def by_column(data: AnyMapping[str, Any]) -> dict[int, dict[str, str]]:
    """What was sent, by the number of the column: {0: {"field": "ltv", "code_X": "Purchase"}}."""
    answers: dict[int, dict[str, str]] = {}
    for key, value in data.items():
        kind, _, rest = key.partition("_")
        number, _, raw = rest.partition("_")
        if kind in {"field", "confirm", "order", "code"} and number.isdecimal():
            answers.setdefault(int(number), {})[f"code_{raw}" if kind == "code" else kind] = value
    return answers


def needs_confirming(match: AnyMapping[str, Any], chosen: str | None) -> bool:
    """A guess for a required field that Plumbline is not sure of; a person's own choice is no guess."""
    return bool(match["needs_eye"]) and chosen is not None and chosen == match["field"]


def answered(version: TapeVersion, column: ColumnProfile, draft: MappedColumn, told: dict[str, str]) -> MappedColumn:
    """The draft where the choice is the same; otherwise what the values need for the chosen field."""
    wanted = told.get("field", draft.field or EXTRA)
    offered = {field.name: field for field in catalogue(TapePurpose(version.tape.purpose)).fields}
    chosen = wanted if wanted in offered else None
    if chosen != draft.field:
        draft = MappedColumn(chosen, transform_of(version, column, offered[chosen])) if chosen else MappedColumn(None)
    return with_answers(draft, told)


def transform_of(version: TapeVersion, column: ColumnProfile, field: Field) -> Transform:
    layout = LAYOUTS[version.layout].bound_to(version.facts["columns"])
    percent = column.name in version.facts.get("percent_columns", ())
    return transform_for(column, field, layout, percent_cells=percent)


def with_answers(mapped: MappedColumn, told: dict[str, str]) -> MappedColumn:
    """The meanings of codes and the order of dates that the person gave."""
    if mapped.field is None:
        return mapped
    field, transform = EVERY_FIELD[mapped.field], mapped.transform
    if field.type is FieldType.DATE and (order := told.get("order")) in ORDERS:
        transform = replace(transform, date_order=order, ambiguous=False)
    if field.enum_values:
        meanings = {key.removeprefix("code_"): value for key, value in told.items() if key.startswith("code_")}
        given = {raw: value for raw, value in meanings.items() if value in field.enum_values}
        others = {raw: value for raw, value in transform.codes.items() if raw not in meanings}
        transform = replace(transform, codes={**others, **given})
    return replace(mapped, transform=transform)
