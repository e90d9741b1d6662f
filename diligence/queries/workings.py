"""How a finding came about: the inputs its rule looked at and the values derived from them, computed for one loan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from diligence.domain import wording
from diligence.domain.compiling import RuleSet, Test
from diligence.domain.vocabulary import Name, Vocabulary
from diligence.queries.written import way_of_writing
from loans.domain.facts import FACTS
from loans.domain.fields import FIELD, FIELDS
from loans.domain.lookups import LOOKUPS

DERIVED = ("fact", "lookup")


@dataclass(frozen=True, slots=True)
class Value:
    """One line of a working: a name in words, its value as people write it, and how it is reckoned if it is derived."""

    name: str
    label: str
    text: str
    arithmetic: str = ""
    source: str = ""

    @property
    def is_blank(self) -> bool:
        return self.text == wording.BLANK

    @property
    def is_derived(self) -> bool:
        return bool(self.arithmetic)


@dataclass(frozen=True)
class Workings:
    """The values of one loan under a run's rules; `texts` holds every name that was asked for."""

    vocabulary: Vocabulary
    texts: dict[str, str]

    def of_test(self, test: Test) -> list[Value]:
        """The fields behind the rule that are filled, then what the rule names; derived values come last."""
        behind = self.vocabulary.fields_behind(test.names) & self.texts.keys()
        filled = {name for name in behind if self.texts[name] != wording.BLANK}
        names = (test.names | filled) & self.texts.keys()
        return [self.value(name) for name in in_order(names, self.vocabulary)]

    def derived(self) -> list[Value]:
        """Every derived value that is not blank."""
        found = (self.value(name) for name in (*FACTS, *LOOKUPS) if name in self.texts)
        return [value for value in found if not value.is_blank]

    def value(self, name: str) -> Value:
        known = FACTS.get(name) or LOOKUPS.get(name)
        label = self.vocabulary.names[name].label
        if known is None:
            return Value(name, label, self.texts[name])
        return Value(name, label, self.texts[name], known.arithmetic, known.source)


def in_order(names: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    """Fields as the field list has them, then lookups and facts as they build on each other."""
    places = {name: at for at, name in enumerate((*FIELD, *LOOKUPS, *FACTS))}
    return sorted(names, key=lambda name: places.get(name, len(places)))


def workings(values: dict[str, Any], ruleset: RuleSet, file_facts: Mapping[str, Any] | None = None) -> Workings:
    """Everything the vocabulary derives from one loan's typed values.

    `file_facts` are what the run knew of the loan from its whole file, such as the cut-off date of the tape; they stand
    as they are, so that the working has the very numbers that the rules saw.
    """
    vocabulary = ruleset.vocabulary
    known = {name: value for name, value in (file_facts or {}).items() if name in vocabulary}
    names = vocabulary.of_kind("field", *DERIVED) | known.keys()
    frame = loan_frame(values).with_columns(
        pl.lit(value, dtype=vocabulary.dtype(name)).alias(name) for name, value in known.items()
    )
    complete = vocabulary.complete(frame, names, ruleset.as_of)
    return Workings(vocabulary, texts_of(complete.row(0, named=True), [vocabulary.names[name] for name in names]))


def texts_of(row: Mapping[str, Any], names: Sequence[Name]) -> dict[str, str]:
    """Each value as people write it. Values written alike are written together: one expression for each way."""
    alike: dict[Name, list[Name]] = {}
    texts = {name.name: wording.BLANK for name in names}
    for name in names:
        if row[name.name] is not None:
            alike.setdefault(way_of_writing(name), []).append(name)
    plans = [
        pl.LazyFrame([pl.Series(way.name, [row[name.name] for name in group], dtype=way.dtype)]).select(
            wording.text_of(way)
        )
        for way, group in alike.items()
    ]
    for group, written in zip(alike.values(), pl.collect_all(plans), strict=True):
        texts |= dict(zip((name.name for name in group), written.to_series(), strict=True))
    return texts


def loan_frame(values: dict[str, Any]) -> pl.DataFrame:
    """One loan as a typed batch; fields that the loan leaves blank are typed blanks."""
    columns = [pl.Series(field.name, [plain(values.get(field.name))], dtype=field.dtype) for field in FIELDS]
    return pl.DataFrame([pl.Series("row_no", [1], dtype=pl.Int64), *columns])


def plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def tests_of(ruleset: RuleSet) -> dict[tuple[int, int], Test]:
    """Rule number and seq to the expression that gave the finding; rules decided without one are absent."""
    return {(test.rule_no, test.seq): test for test in ruleset.tests}


def common_fields(findings: Sequence[Any]) -> list[str]:
    """Labels of the fields that all of several findings look at."""
    sets = [set(finding.fields.split(";")) for finding in findings]
    shared = set.intersection(*sets) if sets else set()
    return [FIELD[name].label for name in FIELD if name in shared]
