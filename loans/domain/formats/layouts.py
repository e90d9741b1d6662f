"""Layouts of tapes: what the columns of a file with a known shape mean, and how a layout is recognized."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

Codes = Mapping[str, str | None]
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout, bound to the columns of one tape.

    `field_of` and `second_field_of` (a column that answers two questions, such as a loan purpose code) name canonical
    fields by tape column. `value_maps` translate raw text by canonical field (None means blank, without a finding);
    `null_codes` are texts that mean "not available", by tape column. `date_orders` are "ym", "my", "mdy" or "iso" by
    tape column. `constants` are fields the layout states for every loan without a column. `masked_zip`: property_zip
    holds three-digit areas. `amount_rounding`: original amounts are rounded to so many USD; 0 is to the cent.
    """

    code: str
    title: str
    source: str = ""
    columns: tuple[str, ...] | None = None
    field_of: Mapping[str, str] = field(default_factory=dict)
    second_field_of: Mapping[str, str] = field(default_factory=dict)
    null_codes: Mapping[str, frozenset[str]] = field(default_factory=dict)
    value_maps: Mapping[str, Codes] = field(default_factory=dict)
    date_orders: Mapping[str, str] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    constants: Mapping[str, str] = field(default_factory=dict)
    masked_zip: bool = False
    amount_rounding: int = 0

    def bound_to(self, columns: Sequence[str]) -> Layout:
        """This layout with its column names replaced by the matching columns of a tape."""
        names = {key_of(column): column for column in reversed(columns)}
        return replace(
            self,
            field_of=_renamed(self.field_of, names),
            second_field_of=_renamed(self.second_field_of, names),
            null_codes=_renamed(self.null_codes, names),
            date_orders=_renamed(self.date_orders, names),
        )

    def also_named(self, names: Mapping[str, str]) -> Layout:
        """This layout known by other column names too; `names` is other name to the layout's own."""
        return replace(
            self,
            field_of=_with_others(self.field_of, names),
            second_field_of=_with_others(self.second_field_of, names),
            null_codes=_with_others(self.null_codes, names),
            date_orders=_with_others(self.date_orders, names),
        )


def key_of(name: str) -> str:
    """A header reduced to lower-case letters and digits, for comparing names."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _renamed(by_column: Mapping[str, V], names: Mapping[str, str]) -> dict[str, V]:
    return {names[key_of(column)]: value for column, value in by_column.items() if key_of(column) in names}


def _with_others(by_column: Mapping[str, V], names: Mapping[str, str]) -> dict[str, V]:
    return {**by_column, **{other: by_column[own] for other, own in names.items() if own in by_column}}


LENDER = Layout("lender", "Lender's own tape")
