"""Ranges that tell a field's numbers from another's, and the sizes that betray fractions. No check uses them."""

from loans.domain.fields import Field

_RATES = ("note_rate", "current_rate", "pass_through_rate", "apr", "apor")
_RATIOS = ("ltv", "base_ltv", "cltv", "hcltv")
_BALANCES = ("note_amount", "base_loan_amount", "current_upb", "scheduled_upb", "regz_total_loan_amount")
_VALUES = ("appraised_value", "sales_price", "secondary_value")
_PAYMENTS = ("initial_pi_payment", "current_pi_payment", "housing_expense")
_INCOMES = ("monthly_income", "borrower_income")
_SCORES = ("credit_score", "borrower_credit_score", "coborrower_credit_score")

_RANGES: dict[str, tuple[float, float]] = {
    **dict.fromkeys(_RATES, (0.2, 25)),
    **dict.fromkeys(_RATIOS, (3, 300)),
    **dict.fromkeys(_BALANCES, (3_000, 20_000_000)),
    **dict.fromkeys(_VALUES, (5_000, 100_000_000)),
    **dict.fromkeys(_PAYMENTS, (20, 100_000)),
    **dict.fromkeys(_INCOMES, (200, 1_000_000)),
    **dict.fromkeys(_SCORES, (300, 850)),
    "dti": (2, 150),
    "housing_ratio": (2, 150),
    "monthly_debt": (20, 500_000),
    "escrow_monthly_payment": (5, 20_000),
    "arm_margin": (0.25, 10),
    "arm_initial_cap_up": (0.25, 10),
    "arm_periodic_cap": (0.25, 10),
    "arm_ceiling": (3, 30),
    "arm_floor": (0, 20),
    "mi_coverage_pct": (1, 100),
    "servicing_fee": (0.02, 2),
    "guaranty_fee": (0.01, 3),
    "price": (30, 150),
    "rate_spread": (-10, 15),
    "cu_score": (1, 999),
    "lca_score": (1, 5),
    "dscr": (0.1, 10),
    "maturity_term_months": (24, 480),
    "amortization_term_months": (24, 480),
    "remaining_term_months": (1, 480),
    "loan_age_months": (0, 480),
    "year_built": (1700, 2100),
    "units": (1, 20),
    "borrower_count": (1, 12),
    "borrower_age": (18, 110),
    "financed_property_count": (1, 99),
    "delinquent_payments_12m": (0, 24),
}

_FRACTION_BELOW: dict[str, float] = {
    **dict.fromkeys(_RATES, 0.25),
    **dict.fromkeys(_RATIOS, 1.5),
    "dti": 1.0,
    "housing_ratio": 1.0,
    "mi_coverage_pct": 0.6,
    "servicing_fee": 0.02,
    "guaranty_fee": 0.02,
    "mi_rate_adjustment": 0.02,
    "arm_margin": 0.2,
    "arm_initial_cap_up": 0.2,
    "arm_periodic_cap": 0.2,
    "arm_ceiling": 0.3,
    "arm_floor": 0.2,
    "price": 2.0,
}

BASIS_POINTS_ABOVE: dict[str, float] = {"servicing_fee": 5, "guaranty_fee": 5, **dict.fromkeys(_RATES, 100)}
THOUSANDTHS_ABOVE: dict[str, float] = dict.fromkeys(_RATES, 2_500)
"""A median above this means that a rate is written in thousandths of a percent: 6625 is 6.625%."""
IN_THOUSANDS = frozenset({*_BALANCES, *_VALUES})
"""Amounts that people also write in thousands of dollars."""
THOUSANDS_BETWEEN = (10.0, 20_000.0)
TERMS_IN_YEARS = frozenset({"maturity_term_months", "amortization_term_months"})
YEARS = frozenset({5, 10, 12, 15, 20, 25, 30, 40})


def usual_range(field: Field) -> tuple[float, float] | None:
    """Lowest and highest usual median of a field's numbers, in the field's unit."""
    if field.name in _RANGES:
        return _RANGES[field.name]
    if field.unit == "percent":
        return (-20, 300)
    if field.unit.startswith("USD"):
        return (-1_000_000, 100_000_000)
    return (0, 1200) if field.unit else None


def fraction_below(field: Field) -> float | None:
    """A median below this means that the column holds fractions; None where that cannot be told."""
    return _FRACTION_BELOW.get(field.name)
