"""The agencies' layouts as data: `portfolios/reference/factor_layouts.toml` and the tables of columns it names."""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

from loans.domain.formats.layout_tables import column_names_of
from portfolios.domain.programs import REFERENCE

if TYPE_CHECKING:
    from collections.abc import Mapping

Contents = Literal["pools", "loans", "history"]
Shape = Literal["fixed", "records", "pipe"]

ANY_COLUMN = "any"
OF_TAPES = "loans:"
_IMPLIED = re.compile(r"\d+\(\d+\)v\d+\((\d+)\)|\d+v\d+\((\d+)\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its layout describes it; `begin` and `end` count characters from 1 in fixed-width lines.

    `implied` is how many of the digits stand behind a decimal point that is not written.
    """

    name: str
    position: int
    begin: int = 0
    end: int = 0
    implied: int = 0


@dataclass(frozen=True, slots=True)
class FileLayout:
    """A layout: how its lines are shaped, which columns are taken under which name, and where it is described.

    `contents` is pools (a factor a line), loans (a loan a line, all of one month) or history (a loan and month a line).
    """

    code: str
    title: str
    issuer: str
    contents: Contents
    shape: Shape
    columns: tuple[Column, ...]
    take: Mapping[str, str]
    required: tuple[str, ...]
    source: str
    status: str
    dates: Mapping[str, str]
    record: str = ""
    lengths: tuple[int, ...] = ()
    least: int = 0
    widths: tuple[int, ...] = ()
    telling: Mapping[int, str] = field(default_factory=dict)
    named_by: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    null_codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    former_names: Mapping[str, str] = field(default_factory=dict)
    month_later: int = 0
    late: str = ""

    def column(self, name: str) -> Column:
        """One column by the layout's name; KeyError where there is none."""
        return next((each for each in self.columns if each.name == name), None) or _no_column(self.code, name)

    def nulls(self, name: str) -> tuple[str, ...]:
        """The texts that mean "not given" in a column."""
        return (*self.null_codes.get(ANY_COLUMN, ()), *self.null_codes.get(name, ()))


@cache
def layouts() -> Mapping[str, FileLayout]:
    """Every layout by its code, in the order of the file. KeyError names a column that a layout takes and lacks."""
    text = (REFERENCE / "factor_layouts.toml").read_text(encoding="utf-8")
    found = [_layout(row) for row in tomllib.loads(text)["layout"]]
    return MappingProxyType({layout.code: layout for layout in found})


def _layout(row: dict[str, Any]) -> FileLayout:
    table = row.pop("table")
    rows = _rows(table)
    fields: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    fields["telling"] = {int(position): pattern for position, pattern in row.get("telling", {}).items()}
    fields["null_codes"] = {name: tuple(codes) for name, codes in row.get("null_codes", {}).items()}
    layout = FileLayout(columns=tuple(_columns(table, rows, row)), former_names=_former_names(rows), **fields)
    for name in (*layout.take.values(), *layout.keep):
        layout.column(name)
    return layout


def _rows(table: str) -> list[dict[str, str]]:
    if table.startswith(OF_TAPES):
        return [{"name": name} for name in column_names_of(table.removeprefix(OF_TAPES))]
    with (REFERENCE / table).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _columns(table: str, rows: list[dict[str, str]], layout: dict[str, Any]) -> list[Column]:
    """The rows of the table that belong to the layout: all, or those of its part of the file or its record type."""
    part = {"layout": layout["code"], "record_type": layout.get("record", "")}
    own = [row for row in rows if all(row[key] == value for key, value in part.items() if key in row)]
    names = _numbered([row["name"] for row in own])
    return [_column(row, name, position) for position, (row, name) in enumerate(zip(own, names, strict=True), start=1)]


def _numbered(names: list[str]) -> list[str]:
    """Repeated names ("Filler") with a number behind them, so that each is one column."""
    return [name if name not in names[:place] else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _column(row: dict[str, str], name: str, position: int) -> Column:
    if "begin" not in row:
        return Column(name, position)
    implied = _IMPLIED.search(row["format"])
    places = int(next(filter(None, implied.groups()))) if implied else 0
    return Column(name, position, int(row["begin"]), int(row["end"]), places)


def _former_names(rows: list[dict[str, str]]) -> dict[str, str]:
    former = "name_before_dec_2025"
    return {row[former]: row["name"] for row in rows if row.get(former) not in {None, "", "Filler", "(added)"}}


def _no_column(code: str, name: str) -> Column:
    raise KeyError(f"the layout {code} has no column “{name}”")
