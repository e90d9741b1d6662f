"""The columns of a tape as a form: which field each one is, the meaning of unknown codes, the order of dates."""

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, replace
from typing import Any

from loans.domain.fields import FIELD, Field, FieldType
from loans.domain.formats import LAYOUTS
from loans.domain.mapping import ColumnProfile, MappedColumn, Mapping, Profile, Transform, transform_for
from loans.models import TapeVersion

EXTRA = ""  # the choice "keep as extra column"
ORDERS = {"mdy": "month, day, year", "dmy": "day, month, year"}


@dataclass(frozen=True)
class Columns:
    """The confirmed choices of a person: the mapping, and the columns whose guess was not confirmed."""

    mapping: Mapping
    unconfirmed: tuple[str, ...]


def read_columns(version: TapeVersion, data: AnyMapping[str, Any]) -> Columns:
    """The mapping a person sent.

    `field_N` is the field of column N (empty keeps it as an extra), `confirm_N` confirms a guess, `order_N` settles day
    and month, `code_N_RAW` gives an unknown code its meaning. Anything that is not offered is ignored.
    """
    proposed = Mapping.from_json(version.mapping or {})
    profile = Profile.from_json(version.profile)
    mapping, unconfirmed = proposed, []
    for number, match in enumerate(version.columns):
        column = match["column"]
        chosen = data.get(f"field_{number}", proposed.columns[column].field or EXTRA)
        chosen = chosen if chosen in FIELD else None
        mapped = chosen_column(version, profile[column], proposed.columns[column], chosen)
        mapping = replace(mapping, columns={**mapping.columns, column: with_answers(mapped, number, data)})
        if needs_confirming(match, chosen) and not data.get(f"confirm_{number}"):
            unconfirmed.append(column)
    return Columns(mapping, tuple(unconfirmed))


def needs_confirming(match: AnyMapping[str, Any], chosen: str | None) -> bool:
    """A guess for a required field that Plumbline is not sure of; a person's own choice is no guess."""
    return bool(match["needs_eye"]) and chosen is not None and chosen == match["field"]


def chosen_column(
    version: TapeVersion, column: ColumnProfile, proposed: MappedColumn, chosen: str | None
) -> MappedColumn:
    """The proposal where the choice is the same; otherwise what the values need for the chosen field."""
    if chosen == proposed.field:
        return proposed
    if chosen is None:
        return MappedColumn(None)
    return MappedColumn(chosen, transform_of(version, column, FIELD[chosen]))


def transform_of(version: TapeVersion, column: ColumnProfile, field: Field) -> Transform:
    layout = LAYOUTS[version.layout].bound_to(version.facts["columns"])
    percent = column.name in version.facts.get("percent_columns", ())
    return transform_for(column, field, layout, percent_cells=percent)


def with_answers(mapped: MappedColumn, number: int, data: AnyMapping[str, Any]) -> MappedColumn:
    """The meanings of codes and the order of dates that the person gave."""
    if mapped.field is None:
        return mapped
    field, transform = FIELD[mapped.field], mapped.transform
    if field.type is FieldType.DATE and (order := data.get(f"order_{number}")) in ORDERS:
        transform = replace(transform, date_order=order, ambiguous=False)
    if field.enum_values:
        start = f"code_{number}_"
        told = {key.removeprefix(start): value for key, value in data.items() if key.startswith(start)}
        known = {raw: value for raw, value in told.items() if value in field.enum_values}
        transform = replace(transform, codes={**transform.codes, **known})
    return replace(mapped, transform=transform)
