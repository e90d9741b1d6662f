"""Columns read from the shipped tables and joined to loans: limits, matrix, insurance, places, Regulation Z, codes.

Every lookup is three-valued: a blank in its key, or a date for which no row is shipped, gives null and never a guess.
"""

from collections.abc import Iterable, Set
from datetime import date
from types import MappingProxyType

import polars as pl

from loans.domain.fields import FIELD
from loans.domain.lookups import codes, insurance, lending, limits, matrix, places
from loans.domain.lookups.terms import Group, Lookup, Terms, shipped_lookups
from loans.domain.plans import at_once

__all__ = ["LOOKUPS", "Lookup", "Terms", "with_lookups"]

_GROUPS: tuple[Group, ...] = (places.GROUP, limits.GROUP, matrix.GROUP, insurance.GROUP, lending.GROUP, codes.GROUP)
"""In order: a group may read the lookups of the groups before it."""

LOOKUPS: MappingProxyType[str, Lookup] = MappingProxyType(shipped_lookups())
"""Every lookup by name, in the order in which they are shown."""


def with_lookups(frame: pl.DataFrame, *, needed: Set[str], as_of: date, terms: Terms | None = None) -> pl.DataFrame:
    """The frame with the needed lookups added as columns; rows and other columns stay as they are.

    `as_of` is the day of the check. `terms` names the investor and the method that hold where the tape is silent.
    A canonical field the frame does not have counts as blank; names that are no lookups are ignored.
    """
    wanted = _closure(needed & LOOKUPS.keys())
    if not wanted:
        return frame
    loans = frame.lazy().select(pl.first(), *_inputs(frame, wanted))
    for group in _GROUPS:
        if any(LOOKUPS[name].group == group.name for name in wanted):
            loans = group.join(_complete(loans, group), terms or Terms(), as_of)
    return frame.with_columns(at_once(loans.select(name for name in LOOKUPS if name in needed)))


def _closure(names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [source for source in LOOKUPS[name].inputs if source in LOOKUPS]
    return frozenset(found)


def _inputs(frame: pl.DataFrame, lookups: Iterable[str]) -> list[str]:
    """The fields the lookups read that the frame has; its first column comes along to keep the number of rows."""
    fields = {name for lookup in lookups for name in LOOKUPS[lookup].inputs if name in FIELD}
    return sorted(fields & set(frame.columns[1:]))


def _complete(loans: pl.LazyFrame, group: Group) -> pl.LazyFrame:
    """The frame with every column the group's join reads: what it does not have yet is typed and blank."""
    reads = dict.fromkeys(name for lookup in LOOKUPS.values() if lookup.group == group.name for name in lookup.inputs)
    present = loans.collect_schema().names()
    absent = {name: (FIELD.get(name) or LOOKUPS[name]).dtype for name in reads if name not in present}
    return loans.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in absent.items())
