"""Columns that a person settled before the tape was seen, put over a proposal."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from loans.domain.fields import EVERY_FIELD
from loans.domain.mapping.fitting import LayoutFacts, transform_for
from loans.domain.mapping.matches import ColumnMatch, Proposal, missing_core
from loans.domain.mapping.profiles import Profile
from loans.domain.mapping.transforms import MappedColumn, Transform

Choice = MappedColumn | str | None
"""A field with its transform, a field alone, or None to keep the column as an extra."""

_CHOSEN = "Chosen before the tape was read."


def with_choices(
    proposal: Proposal,
    choices: Mapping[str, Choice],
    seen: Profile,
    *,
    layout: LayoutFacts | None = None,
    percent_columns: Collection[str] = (),
) -> Proposal:
    """The proposal with the choices in it; other columns keep their match unless a choice took their field.

    Raises KeyError for a column that the tape does not have. A field chosen without a transform is fitted to the cells.
    """
    matches = {match.column: match for match in proposal.matches}
    taken = {name for choice in choices.values() if (name := _field_of(choice))}
    for column, match in matches.items():
        if match.field in taken and column not in choices:
            matches[column] = _settled(match, None)
    for column, choice in choices.items():
        if isinstance(choice, str):
            percent = column in percent_columns
            choice = MappedColumn(choice, transform_for(seen[column], choice, layout, percent_cells=percent))
        matches[column] = _settled(matches[column], choice)
    filled = {match.field for match in matches.values() if match.field} | set(proposal.constants)
    published = layout if layout is not None and layout.field_of else None
    return replace(proposal, matches=tuple(matches.values()), missing_core=missing_core(filled, published))


def _field_of(choice: Choice) -> str | None:
    return choice.field if isinstance(choice, MappedColumn) else choice


def _settled(match: ColumnMatch, choice: MappedColumn | None) -> ColumnMatch:
    chosen = choice or MappedColumn(None, Transform())
    known = chosen.field is not None and chosen.field in EVERY_FIELD
    return replace(
        match,
        field=chosen.field if known else None,
        transform=chosen.transform,
        second=chosen.second if known else None,
        how="saved" if known else "none",
        confidence=1.0 if known else 0.0,
        reason=_CHOSEN,
        needs_eye=False,
    )
