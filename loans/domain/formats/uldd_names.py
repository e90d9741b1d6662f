"""How the names of MISMO ULDD leaves become the columns of a tape, and which canonical field each one feeds.

A column is a leaf's name, with a qualifier where the same leaf has several meanings: UPBAmount[Current],
UPBAmount[RelatedLoan], PartyRoleIdentifier[LoanSeller], CreditScoreValue[CoBorrower], AddressLineText[Mailing].
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from loans.domain.fields import FIELD, FIELDS, Field, FieldType
from loans.domain.formats.layouts import Layout

MISMO = "http://www.mismo.org/residential/2009/schemas"
OWN = "urn:plumbline:loan-tape"
"""Namespace of the extension elements, named by canonical field, that carry what ULDD has no element for."""

CURRENT = "Current"
COBORROWER = "CoBorrower"
RELATED = "RelatedLoan"
RELATED_TOTAL = "UPBAmount[RelatedLoans]"
DERIVED_DTI = "TotalDebtExpenseRatioPercent[derived]"
DERIVED_PROPERTY_TYPE = "PropertyType[derived]"

_DERIVED = {"dti": DERIVED_DTI, "property_type": DERIVED_PROPERTY_TYPE, "subordinate_amount": RELATED_TOTAL}
_ALSO = {
    "loan_id": ("LoanIdentifier[LenderLoan]", "LoanIdentifier[SellerLoan]"),
    "investor_loan_id": ("LoanIdentifier[InvestorLoan]",),
    "mers_min": ("LoanIdentifier[MERS_MIN]",),
    "government_case_number": ("LoanIdentifier[AgencyCase]",),
    "sales_price": ("SalesContractAmount",),
    "appraised_value": ("PropertyEstimatedValueAmount",),
}
"""Columns of messages in MISMO 3.4, such as loan applications, for what ULDD states in other leaves."""
_NAME = re.compile(r"(\w+)(?:\[(?:\w+=)?(\w+)\])?")
_NOT_THE_LOAN = re.compile(r"(CoBorrower|Borrower \d+|RelatedLoan( \d+)?|AtModification|Mailing|First|.* Mailing)")


@lru_cache(maxsize=8192)
def column_of(leaf: str, qualifiers: tuple[str, ...]) -> str:
    """The tape column of a leaf."""
    inside = " ".join(qualifiers)
    return f"{leaf}[{inside}]" if inside else leaf


def leaf_of(field: Field) -> tuple[str, str] | None:
    """The MISMO leaf of a canonical field and its qualifier (empty for none); None where ULDD has no leaf for it."""
    match = _NAME.match(field.mismo_name)
    if not match or not field.xpath or field.name in {"dti", "property_type"}:
        return None
    return match[1], _qualifier(field, match[2] or "")


def _leaves_of_state(state: str) -> frozenset[str]:
    leaves = (leaf_of(field) for field in FIELDS)
    return frozenset(leaf[0] for leaf in leaves if leaf and leaf[1] == state)


def _qualifier(field: Field, stated: str) -> str:
    if field.name == "coborrower_credit_score":
        return COBORROWER
    if RELATED in field.xpath:
        return RELATED
    return CURRENT if "LoanStateType=Current" in field.xpath else stated


CURRENT_LEAVES = _leaves_of_state(CURRENT)
"""Leaves whose plain meaning is the current state of the loan: its balance, the last installment paid."""


def field_of_columns(columns: Sequence[str]) -> dict[str, str]:
    """Which canonical field each column feeds; every field is fed by one column at most."""
    by_leaf: dict[str, list[tuple[str, str]]] = {}
    for column in columns:
        leaf, _, rest = column.partition("[")
        by_leaf.setdefault(leaf, []).append((rest.removesuffix("]"), column))
    chosen: dict[str, str] = {}
    for field in FIELDS:
        fed_by = _column_for(field, columns, by_leaf)
        if fed_by is not None:
            chosen.setdefault(fed_by, field.name)
    return chosen


def _column_for(field: Field, columns: Sequence[str], by_leaf: Mapping[str, list[tuple[str, str]]]) -> str | None:
    if field.name in by_leaf:
        return field.name
    if (derived := _DERIVED.get(field.name)) in columns:
        return derived
    return _by_leaf(field, by_leaf) or next((name for name in _ALSO.get(field.name, ()) if name in columns), None)


def _by_leaf(field: Field, by_leaf: Mapping[str, list[tuple[str, str]]]) -> str | None:
    leaf = leaf_of(field)
    if leaf is None:
        return None
    found = dict(by_leaf.get(leaf[0], ()))
    return next((found[qualifier] for qualifier in _preferred(leaf[1], found) if qualifier in found), None)


def _preferred(qualifier: str, found: Mapping[str, str]) -> list[str]:
    """The qualifiers that may stand for the wanted one, best first."""
    if qualifier == CURRENT:
        return [CURRENT]
    if qualifier:
        return [qualifier]
    others = [other for other in found if other and not _NOT_THE_LOAN.fullmatch(other)]
    return ["", "Subsequent", *others]


class UlddLayout(Layout):
    """The layout of ULDD deliveries; bound to a tape it maps the columns by their MISMO names."""

    __slots__ = ()

    def bound_to(self, columns: Sequence[str]) -> Layout:
        """This layout with the fields of a tape's columns."""
        field_of = field_of_columns(columns)
        dates = [column for column, name in field_of.items() if FIELD[name].type is FieldType.DATE]
        return replace(self, field_of=field_of, date_orders=dict.fromkeys(dates, "iso"))


ULDD = UlddLayout(
    code="uldd",
    title="MISMO ULDD delivery (XML)",
    source="Uniform Loan Delivery Dataset, MISMO version 3.0 (3.0.0.263.12)",
    required=(
        "loan_id",
        "note_amount",
        "note_rate",
        "note_date",
        "first_payment_date",
        "maturity_date",
        "maturity_term_months",
        "amortization_type",
        "mortgage_type",
        "lien_position",
        "loan_purpose",
        "property_state",
        "property_zip",
        "occupancy",
        "ltv",
    ),
)
