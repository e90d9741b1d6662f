"""When two headers that share most of their words are about different things."""

from loans.domain.fields import Field, FieldType

_OPPOSITES = (
    ("original", "current"), ("borrower", "coborrower"), ("first", "second"), ("first", "next"), ("last", "next"),
    ("minimum", "maximum"), ("payment", "rate"),
)  # fmt: skip
OTHER_THINGS = frozenset(
    {"advance", "advances", "mailing", "mail", "billing", "prior", "previous", "pre", "senior", "coborrower", "spouse",
     "guarantor", "employer", "phone", "email", "fax", "suspense", "deferred", "forbearance", "late", "second",
     "secondary", "maturity", "modification", "buydown", "change", "adjustment", "expiration", "expires", "expiry",
     "cancellation", "cancelled", "canceled", "sold", "participation", "premium", "interest", "principal", "io", "only",
     "balloon", "penalty", "fee", "cost", "charge", "charges", "tax", "taxes", "insurance", "hoa", "dues", "cap",
     "floor", "ceiling", "index", "margin", "city", "state", "zip", "county", "determination", "experian", "equifax",
     "transunion", "trans", "union", "band", "bucket", "range", "tier", "delta", "capitalized", "other",
     "flood", "hazard", "homeowners", "default"}
)  # fmt: skip
"""Words that make a header mean something else than the same header without them."""
_NEEDED = frozenset(
    {"scheduled", "issue", "financed", "cash", "contribution", "first", "next", "last", "past", "coborrower", "late",
     "initial", "balance", "debt", "liabilities", "obligations", "funds", "income", "escrow", "housing", "reserves"}
)  # fmt: skip
"""Words without which a header no longer means what it means with them."""
SINCE = frozenset({"current", "updated", "recent", "latest", "refreshed"})
_AT_ORIGINATION = frozenset(
    {"credit_score", "borrower_credit_score", "coborrower_credit_score", "ltv", "cltv", "hcltv", "dti", "housing_ratio",
     "appraised_value", "note_amount", "base_loan_amount", "note_rate", "initial_pi_payment"}
)  # fmt: skip
"""Fields that are never brought up to date, so that "Curr FICO" is none of them."""
_OTHER_AMOUNTS = frozenset({"annual", "yearly", "last", "next", "percent"})
"""Words that make an amount by the month, or of the loan, another amount, or none."""
_NOT_WITH = {
    **dict.fromkeys(
        ("arm_first_change_date", "arm_next_change_date", "arm_initial_cap_up", "arm_periodic_cap"),
        frozenset({"payment"}),
    ),
    **dict.fromkeys(("initial_pi_payment", "current_pi_payment"), frozenset({"total", "housing", "rent", "minimum"})),
    **dict.fromkeys(("maturity_term_months", "amortization_term_months"), frozenset({"remaining"})),
    **dict.fromkeys(("credit_score", "borrower_credit_score", "coborrower_credit_score"), frozenset({"type"})),
    **dict.fromkeys(("borrower_first_name", "borrower_last_name"), frozenset({"id", "number"})),
    "interest_only_term_months": frozenset({"remaining", "payment"}),
    "negative_amortization_indicator": frozenset({"limit"}),
    "pay_history_12": frozenset({"credit"}),
}
"""Words that lead away from one field only."""
_ONE_OF = {
    "valuation_date": frozenset({"appraised", "valuation", "value"}),
    "modification_date": frozenset({"modification"}),
    "arm_ceiling": frozenset({"ceiling", "rate", "maximum"}),
    "current_upb": frozenset({"balance", "outstanding", "current", "remaining", "scheduled", "actual", "ending"}),
    "arm_rounding": frozenset({"rounding", "round"}),
    "mi_rate_adjustment": frozenset({"mi", "lpmi", "insurance", "adjustment"}),
    "guaranty_fee": frozenset({"guaranty", "guarantee", "g"}),
    "servicing_fee": frozenset({"servicing", "service", "servicer"}),
    "points_and_fees": frozenset({"points", "point", "pts"}),
}
"""Words of which a header of the field must have one: a "Life Cap" may be counted from the note rate."""
_NO_DAY = frozenset({"total", "amount", "percent", "number", "count", "status"})
_BOTH = frozenset({"principal", "interest"})


def differ_in_meaning(wanted: frozenset[str], known: frozenset[str], field: Field) -> bool:
    """Whether a word that only one of two headers has says that they are about different things.

    `wanted` are the words of a tape's header, `known` those of a header of the field.
    """
    more, less = wanted - known, known - wanted
    if more & (OTHER_THINGS | {"2", "3", "4"}) or less & _NEEDED or _have_other_numbers(more, less):
        return True
    if known >= _BOTH and len(wanted & _BOTH) == 1:
        return True
    if _is_another_kind(more, field) or not wanted & _ONE_OF.get(field.name, wanted):
        return True
    return any({one, other} <= more | less and (one in more) != (other in more) for one, other in _OPPOSITES)


def _have_other_numbers(more: frozenset[str], less: frozenset[str]) -> bool:
    """Whether each has a number that the other has not: "Times 60" is not "Times 30"."""
    return any(word.isdigit() for word in more) and any(word.isdigit() for word in less)


def _is_another_kind(more: frozenset[str], field: Field) -> bool:
    if more & _NO_DAY if field.type is FieldType.DATE else "date" in more:
        return True
    if more & _NOT_WITH.get(field.name, frozenset()):
        return True
    if (field.unit.startswith("USD") and more & _OTHER_AMOUNTS) or (field.is_percent and "amount" in more):
        return True
    return field.name in _AT_ORIGINATION and bool(more & SINCE)
