"""Columns read from the shipped tables and joined to loans by name: limits, matrix, insurance, places, Regulation Z, codes.

Every lookup is three-valued: a blank in its key, or a date for which no row is shipped, gives null and never a guess.
"""

from collections.abc import Set
from datetime import date
from types import MappingProxyType

import polars as pl

from loans.domain.fields import FIELD
from loans.domain.lookups import codes, insurance, lending, limits, matrix, places
from loans.domain.lookups.terms import Group, Lookup, Terms

__all__ = ["LOOKUPS", "Lookup", "Terms", "with_lookups"]

_GROUPS: tuple[Group, ...] = (places.GROUP, limits.GROUP, matrix.GROUP, insurance.GROUP, lending.GROUP, codes.GROUP)
"""In order: a group may read the lookups of the groups before it."""

LOOKUPS: MappingProxyType[str, Lookup] = MappingProxyType(
    {lookup.name: lookup for group in _GROUPS for lookup in group.lookups}
)
"""Every lookup by name, in the order in which they are shown."""


def with_lookups(frame: pl.DataFrame, *, needed: Set[str], as_of: date, terms: Terms | None = None) -> pl.DataFrame:
    """The frame with the needed lookups added as columns; rows and other columns stay as they are.

    `as_of` is the day of the check. `terms` names the investor and the underwriting method that hold where the tape is silent.
    A canonical field the frame does not have counts as blank.
    """
    wanted = _closure(needed & LOOKUPS.keys())
    if not wanted:
        return frame
    inputs = sorted({name for lookup in wanted for name in LOOKUPS[lookup].inputs if name in FIELD})
    loans = frame.select(
        pl.col(name) if name in frame.columns else pl.lit(None, FIELD[name].dtype).alias(name) for name in inputs
    )
    loans = _all_rows(loans, frame.height)
    for group in _GROUPS:
        if group.names & wanted:
            loans = group.join(_with_inputs(loans, group), terms or Terms(), as_of)
    added = [name for name in LOOKUPS if name in needed]
    return frame.with_columns(loans.select(added))


def _closure(names: Set[str]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [source for source in LOOKUPS[name].inputs if source in LOOKUPS]
    return frozenset(found)


def _all_rows(loans: pl.DataFrame, height: int) -> pl.DataFrame:
    """Literal columns alone give one row; a frame without any input column still has all its loans."""
    return loans if loans.height == height else pl.concat([loans] * height) if height else loans.clear()


def _with_inputs(loans: pl.DataFrame, group: Group) -> pl.DataFrame:
    """The frame with every column the group's join reads, typed and blank where nothing of it was asked for."""
    names = dict.fromkeys(name for lookup in group.lookups for name in lookup.inputs)
    absent = {
        name: FIELD[name].dtype if name in FIELD else LOOKUPS[name].dtype for name in names if name not in loans.columns
    }
    return loans.with_columns(pl.lit(None, dtype).alias(name) for name, dtype in absent.items())
