"""Where each canonical field stands in a MISMO ULDD DEAL when a tape is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from loans.domain.fields import FIELDS, Field
from loans.domain.formats.uldd_names import COBORROWER, CURRENT, RELATED, leaf_of

Part = Literal["loan", "current", "related", "collateral", "borrower", "coborrower", "role", "own"]

_PLAIN = re.compile(r"[A-Za-z_/]+")
_LIFETIME = "ADJUSTMENT/INTEREST_RATE_ADJUSTMENT/INTEREST_RATE_LIFETIME_ADJUSTMENT_RULE"
_PER_CHANGE = (
    "ADJUSTMENT/INTEREST_RATE_ADJUSTMENT/INTEREST_RATE_PER_CHANGE_ADJUSTMENT_RULES/"
    "INTEREST_RATE_PER_CHANGE_ADJUSTMENT_RULE"
)
_MONITORING = "ROLES/ROLE/BORROWER/GOVERNMENT_MONITORING"
_CREDIT = "LOAN_LEVEL_CREDIT/LOAN_LEVEL_CREDIT_DETAIL"
_CONTAINERS = {
    "disbursement_date": "LOAN_DETAIL/EXTENSION/OTHER/LOAN_DETAIL_EXTENSION",
    "enote_indicator": "LOAN_DETAIL/EXTENSION/OTHER/LOAN_DETAIL_EXTENSION",
    "ron_indicator": "LOAN_DETAIL/EXTENSION/OTHER/LOAN_DETAIL_EXTENSION",
    "refinance_program": "LOAN_PRODUCT/LOAN_PRODUCT_DETAIL",
    "buydown_contributor": "BUYDOWN/BUYDOWN_CONTRIBUTORS/BUYDOWN_CONTRIBUTOR/BUYDOWN_CONTRIBUTOR_DETAIL",
    "arm_index": "ADJUSTMENT/INTEREST_RATE_ADJUSTMENT/INDEX_RULES/INDEX_RULE",
    "arm_lookback_days": "ADJUSTMENT/INTEREST_RATE_ADJUSTMENT/INDEX_RULES/INDEX_RULE",
    "arm_next_change_date": _LIFETIME,
    "arm_first_change_date": f"{_PER_CHANGE}[First]",
    "arm_initial_cap_up": f"{_PER_CHANGE}[First]",
    "arm_periodic_cap": f"{_PER_CHANGE}[Subsequent]",
    "arm_reset_frequency_months": f"{_PER_CHANGE}[Subsequent]",
    "heloc_balance": "HELOC/HELOC_OCCURRENCES/HELOC_OCCURRENCE",
    "census_tract": "LOCATION_IDENTIFIER/CENSUS_INFORMATION",
    "mh_width": "MANUFACTURED_HOME/MANUFACTURED_HOME_DETAIL",
    "cpm_certification_id": "PROJECT/PROJECT_DETAIL/EXTENSION/OTHER/PROJECT_DETAIL_EXTENSION",
    "cpm_phase_id": "PROJECT/PROJECT_DETAIL/EXTENSION/OTHER/PROJECT_DETAIL_EXTENSION",
    "credit_score_model": f"{_CREDIT}/EXTENSION/OTHER/LOAN_LEVEL_CREDIT_DETAIL_EXTENSION",
    "credit_score_impairment": "ROLES/ROLE/BORROWER/CREDIT_SCORES/CREDIT_SCORE/CREDIT_SCORE_DETAIL",
    "ethnicity": f"{_MONITORING}/HMDA_ETHNICITIES/HMDA_ETHNICITY",
    "sex": f"{_MONITORING}/GOVERNMENT_MONITORING_DETAIL",
    "discount_points": "FORM_SPECIFIC_CONTENTS/FORM_SPECIFIC_CONTENT/URLA/URLA_DETAIL",
    "uli": "LOAN_IDENTIFIERS/LOAN_IDENTIFIER[UniversalLoan]",
    "mailing_address": "ADDRESSES/ADDRESS[Mailing]",
}
_ROLE_CONTAINER = "ROLES/PARTY_ROLE_IDENTIFIERS/PARTY_ROLE_IDENTIFIER"
_ROLE_OF_FIELD = {"originator_type": "LoanOriginator", "appraiser_license": "Appraiser"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a field stands: the part of the DEAL, the elements below that part, the leaf, the role of a party.

    The last element of `path` is repeated for each item of a list. An element may carry a qualifier in brackets.
    """

    part: Part
    path: tuple[str, ...]
    leaf: str
    role: str = ""


def place_of(field: Field) -> Place:
    """The place of a field; fields without a place in ULDD go to the extension of the loan."""
    leaf = leaf_of(field)
    located = field.name in _CONTAINERS or _is_located(field)
    if leaf is None or not located or field.xpath.startswith("POOLS"):
        return Place("own", (), field.name)
    part = _part(field, leaf[1])
    role = leaf[1] if leaf[0] == "PartyRoleIdentifier" else _ROLE_OF_FIELD.get(field.name, "")
    return Place(part, _path(field, leaf[0]), leaf[0], role)


def _is_located(field: Field) -> bool:
    xpath = re.sub(r"\[[^]]*\]", "", field.xpath)
    return bool(_PLAIN.fullmatch(xpath)) or "PartyRoleIdentifier" in xpath


def _part(field: Field, qualifier: str) -> Part:
    if field.xpath.startswith("COLLATERALS"):
        return "collateral"
    if field.xpath.startswith("PARTIES"):
        if field.name in _ROLE_OF_FIELD or field.mismo_name.startswith("PartyRoleIdentifier"):
            return "role"
        return "coborrower" if qualifier == COBORROWER else "borrower"
    return "related" if qualifier == RELATED else "current" if qualifier == CURRENT else "loan"


def _path(field: Field, leaf: str) -> tuple[str, ...]:
    if field.name in _CONTAINERS:
        return tuple(_CONTAINERS[field.name].split("/"))
    if leaf == "PartyRoleIdentifier":
        return tuple(_ROLE_CONTAINER.split("/"))
    elements = re.sub(r"\[[^]]*\]", "", field.xpath).split("/")[:-1]
    return tuple(elements[_depth_of_part(elements[0]) :])


def _depth_of_part(outermost: str) -> int:
    """How many elements of a path lead to the part itself (LOANS/LOAN, PARTIES/PARTY, COLLATERALS/../PROPERTY)."""
    return 4 if outermost == "COLLATERALS" else 2


PLACES: dict[str, Place] = {field.name: place_of(field) for field in FIELDS}
