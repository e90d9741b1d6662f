"""The names a rule may use: canonical fields, derived facts, lookups in reference tables, facts of the whole file."""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache

import polars as pl

from loans.domain.facts import FACTS, with_facts
from loans.domain.fields import FIELDS
from loans.domain.lookups import LOOKUPS, Terms, with_lookups

Extend = Callable[[pl.DataFrame, Set[str], date], pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of the rule language. `unit` decides how its value is written; `masked` hides all but the end."""

    name: str
    label: str
    dtype: pl.DataType
    kind: str = "field"
    unit: str = ""
    inputs: tuple[str, ...] = ()
    masked: bool = False


def _nothing_to_add(frame: pl.DataFrame, needed: Set[str], as_of: date) -> pl.DataFrame:
    return frame


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names, and how the derived ones are added to a frame that has its field columns."""

    names: Mapping[str, Name]
    extend: Extend = field(default=_nothing_to_add)

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def dtype(self, name: str) -> pl.DataType:
        return self.names[name].dtype

    def of_kind(self, *kinds: str) -> frozenset[str]:
        return frozenset(name for name, entry in self.names.items() if entry.kind in kinds)

    def closure(self, names: Iterable[str]) -> frozenset[str]:
        """The names and everything they are computed from."""
        found: set[str] = set()
        waiting = [name for name in names if name in self.names]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += [source for source in self.names[name].inputs if source in self.names]
        return frozenset(found)

    def fields_behind(self, names: Iterable[str]) -> frozenset[str]:
        """The tape's own fields and whole-file facts that decide these names."""
        return frozenset(name for name in self.closure(names) if self.names[name].kind in ("field", "file"))

    def complete(self, frame: pl.DataFrame, needed: Set[str], as_of: date) -> pl.DataFrame:
        """The frame with every needed name as a column: absent fields as typed blanks, facts and lookups computed."""
        wanted = self.closure(needed)
        plain = sorted(wanted & self.of_kind("field", "file") - set(frame.columns))
        with_fields = frame.with_columns(pl.lit(None, dtype=self.dtype(name)).alias(name) for name in plain)
        derived = wanted & self.of_kind("fact", "lookup") - set(frame.columns)
        return self.extend(with_fields, derived, as_of) if derived else with_fields


FILE_FACTS = (
    Name("copies_of_loan_id", "Loans in this file with the same loan number", pl.Int64(), "file"),
    Name("copies_of_uli", "Loans in this file with the same ULI", pl.Int64(), "file"),
    Name("copies_of_mers_min", "Loans in this file with the same MERS MIN", pl.Int64(), "file"),
    Name("copies_of_address", "Loans in this file with the same address, ZIP and lien", pl.Int64(), "file"),
    Name("copies_of_borrower_address", "Loans in this file with the same borrower and address", pl.Int64(), "file"),
    Name("amount_rounding", "Original amounts in this layout are rounded to the nearest", pl.Float64(), "file", "USD"),
)

NEVER_IN_RULES = frozenset({"race", "ethnicity", "sex"})
"""Protected characteristics drive no rule; age is read only to find dates that cannot be right."""

_MASKED = frozenset({"borrower_ssn", "coborrower_ssn"})


@cache
def shipped(terms: Terms | None = None) -> Vocabulary:
    """The vocabulary of the fields, facts and lookups that ship, without race, ethnicity and sex.

    `terms` choose whose tables the lookups read, and the underwriting method, where the tape names none.
    """

    def extend(frame: pl.DataFrame, needed: Set[str], as_of: date) -> pl.DataFrame:
        with_tables = with_lookups(frame, needed=needed, as_of=as_of, terms=terms)
        return with_facts(with_tables, needed=needed, as_of=as_of)

    fields = [
        Name(f.name, f.label, f.dtype, "field", f.unit, (), f.name in _MASKED)
        for f in FIELDS
        if f.name not in NEVER_IN_RULES
    ]
    lookups = [Name(e.name, e.label, e.dtype, "lookup", e.unit, e.inputs) for e in LOOKUPS.values()]
    facts = [Name(e.name, e.label, pl.Null(), "fact", e.unit, e.inputs) for e in FACTS.values()]
    untyped = Vocabulary({name.name: name for name in (*fields, *FILE_FACTS, *lookups, *facts)}, extend)
    return Vocabulary(_typed(untyped), extend)


def _typed(vocabulary: Vocabulary) -> dict[str, Name]:
    """Names with the types of facts found by computing them for no loans; a text made of a masked one is masked too."""
    no_loans = pl.DataFrame(schema={"row_no": pl.Int64})
    schema = vocabulary.complete(no_loans, vocabulary.of_kind("fact", "lookup"), date(2026, 1, 1)).schema
    return {
        name: replace(entry, dtype=schema[name], masked=schema[name] == pl.String and _shows_masked(vocabulary, name))
        if entry.kind == "fact"
        else entry
        for name, entry in vocabulary.names.items()
    }


def _shows_masked(vocabulary: Vocabulary, name: str) -> bool:
    return any(vocabulary.names[source].masked for source in vocabulary.closure([name]))
