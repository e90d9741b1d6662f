"""The fields each column could be, weighed by header, values and saved mapping, and the best assignment."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from loans.domain.fields import COLLISIONS, ENUM_ALIASES, EVERY_FIELD, Field, FieldType, normalize
from loans.domain.mapping.company import FRACTION_UP_TO
from loans.domain.mapping.fitting import Fit, LayoutFacts, fit
from loans.domain.mapping.headers import Candidate, candidates, spelled_like, words
from loans.domain.mapping.meanings import OTHER_THINGS, SINCE
from loans.domain.mapping.profiles import ColumnProfile, Profile
from loans.domain.mapping.transforms import Mapping, Transform
from loans.domain.purposes import TapePurpose, catalogue

SAVED = 1.0
WEAKEST = 0.30
UNREADABLE_BELOW = 0.4
UNKNOWN_CODE_LIMIT = 0.85
IMPLAUSIBLE = 0.6
MOST_SPELLINGS = 200
GUESSED = 0.5
SURE_HEADER = 0.9
GUESS_SHARE = 0.97
FEWEST_GUESSED_ROWS = 3
_WAITING = 0.01
_LATER = 0.05
_AT_CUT_OFF = ("current_upb", "scheduled_upb")
_NOW = {"initial_pi_payment": "current_pi_payment", "note_rate": "current_rate"}
_AT_FIRST = frozenset({"original", "initial", "note", "start", "contract"})
_SAID = OTHER_THINGS | SINCE
"""Words of a header that say enough for its values not to be taken for what they look like."""
_SOMETHING_ELSE = {"occupancy": frozenset({"occupied", "vacant", "unknown", "abandoned", "tenant occupied"})}
"""Words under a field's own header that answer another question: whether somebody lives there, not who."""


@dataclass(frozen=True, slots=True)
class Option:
    """One column as one field, with the confidence that words and values give together."""

    column: ColumnProfile
    candidate: Candidate
    fit: Fit
    confidence: float


