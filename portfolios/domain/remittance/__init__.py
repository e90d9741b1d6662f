"""A month of a pool from its servicer's remittance tape."""

from portfolios.domain.remittance.findings import MOST_OF_A_KIND, TITLES, Finding
from portfolios.domain.remittance.limits import Limits, limits_of
from portfolios.domain.remittance.month import Before, Remitted, first_month, of_other_months, of_pool, remitted
from portfolios.domain.remittance.tape import months_told, tape_loans

__all__ = [
    "MOST_OF_A_KIND",
    "TITLES",
    "Before",
    "Finding",
    "Limits",
    "Remitted",
    "first_month",
    "limits_of",
    "months_told",
    "of_other_months",
    "of_pool",
    "remitted",
    "tape_loans",
]
