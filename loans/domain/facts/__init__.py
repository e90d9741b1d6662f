"""Derived facts of a loan: named columns reckoned from canonical fields, each with its arithmetic in words."""

from collections.abc import Iterable, Set
from datetime import date

import polars as pl

from loans.domain.facts import features, identifiers, lists, ratios, schedule
from loans.domain.facts.fact import Fact
from loans.domain.fields import FIELD
from loans.domain.plans import at_once

__all__ = ["FACTS", "Fact", "facts_needed", "fields_needed", "with_facts"]

AS_OF = "as_of"
FACTS: dict[str, Fact] = ratios.FACTS | schedule.FACTS | identifiers.FACTS | lists.FACTS | features.FACTS


def facts_needed(names: Iterable[str]) -> tuple[Fact, ...]:
    """The facts among `names` and those they rest on, each after its own inputs."""
    ordered: dict[str, Fact] = {}

    def visit(name: str) -> None:
        if name in FACTS and name not in ordered:
            for wanted in FACTS[name].inputs:
                visit(wanted)
            ordered[name] = FACTS[name]

    for name in sorted(names):
        visit(name)
    return tuple(ordered.values())


def fields_needed(names: Iterable[str]) -> frozenset[str]:
    """The canonical fields that the facts among `names` rest on."""
    return frozenset(name for fact in facts_needed(names) for name in fact.inputs if name in FIELD)


def with_facts(frame: pl.DataFrame, *, needed: Set[str], as_of: date) -> pl.DataFrame:
    """The frame with the facts `needed` and those they rest on added; a field without a column counts as blank.

    `as_of` is the day of the check. Names in `needed` that are no facts are passed over.
    """
    wanted = [fact for fact in facts_needed(needed) if fact.name not in frame.columns]
    plain = {name for fact in wanted for name in fact.inputs if name not in FACTS} - {AS_OF} - set(frame.columns)
    helpers = [pl.lit(as_of).alias(AS_OF), *(pl.lit(None, dtype=_dtype(name)).alias(name) for name in sorted(plain))]
    lazy = frame.lazy().with_columns(helpers)
    for level in _levels(wanted):
        lazy = lazy.with_columns(fact.expression.alias(fact.name) for fact in level)
    return at_once(lazy.drop(AS_OF, *sorted(plain)))


def _dtype(name: str) -> pl.DataType:
    return FIELD[name].dtype if name in FIELD else pl.Null()


def _levels(wanted: Iterable[Fact]) -> list[list[Fact]]:
    """Facts in groups that rest only on earlier groups, so that each group is one parallel step."""
    depth: dict[str, int] = {}
    levels: dict[int, list[Fact]] = {}
    for fact in wanted:
        depth[fact.name] = 1 + max((depth[name] for name in fact.inputs if name in depth), default=-1)
        levels.setdefault(depth[fact.name], []).append(fact)
    return [levels[level] for level in sorted(levels)]