@dataclass(frozen=True, slots=True)
class Tape:
    """What is known about the whole tape when one column is weighed."""

    layout: LayoutFacts | None
    percent_columns: Collection[str]
    usual_order: str | None
    purpose: TapePurpose = TapePurpose.SALE

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that its columns may be."""
        return catalogue(self.purpose).fields

    def fit(self, column: ColumnProfile, field: Field, *, codes: dict[str, str] | None = None) -> Fit:
        """How the values of a column suit a field on this tape; `codes` are translations a person gave."""
        percent = column.name in self.percent_columns
        order = self.usual_order
        return fit(column, field, self.layout, percent_cells=percent, usual_order=order, codes=codes)


def options(profile: Profile, tape: Tape, saved: Mapping | None) -> list[Option]:
    """All fields every column could be by its header; a header that says nothing is compared by spelling."""
    found: list[Option] = []
    unsaid: list[ColumnProfile] = []
    saved_names = {normalize(name): name for name in saved.columns} if saved else {}
    for column in profile.columns:
        by_saved = _saved_option(column, tape, saved, saved_names)
        by_header = list(_header_options(column, tape))
        found += by_saved + by_header
        if not by_saved and not by_header:
            unsaid.append(column)
    for column in unsaid[:MOST_SPELLINGS]:
        alike = spelled_like(column.name, tape.purpose)
        if alike and not (alike.field.type is FieldType.ENUM and _has_bare_codes(column)):
            found += _weighed(column, alike, tape)
    return [_settled(option, profile, found) for option in found]


def _has_bare_codes(column: ColumnProfile) -> bool:
    """Whether all values are a letter or a few digits, which mean something in any list of codes."""
    return all(len(text.strip()) == 1 or text.strip().isdigit() for text, _ in column.values)


def _saved_option(
    column: ColumnProfile, tape: Tape, saved: Mapping | None, saved_names: dict[str, str]
) -> list[Option]:
    name = saved_names.get(normalize(column.name))
    kept = saved.columns[name] if saved and name else None
    if kept is None or kept.field not in {field.name for field in tape.fields}:
        return []
    found = tape.fit(column, EVERY_FIELD[kept.field], codes=kept.transform.codes)
    reason = "Your last mapping has this header for this field."
    told_alone = bool(column.median) and kept.field not in FRACTION_UP_TO
    rescaled = told_alone and kept.transform.scale != found.transform.scale
    if rescaled:
        reason += " Its values have another scale than last time."
    found = _with_saved(found, kept.transform, rescaled=rescaled)
    return _weighed(column, Candidate(EVERY_FIELD[kept.field], SAVED, "saved", reason), tape, found)


def _with_saved(found: Fit, kept: Transform, *, rescaled: bool) -> Fit:
    """What a person settled last time is settled: the order of dates that nothing tells, and a guessed unit."""
    transform = replace(found.transform, null_codes=kept.null_codes)
    if transform.ambiguous and kept.date_order:
        transform = replace(transform, date_order=kept.date_order, ambiguous=False)
    return replace(found, transform=transform, uncertain=rescaled or bool(found.unknown))


def _header_options(column: ColumnProfile, tape: Tape) -> Iterator[Option]:
    for candidate in candidates(column.name, tape.purpose):
        yield from _weighed(column, candidate, tape)
        if now := _meant_now(column, candidate):
            yield from _weighed(column, now, tape)


def _meant_now(column: ColumnProfile, candidate: Candidate) -> Candidate | None:
    """What a plain "P&I" or "Rate" means beside a column that says it is the original one."""
    name = _NOW.get(candidate.field.name)
    if name is None or words(column.name) & _AT_FIRST:
        return None
    return replace(candidate, field=EVERY_FIELD[name], confidence=candidate.confidence - _LATER)


def _weighed(column: ColumnProfile, candidate: Candidate, tape: Tape, known: Fit | None = None) -> list[Option]:
    found = known or tape.fit(column, candidate.field)
    confidence = candidate.confidence * _factor(column, found)
    if found.unknown:
        confidence = min(confidence, UNKNOWN_CODE_LIMIT)
    return [Option(column, candidate, found, confidence)] if confidence >= WEAKEST else []


def _factor(column: ColumnProfile, found: Fit) -> float:
    """How much of the confidence survives the look at the values; empty columns say nothing against a header."""
    if not column.known:
        return 1.0
    if found.share < UNREADABLE_BELOW:
        return 0.0
    readable = 1.0 if found.share >= 0.98 else 0.5 + found.share / 2 if found.share >= 0.8 else found.share * 0.8
    return readable if found.plausible else readable * IMPLAUSIBLE


def _settled(option: Option, profile: Profile, found: list[Option]) -> Option:
    """Lower the less likely reading of a header that two fields share (`alias_collisions.csv`)."""
    name, field = normalize(option.column.name), option.candidate.field.name
    preferred = _preferred(name, option.column, profile, found)
    if preferred is None or field == preferred or option.candidate.how == "saved":
        return option
    return replace(option, confidence=option.confidence - 0.3)


def _preferred(name: str, column: ColumnProfile, profile: Profile, found: list[Option]) -> str | None:
    if name == "age":
        birth = any(option.candidate.field.name == "borrower_birth_date" for option in found)
        adult = column.low is not None and column.high is not None and column.low >= 18 and column.high <= 110
        return "borrower_age" if birth and adult and (column.median or 0) > 25 else "loan_age_months"
    if name == "baseloanamount":
        others = (o for o in found if o.candidate.field.name == "note_amount" and o.column.name != column.name)
        return "base_loan_amount" if any(others) else "note_amount"
    if name == "contractnumber":
        pools = any("mbs" in text.lower() for c in profile.columns for text, _ in c.values if c.distinct <= 5)
        return "contract_id" if pools else "commitment_id"
    if (collision := COLLISIONS.get(name)) and collision.fields == _AT_CUT_OFF:
        sure = (o for o in found if o.candidate.field.name == "current_upb" and o.confidence >= SURE_HEADER)
        return "scheduled_upb" if any(o.column.name != column.name for o in sure) else "current_upb"
    if name == "creditscorevalue":
        return "borrower_credit_score"
    return _knows_most(name, column, found)


def _knows_most(name: str, column: ColumnProfile, found: list[Option]) -> str | None:
    """Of the lists of codes that a header may mean, the one that knows most of the codes; the first on a tie."""
    collision = COLLISIONS.get(name)
    shares = {option.candidate.field.name: option.fit.share for option in found if option.column.name == column.name}
    known = [field for field in collision.fields if field in shares] if collision else []
    return max(known, key=lambda field: shares[field], default=None)


def one_to_one(found: Iterable[Option], taken: dict[str, Option] | None = None) -> dict[str, Option]:
    """Give every field to the column that suits it best, and every column one field: the surest pairs first."""
    chosen = dict(taken or {})
    fields = {option.candidate.field.name for option in chosen.values()}
    for option in sorted(found, key=_rank):
        if option.column.name not in chosen and option.candidate.field.name not in fields:
            chosen[option.column.name] = option
            fields.add(option.candidate.field.name)
    return chosen


def _rank(option: Option) -> tuple[float, bool, float, int, str, str]:
    """Surest first; between equals what was saved, then the fuller column, then the more usual header."""
    filled = option.column.filled / max(option.column.rows, 1)
    saved = option.candidate.how == "saved"
    tie = (option.candidate.place, option.column.name, option.candidate.field.name)
    return (-round(option.confidence, 4), not saved, -round(filled, 2), *tie)


def guesses(profile: Profile, tape: Tape, taken: dict[str, Option]) -> list[Option]:
    """Fields for columns whose header says nothing, where the values speak for themselves."""
    silent = (column for column in profile.columns if column.name not in taken and not words(column.name) & _SAID)
    return [option for column in silent if column.known >= FEWEST_GUESSED_ROWS for option in _guess(column, tape)]


def unreadable(profile: Profile, tape: Tape, taken: dict[str, Option]) -> list[Option]:
    """Fields that a column's header names beyond doubt although hardly a cell reads as one: each cell is a finding."""
    return [
        Option(column, candidate, tape.fit(column, candidate.field), WEAKEST)
        for column in profile.columns
        if column.name not in taken and not _is_something_else(column) and len(lists_named(column, tape)) < 2
        for candidate in candidates(column.name, tape.purpose)
        if candidate.confidence >= SURE_HEADER
        and _may_be_meant(column, candidate.field)
        and not _answers_something_else(column, candidate.field)
    ]


