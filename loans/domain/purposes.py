"""What a tape is for, and which fields its columns may be: loans to sell, a pool's month, a pool's loans at issue."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from loans.domain.fields import EVERY_FIELD, FIELD, FIELDS, SERVICING_FIELDS, Field, normalize

Alternatives = tuple[str, ...]
"""Fields of which one is enough."""


class TapePurpose(StrEnum):
    """What the loans of a tape are sent for."""

    SALE = "sale"
    REMITTANCE = "remittance"
    POOL_LOANS = "pool_loans"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The fields of a purpose; `essential` is what nothing can do without, `core` what a person may go on without."""

    fields: tuple[Field, ...]
    essential: tuple[Alternatives, ...]
    core: tuple[Alternatives, ...] = ()

    def missing(self, filled: Collection[str]) -> tuple[Field, ...]:
        """The first of each alternative that nothing fills: the essential ones, then the core ones."""
        return tuple(_lacking(self.essential, filled) + _lacking(self.core, filled))

    def essential_missing(self, filled: Collection[str]) -> tuple[Field, ...]:
        return tuple(_lacking(self.essential, filled))

    @property
    def required(self) -> int:
        """How many fields are asked for."""
        return len(self.essential) + len(self.core)


BALANCES = ("ending_scheduled_balance", "ending_actual_balance", "scheduled_upb", "current_upb")
"""Balances of a remittance tape, the scheduled ones first; the last two are what agency layouts call them."""

ISSUE_BALANCES = ("balance_at_issue", "scheduled_upb", "current_upb", "note_amount")
RATES = ("current_rate", "note_rate")
REMAINING = ("remaining_term_months", "maturity_date")
PAID_UNTIL = ("next_due_date", "last_paid_installment_date", "months_late", "delinquency_status")

_OF_POOLS = (
    "loan_id", "investor_loan_id", "pool_id", "seller_id", "servicer_id", "note_amount", "current_upb", "note_rate",
    "current_rate", "pass_through_rate", "servicing_fee", "guaranty_fee", "note_date", "first_payment_date",
    "maturity_date", "maturity_term_months", "remaining_term_months", "loan_age_months", "amortization_type",
    "mortgage_type", "loan_purpose", "initial_pi_payment", "current_pi_payment", "last_paid_installment_date",
    "last_payment_received_date", "next_due_date", "aggregate_curtailment", "delinquency_status", "pay_history_12",
    "escrow_balance", "escrow_monthly_payment", "interest_only_indicator", "balloon_indicator",
    "modification_indicator", "modification_date", "appraised_value", "ltv", "cltv", "dti", "property_state",
    "property_zip", "property_type", "units", "occupancy", "credit_score", "first_time_homebuyer", "originator_type",
    "mi_coverage_pct", "remittance_type", "scheduled_upb",
)  # fmt: skip
"""Fields of a sale that a pool's files have too. Borrowers are not among them: a pool's month needs no names."""


_ESSENTIAL: dict[TapePurpose, tuple[Alternatives, ...]] = {
    TapePurpose.SALE: (("loan_id",), ("current_upb", "note_amount")),
    TapePurpose.REMITTANCE: (("loan_id",), BALANCES),
    TapePurpose.POOL_LOANS: (("loan_id",), ISSUE_BALANCES, RATES, REMAINING),
}


@lru_cache
def catalogue(purpose: TapePurpose) -> Catalogue:
    """The fields a column of such a tape may be, those of servicing first."""
    if purpose is TapePurpose.SALE:
        return Catalogue(FIELDS, _ESSENTIAL[purpose])
    core = (PAID_UNTIL if purpose is TapePurpose.REMITTANCE else ("removal_date",), ("removal_code",))
    return Catalogue(_pool_fields(purpose), _ESSENTIAL[purpose], core)


def _pool_fields(purpose: TapePurpose) -> tuple[Field, ...]:
    """Servicing fields, then those of a sale without the headers that a servicing field has taken from them."""
    own = [one for one in SERVICING_FIELDS if purpose in one.purposes]
    superseded = {one.supersedes: one.field.name for one in own if one.supersedes}
    taken = {alias for one in own for alias in one.field.aliases}
    inherited = {name: FIELD[old] for old, name in superseded.items()}
    servicing = [_with_headers(one.field, inherited.get(one.field.name), taken) for one in own]
    shared = [_without(FIELD[name], taken) for name in _OF_POOLS if name not in superseded]
    asked = {names[0] for names in _ESSENTIAL[purpose]}
    return tuple(replace(field, core=field.name in asked) for field in (*servicing, *shared))


def _with_headers(field: Field, old: Field | None, taken: Collection[str]) -> Field:
    """The field with the headers of the one it supersedes, as far as no servicing field has them."""
    free = _without(old, taken) if old else None
    if free is None:
        return field
    return replace(field, aliases=(*field.aliases, *free.aliases), headers=(*field.headers, *free.headers))


def _without(field: Field, taken: Collection[str]) -> Field:
    kept = tuple(header for header in field.headers if normalize(header) not in taken)
    return replace(field, aliases=tuple(dict.fromkeys(map(normalize, kept))), headers=kept)


def _lacking(wanted: tuple[Alternatives, ...], filled: Collection[str]) -> list[Field]:
    return [EVERY_FIELD[names[0]] for names in wanted if not set(names) & set(filled)]
