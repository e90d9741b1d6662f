"""Typed loans written as a MISMO ULDD delivery, streamed, so that any tape can be exported and read back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from lxml import etree

from loans.domain.fields import FIELD
from loans.domain.formats.uldd_names import MISMO, OWN
from loans.domain.formats.uldd_paths import PLACES, Place

MODEL_VERSION = "3.0.0.263.12"
NAMESPACES: Any = {None: MISMO, "plumbline": OWN}  # the stubs do not know a default namespace
_QUALIFIER_LEAF = {"ADDRESS": "AddressType", "LOAN_IDENTIFIER": "LoanIdentifierType"}
_PROPERTY = ("COLLATERALS", "COLLATERAL", "PROPERTIES", "PROPERTY")


def write_uldd(frame: pl.DataFrame, out: Path) -> None:
    """Write typed loans (one column a canonical field; others are left out) as one delivery, a DEAL a loan.

    Numbers are written without an exponent, dates as ISO, booleans as true or false; nulls have no element.
    """
    fields = [name for name in frame.columns if name in PLACES]
    with etree.xmlfile(str(out), encoding="utf-8") as xml:
        xml.write_declaration()
        message = xml.element(_tag("MESSAGE"), MISMOReferenceModelIdentifier=MODEL_VERSION, nsmap=NAMESPACES)
        with message, xml.element(_tag("DEAL_SETS")), xml.element(_tag("DEAL_SET")), xml.element(_tag("DEALS")):
            for row in frame.select(fields).iter_rows(named=True):
                xml.write(_deal(row))
                xml.write("\n")


@cache
def _tag(name: str) -> str:
    return f"{{{MISMO}}}{name}"


def _deal(row: Mapping[str, Any]) -> etree._Element:
    deal = _Deal()
    for name, value in row.items():
        if value is not None and value != "":
            deal.put(PLACES[name], _items(name, value))
    return deal.root


def _items(name: str, value: Any) -> list[str]:
    return value.split(";") if FIELD[name].type.is_list else [_text(value)]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.8f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)


class _Deal:
    """A DEAL under construction: its parts are made when the first field of each is put in."""

    def __init__(self) -> None:
        self.root = etree.Element(_tag("DEAL"), nsmap=NAMESPACES)
        self._parts: dict[str, etree._Element] = {}
        self._made: dict[tuple[etree._Element, str], etree._Element] = {}

    def put(self, place: Place, items: list[str]) -> None:
        """Put the items of one field in their place."""
        if place.part == "own":
            other = self._down(self._part("loan", ""), ("EXTENSION", "OTHER"))
            etree.SubElement(other, f"{{{OWN}}}{place.leaf}").text = ";".join(items)
            return
        part = self._part(place.part, place.role)
        if len(items) == 1:
            _leaf(self._down(part, place.path), place.leaf, items[0])
            return
        holder = self._down(part, place.path[:-1])
        for item in items:
            _leaf(etree.SubElement(holder, _tag(place.path[-1])), place.leaf, item)

    def _part(self, part: str, role: str) -> etree._Element:
        key = part + role
        if key not in self._parts:
            self._parts[key] = self._new_part(part, role)
        return self._parts[key]

    def _new_part(self, part: str, role: str) -> etree._Element:
        if part == "collateral":
            return self._down(self.root, _PROPERTY)
        if part in {"loan", "current", "related"}:
            return _loan(self._down(self.root, ("LOANS",)), part)
        if part == "coborrower":
            self._part("borrower", "")
        party = etree.SubElement(self._down(self.root, ("PARTIES",)), _tag("PARTY"))
        detail = self._down(party, ("ROLES", "ROLE", "ROLE_DETAIL"))
        _leaf(detail, "PartyRoleType", role or "Borrower")
        return party

    def _down(self, element: etree._Element, path: tuple[str, ...]) -> etree._Element:
        """The element at the end of a path, made where it is missing."""
        for step in path:
            key = (element, step)
            if key not in self._made:
                self._made[key] = _new_child(element, step)
            element = self._made[key]
        return element


def _loan(loans: etree._Element, part: str) -> etree._Element:
    loan = etree.SubElement(loans, _tag("LOAN"), LoanRoleType="RelatedLoan" if part == "related" else "SubjectLoan")
    state = etree.SubElement(loan, _tag("LOAN_STATE"))
    _leaf(state, "LoanStateType", "AtClosing" if part == "loan" else "Current")
    return loan


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _tag(name)).text = text


def _new_child(element: etree._Element, step: str) -> etree._Element:
    name, _, qualifier = step.partition("[")
    child = etree.SubElement(element, _tag(name))
    if qualifier:
        _leaf(child, _QUALIFIER_LEAF.get(name, "AdjustmentRuleType"), qualifier.removesuffix("]"))
    return child