def lists_named(column: ColumnProfile, tape: Tape) -> list[Field]:
    """The fields with a list of codes that a header names beyond doubt: several for a "Loan Type"."""
    sure = (one.field for one in candidates(column.name, tape.purpose) if one.confidence >= SURE_HEADER)
    return [field for field in sure if field.type in (FieldType.ENUM, FieldType.BOOLEAN)]


def _is_something_else(column: ColumnProfile) -> bool:
    """Whether most cells are sound numbers or dates, which the header's field would have taken."""
    dates = max(column.dates.counts.values(), default=0)
    return column.number_share > 0.5 or dates > column.dates.looked_at / 2


def _may_be_meant(column: ColumnProfile, field: Field) -> bool:
    """Spoiled numbers and dates still have digits; words under such a header mean something else."""
    if not field.type.is_number and field.type is not FieldType.DATE:
        return True
    return 2 * sum(any(letter.isdigit() for letter in text) for text, _ in column.values) > len(column.values)


def _answers_something_else(column: ColumnProfile, field: Field) -> bool:
    words = _SOMETHING_ELSE.get(field.name, frozenset())
    return {text.strip().lower() for text, _ in column.values} <= words


def _guess(column: ColumnProfile, tape: Tape) -> Iterator[Option]:
    known = [text.strip() for text, _ in column.values]
    if _all_match(known, r"[A-Z]{2}") and column.distinct > 2:
        yield from _guessed(column, tape, "property_state", "The header says nothing. All values are state codes.")
    if _all_match(known, r"\d{5}(-\d{4})?") and column.distinct > 2 and _not_round(known):
        yield from _guessed(column, tape, "property_zip", "The header says nothing. The values look like ZIP codes.")
    if _is_score(column):
        yield from _guessed(column, tape, "credit_score", "The header says nothing. All values are from 300 to 850.")
    for field in tape.fields:
        if field.type is FieldType.ENUM and _spelled_out(field, known):
            reason = f"The header says nothing. The values are names of {field.label}."
            yield from _guessed(column, tape, field.name, reason)


def _guessed(column: ColumnProfile, tape: Tape, name: str, reason: str) -> list[Option]:
    found = tape.fit(column, EVERY_FIELD[name])
    if found.share < GUESS_SHARE:
        return []
    return [Option(column, Candidate(EVERY_FIELD[name], GUESSED, "values", reason), found, GUESSED)]


def _all_match(texts: list[str], pattern: str) -> bool:
    return bool(texts) and all(re.fullmatch(pattern, text) for text in texts)


def _not_round(texts: list[str]) -> bool:
    """Amounts of five digits end in zeros more often than ZIP codes."""
    return sum(text.endswith("00") for text in texts) < len(texts) / 4


def _is_score(column: ColumnProfile) -> bool:
    if column.low is None or column.high is None or column.median is None:
        return False
    whole = column.whole == column.known and column.distinct >= min(20, column.known / 2)
    return whole and column.low >= 300 and column.high <= 850 and 600 <= column.median <= 800


def _spelled_out(field: Field, texts: list[str]) -> bool:
    """All values are full names of this field, long enough that no other field has them by chance."""
    names = {value.lower() for value in ENUM_ALIASES[field.name].values()}
    return len(texts) > 1 and all(len(text) >= 5 and text.lower().replace(" ", "") in names for text in texts)
