"""Conversions between the monthly, annual and benchmark rates of prepayment and default.

Every rate is a number in percent (6.0 is six percent). `month` is the loan month in which the payment falls: loan age
plus one, of the loans and not of the pool. All functions take numbers or arrays that broadcast. The page numbers SF-n
are those of the Uniform Practices, Standard Formulas; all of these conventions were read there.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rates: TypeAlias = NDArray[np.float64] | Any  # numbers in give NumPy scalars back, which stubs cannot tell

PSA_STEP_CPR = 0.2
PSA_FLAT_FROM_MONTH = 30
SDA_MONTHS = (0, 30, 60, 120)
SDA_ANNUAL_RATES = (0.0, 0.60, 0.60, 0.03)


def smm_to_cpr(smm: ArrayLike) -> Rates:
    """Annualize a monthly prepayment rate (SF-6): 1 − CPR/100 = (1 − SMM/100)^12. Percent in and out."""
    return 100.0 * (1.0 - (1.0 - np.asarray(smm, dtype=float) / 100.0) ** 12)


def cpr_to_smm(cpr: ArrayLike) -> Rates:
    """Monthly rate of an annual one (SF-6). Percent in and out; a CPR above 100 counts as 100."""
    left = 1.0 - np.minimum(np.asarray(cpr, dtype=float), 100.0) / 100.0
    return 100.0 * (1.0 - left ** (1.0 / 12.0))


def psa_ramp(month: ArrayLike) -> Rates:
    """CPR of 100 PSA in a loan month (SF-6), percent: 0.2 a month up to 6 in month 30, then flat."""
    return PSA_STEP_CPR * np.clip(np.asarray(month, dtype=float), 1.0, PSA_FLAT_FROM_MONTH)


def psa_to_cpr(psa: ArrayLike, month: ArrayLike) -> Rates:
    """CPR in percent of a PSA speed in a loan month (SF-6); PSA multiplies the CPR, never the SMM. At most 100."""
    return np.minimum(np.asarray(psa, dtype=float) / 100.0 * psa_ramp(month), 100.0)


def cpr_to_psa(cpr: ArrayLike, month: ArrayLike) -> Rates:
    """PSA speed of a CPR in percent seen in a loan month (SF-8)."""
    return 100.0 * np.asarray(cpr, dtype=float) / psa_ramp(month)


def psa_to_smm(psa: ArrayLike, month: ArrayLike) -> Rates:
    """SMM in percent of a PSA speed in a loan month (SF-6)."""
    return cpr_to_smm(psa_to_cpr(psa, month))


def smm_to_psa(smm: ArrayLike, month: ArrayLike) -> Rates:
    """PSA speed of an SMM in percent seen in a loan month (SF-8)."""
    return cpr_to_psa(smm_to_cpr(smm), month)


def abs_to_smm(abs_speed: ArrayLike, month: ArrayLike) -> Rates:
    """SMM of an ABS speed (SF-13): 100·ABS / (100 − ABS·(MONTH − 1)). Percent in and out, at most 100."""
    speed, elapsed = np.broadcast_arrays(np.asarray(abs_speed, dtype=float), np.asarray(month, dtype=float) - 1.0)
    left = 100.0 - speed * elapsed
    spread_over = np.where(left > speed, left, 1.0)
    return np.where(left > speed, 100.0 * speed / spread_over, 100.0)[()]


def smm_to_abs(smm: ArrayLike, month: ArrayLike) -> Rates:
    """ABS speed that gives an SMM in a loan month, the inverse of SF-13. Percent in and out."""
    rate = np.asarray(smm, dtype=float)
    return 100.0 * rate / (100.0 + rate * (np.asarray(month, dtype=float) - 1.0))


def cdr_to_mdr(cdr: ArrayLike) -> Rates:
    """Monthly default rate of an annual one (SF-21). Percent in and out."""
    return cpr_to_smm(cdr)


def mdr_to_cdr(mdr: ArrayLike) -> Rates:
    """Annual default rate of a monthly one, the inverse of SF-21. Percent in and out."""
    return smm_to_cpr(mdr)


def sda_to_cdr(sda: ArrayLike, month: ArrayLike) -> Rates:
    """Annual default rate of an SDA multiple (SF-20, SF-21), percent.

    100 SDA rises by 0.02 a month to 0.60 in month 30, stays to month 60, falls to 0.03 in month 120 and stays there.
    The multiple scales the annual rate.
    """
    base = np.interp(np.asarray(month, dtype=float), SDA_MONTHS, SDA_ANNUAL_RATES)
    return np.minimum(np.asarray(sda, dtype=float) / 100.0 * base, 100.0)


def sda_to_mdr(sda: ArrayLike, month: ArrayLike) -> Rates:
    """Monthly default rate in percent of an SDA multiple in a loan month (SF-20, SF-21)."""
    return cdr_to_mdr(sda_to_cdr(sda, month))
