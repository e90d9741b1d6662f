"""Prepayment and default rates: conversions, named speeds, and speeds observed between two factors."""

from portfolios.domain.prepayment.ages import assumed_gross, calculated_loan_age, loan_age, remaining_months
from portfolios.domain.prepayment.observed import (
    PoolPeriod,
    average_abs,
    average_cpr,
    average_psa,
    average_smm,
    observed_smm,
    scheduled_factor,
    split_smm,
    total_balances,
)
from portfolios.domain.prepayment.rates import (
    abs_to_smm,
    cdr_to_mdr,
    cpr_to_psa,
    cpr_to_smm,
    mdr_to_cdr,
    psa_to_cpr,
    psa_to_smm,
    sda_to_cdr,
    sda_to_mdr,
    smm_to_abs,
    smm_to_cpr,
    smm_to_psa,
)
from portfolios.domain.prepayment.speeds import Speed, SpeedKind

__all__ = [
    "PoolPeriod",
    "Speed",
    "SpeedKind",
    "abs_to_smm",
    "assumed_gross",
    "average_abs",
    "average_cpr",
    "average_psa",
    "average_smm",
    "calculated_loan_age",
    "cdr_to_mdr",
    "cpr_to_psa",
    "cpr_to_smm",
    "loan_age",
    "mdr_to_cdr",
    "observed_smm",
    "psa_to_cpr",
    "psa_to_smm",
    "remaining_months",
    "scheduled_factor",
    "sda_to_cdr",
    "sda_to_mdr",
    "smm_to_abs",
    "smm_to_cpr",
    "smm_to_psa",
    "split_smm",
    "total_balances",
]
