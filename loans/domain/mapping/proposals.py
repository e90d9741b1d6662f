"""Propose a field for every column of a tape, say how sure that is and why, and what will be done to the values."""

from collections.abc import Collection
from dataclasses import replace

from loans.domain.fields import EVERY_FIELD, FIELD, normalize
from loans.domain.mapping.codes import meaning
from loans.domain.mapping.company import in_company
from loans.domain.mapping.fitting import LayoutFacts, fit
from loans.domain.mapping.headers import How
from loans.domain.mapping.matches import ColumnMatch, Proposal, missing_core
from loans.domain.mapping.options import (
    UNREADABLE_BELOW,
    WEAKEST,
    Option,
    Tape,
    guesses,
    lists_named,
    one_to_one,
    options,
    unreadable,
)
from loans.domain.mapping.profiles import ColumnProfile, Profile
from loans.domain.mapping.transforms import MappedColumn, Mapping, Transform
from loans.domain.purposes import TapePurpose

NEEDS_EYE_BELOW = 0.80
NO_MATCH = "No field has this header and the values do not tell. The column is kept with the loan."
NOT_IN_LAYOUT = "The layout has this column, no check uses it. It is kept with the loan."
KEPT_ASIDE = "Your last mapping keeps this column as an extra."
_EMPTY = "Empty in every row."


def propose(
    profile: Profile,
    *,
    layout: LayoutFacts | None = None,
    saved: Mapping | None = None,
    percent_columns: Collection[str] = (),
    purpose: TapePurpose = TapePurpose.SALE,
) -> Proposal:
    """Match every column with at most one field and every field with at most one column.

    A known layout decides alone. Otherwise the lender's saved mapping comes before header names, and header names
    before values; values that do not suit a field lower the confidence or exclude it. The same profile gives the same
    proposal. The `purpose` of the tape says which fields there are.
    """
    tape = Tape(layout, percent_columns, _usual_order(profile), purpose)
    if layout is not None and layout.field_of:
        matches = tuple(_by_layout(column, tape, layout) for column in profile.columns)
        filled = {match.field for match in matches if match.field} | set(layout.constants)
        return Proposal(matches, missing_core(filled, layout, purpose), dict(layout.constants))
    ignored = _left_aside(profile, saved)
    wanted = replace(profile, columns=tuple(column for column in profile.columns if column.name not in ignored))
    chosen = one_to_one(options(wanted, tape, saved))
    chosen = one_to_one(guesses(wanted, tape, chosen), chosen)
    chosen = one_to_one(unreadable(wanted, tape, chosen), chosen)
    matches = tuple(
        _match(column, chosen.get(column.name), aside=column.name in ignored, tape=tape) for column in profile.columns
    )
    matches = in_company(matches, profile)
    filled = {match.field for match in matches if match.field}
    if purpose is TapePurpose.SALE:
        matches = _with_refinance_kind(matches, profile)
    return Proposal(matches, missing_core(filled, purpose=purpose))


def _usual_order(profile: Profile) -> str | None:
    """The order of day and month that some date column of the tape proves and none contradicts."""
    proven = set()
    for dates in (column.dates for column in profile.columns):
        if dates.highest_second > 12 >= dates.highest_first:
            proven.add("mdy")
        if dates.highest_first > 12 >= dates.highest_second:
            proven.add("dmy")
    return proven.pop() if len(proven) == 1 else None


def _left_aside(profile: Profile, saved: Mapping | None) -> frozenset[str]:
    """Columns the lender chose to keep as extras last time."""
    extras = {normalize(name) for name in saved.unmapped} if saved else set()
    return frozenset(column.name for column in profile.columns if normalize(column.name) in extras)


def _by_layout(column: ColumnProfile, tape: Tape, layout: LayoutFacts) -> ColumnMatch:
    name = layout.field_of.get(column.name)
    if name is None:
        return _extra(column, NOT_IN_LAYOUT, how="none")
    found = tape.fit(column, EVERY_FIELD[name])
    second_name = layout.second_field_of.get(column.name)
    second = MappedColumn(second_name, tape.fit(column, FIELD[second_name]).transform) if second_name else None
    return ColumnMatch(
        column=column.name,
        field=name,
        confidence=1.0,
        how="layout",
        reason=" ".join(("The layout says so.", *found.notes)),
        transform=found.transform,
        samples=column.samples,
        valid=_valid(column, found.share),
        filled=column.filled,
        needs_eye=False,
        second=second,
    )


