"""One walk over the leaves of a MISMO DEAL, giving one row of a tape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from lxml import etree

from loans.domain.fields import FIELDS
from loans.domain.formats.tape import Unreadable
from loans.domain.formats.uldd_names import (
    COBORROWER,
    CURRENT,
    CURRENT_LEAVES,
    DERIVED_DTI,
    DERIVED_PROPERTY_TYPE,
    OWN,
    RELATED,
    RELATED_TOTAL,
    column_of,
    leaf_of,
)

_QUALIFYING = frozenset(
    {"LoanStateType", "LoanRoleType", "PartyRoleType", "AdjustmentRuleType", "AddressType", "LoanIdentifierType"}
)
_LISTS = frozenset(leaf[0] for item in FIELDS if item.type.is_list and (leaf := leaf_of(item)))
_OWN_TAG = f"{{{OWN}}}"
_CURRENT_SUFFIX = f"[{CURRENT}]"
_SAID_IN = {"ADDRESS": "AddressType", "LOAN_IDENTIFIER": "LoanIdentifierType"}


@dataclass(slots=True)
class DealRow:
    """The cells of one DEAL while it is walked; `most_leaves` bounds the walk."""

    most_leaves: int
    cells: dict[str, str] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)
    _leaves: int = 0

    def number(self, kind: str) -> int:
        """How many of a kind (related loans, parties of a role) there are with this one."""
        self._seen[kind] = self._seen.get(kind, 0) + 1
        return self._seen[kind]

    def add(self, leaf: str, qualifiers: tuple[str, ...], text: str) -> None:
        """Put a leaf's text in its column; lists are joined by semicolons, other repeats get a number."""
        self._leaves += 1
        if self._leaves > self.most_leaves:
            raise Unreadable(
                f"A DEAL of the file has more than {self.most_leaves:,} elements, the most one loan may have; "
                "check that every loan is a DEAL of its own."
            )
        column = column_of(leaf, qualifiers)
        if column not in self.cells:
            self.cells[column] = text
        elif leaf in _LISTS:
            self.cells[column] += f";{text}"
        else:
            self.cells[f"{column} ({self.number(column) + 1})"] = text


def row_of(deal: etree._Element, most_leaves: int) -> dict[str, str]:
    """The row of a DEAL: column to text, without empty leaves."""
    row = DealRow(most_leaves)
    _walk(deal, (), row)
    cells = _settled(row.cells)
    _derive(cells)
    return cells


def _settled(cells: dict[str, str]) -> dict[str, str]:
    """The cells with one name for what lenders state either at closing or as current.

    A leaf that is only stated as current gets its plain name; a balance or due date is always the current one.
    """
    return {_settled_name(column, cells): text for column, text in cells.items()}


def _settled_name(column: str, cells: dict[str, str]) -> str:
    if column in CURRENT_LEAVES:
        current = f"{column}{_CURRENT_SUFFIX}"
        return column if current in cells else current
    plain = column.removesuffix(_CURRENT_SUFFIX)
    return column if plain in cells or plain in CURRENT_LEAVES else plain


def _walk(element: etree._Element, qualifiers: tuple[str, ...], row: DealRow) -> None:
    for child in element:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        if len(child):
            _walk(child, _qualified(child, _local(tag), qualifiers, row), row)
        elif (text := (child.text or "").strip()) and (leaf := _local(tag)) not in _QUALIFYING:
            row.add(leaf, () if tag.startswith(_OWN_TAG) else qualifiers, text)


@lru_cache(maxsize=4096)
def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _qualified(element: etree._Element, tag: str, outer: tuple[str, ...], row: DealRow) -> tuple[str, ...]:
    """The qualifiers of the leaves below an element."""
    if tag == "LOAN":
        return _loan(element, row)
    if tag == "PARTY":
        return _party(element, row)
    if tag == "COLLATERAL":
        number = row.number("collateral")
        return outer if number == 1 else (f"Property {number}",)
    said_in = _SAID_IN.get(tag) or ("AdjustmentRuleType" if tag.endswith("_RULE") else None)
    said = _child_text(element, said_in) if said_in else ""
    return (*outer, said) if said and said not in outer else outer


def _loan(loan: etree._Element, row: DealRow) -> tuple[str, ...]:
    role = loan.get("LoanRoleType") or _child_text(loan, "LoanRoleType")
    if role == RELATED:
        number = row.number("related")
        return (RELATED if number == 1 else f"{RELATED} {number}",)
    state = next((text for node in loan.iter("{*}LoanStateType") if (text := (node.text or "").strip())), "")
    return () if state in {"", "AtClosing"} else (state,)


def _party(party: etree._Element, row: DealRow) -> tuple[str, ...]:
    roles = [text for node in party.iter("{*}PartyRoleType") if (text := (node.text or "").strip())]
    if "Borrower" in roles or (not roles and next(party.iter("{*}BORROWER"), None) is not None):
        number = row.number("borrower")
        return () if number == 1 else (COBORROWER if number == 2 else f"Borrower {number}",)
    role = roles[0] if roles else "Party"
    number = row.number(role)
    return (role if number == 1 else f"{role} {number}",)


def _child_text(element: etree._Element, name: str) -> str:
    for child in element:
        if isinstance(child.tag, str) and _local(child.tag) == name:
            return (child.text or "").strip()
    return ""


def _derive(cells: dict[str, str]) -> None:
    """Add what ULDD states only through other leaves."""
    if "property_type" not in cells and (property_type := _property_type(cells)):
        cells[DERIVED_PROPERTY_TYPE] = property_type
    if "dti" not in cells and (ratio := _debt_ratio(cells)):
        cells[DERIVED_DTI] = ratio
    if "subordinate_amount" not in cells and (total := _related_total(cells)):
        cells[RELATED_TOTAL] = total


def _property_type(cells: dict[str, str]) -> str:
    """The property type told by units, construction, project and attachment, in that order."""
    attached = cells.get("AttachmentType") == "Attached"
    structure = cells.get("ProjectLegalStructureType")
    if cells.get("FinancedUnitCount", "").strip() in {"2", "3", "4"}:
        return "TwoToFourUnit"
    if cells.get("ConstructionMethodType") == "Manufactured":
        return "ManufacturedHome"
    if structure == "Cooperative":
        return "Cooperative"
    if structure == "Condominium":
        return "CondoDetached" if cells.get("AttachmentType") == "Detached" else "CondoAttached"
    if cells.get("PUDIndicator", "").lower() == "true":
        return "PUD"
    if "AttachmentType" not in cells:
        return ""
    return "SingleFamilyAttached" if attached else "SingleFamilyDetached"


def _debt_ratio(cells: dict[str, str]) -> str:
    debt, income = (
        next(_amounts(cells, name), None)
        for name in ("TotalLiabilitiesMonthlyPaymentAmount", "TotalMonthlyIncomeAmount")
    )
    return str(round(100 * debt / income, 2)) if debt is not None and income else ""


def _related_total(cells: dict[str, str]) -> str:
    related = [column for column in cells if column.startswith("UPBAmount[RelatedLoan")]
    amounts = [amount for column in related for amount in _amounts(cells, column)]
    return str(sum(amounts)) if related and len(amounts) == len(related) else ""


def _amounts(cells: dict[str, str], column: str) -> Iterator[Decimal]:
    try:
        yield Decimal(cells[column])
    except (KeyError, InvalidOperation):
        return
