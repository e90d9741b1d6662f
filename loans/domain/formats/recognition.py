"""Telling the agencies' own layouts from a lender's tape by column names, column count and the look of key columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from loans.domain.formats import fannie, fannie_acquisition, freddie, gse
from loans.domain.formats.headers import Row
from loans.domain.formats.layouts import LENDER, Layout, key_of
from loans.domain.formats.uldd_names import ULDD

AGENCY = (freddie, fannie, fannie_acquisition, gse)
LAYOUTS: Mapping[str, Layout] = {
    layout.code: layout for layout in (LENDER, ULDD, *(agency.LAYOUT for agency in AGENCY))
}
OWN_LAYOUTS = frozenset({"", LENDER.code, ULDD.code})
"""Layouts of a lender's own loans, in which a blank is a gap; in a published file it says "not available"."""
NAMES_SHARED = 0.7


def headerless_layout(row: Row, wanted: Layout | None = None) -> Layout | None:
    """The agency layout whose key positions the first row fits, with its columns cut or padded to the row.

    A layout asked for by code is taken by position only where the row looks like it, so that its header is not read
    as a loan.
    """
    for agency in AGENCY:
        if wanted is not None and wanted.code != agency.LAYOUT.code:
            continue
        if len(row) in agency.WIDTHS and _fits(row, agency.KEY_POSITIONS):
            return _with_columns(agency.LAYOUT, len(row))
    return None


def _fits(row: Row, positions: Mapping[int, str]) -> bool:
    return all(re.fullmatch(pattern, (row[position - 1] or "").strip()) for position, pattern in positions.items())


def _with_columns(layout: Layout, width: int) -> Layout:
    return replace(layout, columns=(layout.columns or ())[:width])


def layout_of(columns: Sequence[str], *, found: Layout | None, wanted: Layout | None) -> Layout:
    """The layout of a tape, bound to its columns: the one asked for, else the one found, else by its column names."""
    layout = wanted or found or _by_names(columns)
    return layout.bound_to(columns)


def _by_names(columns: Sequence[str]) -> Layout:
    given = {key_of(column) for column in columns}
    for agency in AGENCY:
        told = any({key_of(name) for name in names} <= given for names in agency.TELLING_NAMES)
        if told and _shared(agency.LAYOUT, given) >= NAMES_SHARED:
            return agency.LAYOUT
    return LENDER


def _shared(layout: Layout, given: set[str]) -> float:
    """Share of the layout's fields for which the tape has a column by name."""
    found = {name for column, name in layout.field_of.items() if key_of(column) in given}
    return len(found) / max(len(set(layout.field_of.values())), 1)