def _extra(column: ColumnProfile, reason: str, *, how: How) -> ColumnMatch:
    return ColumnMatch(
        column=column.name,
        field=None,
        confidence=0.0,
        how=how,
        reason=reason if column.filled else _EMPTY,
        transform=Transform(),
        samples=column.samples,
        valid=0,
        filled=column.filled,
        needs_eye=False,
    )


def _match(column: ColumnProfile, option: Option | None, *, aside: bool, tape: Tape) -> ColumnMatch:
    if option is None:
        return _extra(column, KEPT_ASIDE if aside else _why_none(column, tape), how="saved" if aside else "none")
    field, found = option.candidate.field, option.fit
    guessed = option.confidence < NEEDS_EYE_BELOW if field.core else option.confidence <= WEAKEST
    return ColumnMatch(
        column=column.name,
        field=field.name,
        confidence=round(option.confidence, 3),
        how=option.candidate.how,
        reason=_reason(column, option),
        transform=found.transform,
        samples=column.samples,
        valid=_valid(column, found.share),
        filled=column.filled,
        needs_eye=guessed or (found.uncertain and column.known > 0),
    )


def _why_none(column: ColumnProfile, tape: Tape) -> str:
    """Why a column is kept aside; a header that names a list of codes tells which of its codes are not known."""
    named = lists_named(column, tape)
    if not named or not column.known:
        return NO_MATCH
    fits = [tape.fit(column, field) for field in named]
    if max(found.share for found in fits) >= UNREADABLE_BELOW or not fits[0].unknown:
        return NO_MATCH
    meant, told = (" or ".join(field.label for field in named), ", ".join(text for text, _ in fits[0].unknown[:4]))
    return f"The header means {meant}, but its codes are not known: {told}. The column is kept with the loan."


def _reason(column: ColumnProfile, option: Option) -> str:
    sentences = [option.candidate.reason, *option.fit.notes]
    if not column.filled:
        sentences.append(_EMPTY)
    elif not option.fit.plausible:
        sentences.append("The values are unusual for it.")
    if column.known and option.fit.share < 0.98 and not option.fit.unknown:
        sentences.append(f"{1 - option.fit.share:.1%} of the values cannot be read.")
    return " ".join(sentences)


def _valid(column: ColumnProfile, share: float) -> int:
    """Readable cells of the whole tape, taken from the rows looked at."""
    return round(column.filled * column.known / max(_looked_filled(column), 1) * share)


def _looked_filled(column: ColumnProfile) -> int:
    """Filled cells among the rows looked at; where the tape is longer, the same share is assumed."""
    return max(column.known, round(column.filled * column.looked_at / max(column.rows, 1)))


def _with_refinance_kind(matches: tuple[ColumnMatch, ...], profile: Profile) -> tuple[ColumnMatch, ...]:
    """Let a loan purpose that says what kind of refinance it is also answer that question, if no other column does."""
    if any(match.field == "refinance_cash_out_type" for match in matches):
        return matches
    return tuple(
        replace(match, second=_refinance_kind(profile[match.column])) if match.field == "loan_purpose" else match
        for match in matches
    )


def _refinance_kind(column: ColumnProfile) -> MappedColumn | None:
    purpose, kind = FIELD["loan_purpose"], FIELD["refinance_cash_out_type"]
    refinances = [text for text, _ in column.values if meaning(purpose, text, {}) == "Refinance"]
    kinds = {text: value for text in refinances if (value := meaning(kind, text, {}))}
    if "CashOut" not in kinds.values() or not column.complete:
        return None
    others = tuple(text for text, _ in column.values if text not in kinds)
    return MappedColumn(kind.name, replace(fit(column, kind).transform, codes=kinds, null_codes=others))
