"""Level-payment amortization: scheduled balances and payments of a fixed-rate loan or pool.

Rates are annual and in percent, terms in months. BAL is the balance of a loan of 1.00 with no prepayment (SF-4).
A rate of zero and a term of zero or one month are allowed; a month after the last payment has a balance of zero.
Balloons, interest-only and adjustable loans are not annuities: take their scheduled principal from the tape.
"""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers: TypeAlias = NDArray[np.float64] | Any  # numbers in give NumPy scalars back, which stubs cannot tell


def _annuity(gross: ArrayLike, months: ArrayLike) -> Numbers:
    """Worth of 1.00 a month, up to a constant of the rate: 1 − (1 + C/1200)^−M, or M at rate 0."""
    growth = np.log1p(np.asarray(gross, dtype=float) / 1200.0)
    left = np.maximum(np.asarray(months, dtype=float), 0.0)
    return np.where(growth == 0.0, left, -np.expm1(-left * growth))


def balance_ratio(gross: ArrayLike, remaining_from: ArrayLike, remaining_to: ArrayLike) -> Numbers:
    """Scheduled balance at a later remaining term over that at an earlier one: BAL2/BAL1 (SF-7, SF-12)."""
    start = _annuity(gross, remaining_from)
    return np.where(start > 0, _annuity(gross, remaining_to) / np.where(start > 0, start, 1.0), 0.0)[()]


def amortized_balance(gross: ArrayLike, remaining: ArrayLike, original: ArrayLike) -> Numbers:
    """BAL of SF-4, fraction of the original loan: [1 − (1 + C/1200)^−M] / [1 − (1 + C/1200)^−M0]; M/M0 at rate 0."""
    return balance_ratio(gross, original, remaining)


def level_payment(gross: ArrayLike, term: ArrayLike) -> Numbers:
    """Monthly principal and interest per 1.00 of balance with a term in months to go (SF-4); 1/term at rate 0."""
    monthly, months = np.broadcast_arrays(np.asarray(gross, dtype=float) / 1200.0, np.asarray(term, dtype=float))
    return (np.where(monthly == 0.0, 1.0, monthly) / _annuity(gross, months))[()]


def monthly_interest(balance: ArrayLike, rate: ArrayLike) -> Numbers:
    """Interest of one month, 30/360 (SF-4): balance·rate/1200. Any rate: gross, net, servicing."""
    return np.asarray(balance, dtype=float) * np.asarray(rate, dtype=float) / 1200.0


def scheduled_path(gross: ArrayLike, remaining: ArrayLike, months: int) -> Numbers:
    """Scheduled balances per 1.00 of today's balance, for 0 to `months` payments from now.

    Shape (months + 1, …) with the shape of gross and remaining behind; the first row is 1 (0 where no month remains).
    """
    rate, left = np.broadcast_arrays(np.asarray(gross, dtype=float), np.asarray(remaining, dtype=float))
    elapsed = np.arange(months + 1, dtype=float).reshape((-1,) + (1,) * rate.ndim)
    return balance_ratio(rate, left, left - elapsed)


def rounded_to_cents(amounts: ArrayLike) -> Numbers:
    """Float amounts in USD rounded half up to cents, for long schedules where Decimal is too slow."""
    return np.floor(np.asarray(amounts, dtype=float) * 100.0 + 0.5) / 100.0
