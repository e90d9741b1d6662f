"""Monthly cash flows of a fixed-rate pass-through (SF-4), without defaults.

The balance after k payments is today's balance × scheduled balance × surviving share; no recursion, so that one
pool or a thousand are the same arithmetic. Months run along the first axis, pools behind it. By convention each
prepayment is a whole prepayment of a loan (SF-4): a curtailment shows as if a loan had paid off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from portfolios.domain.amortization import monthly_interest, scheduled_path


@dataclass(frozen=True, slots=True)
class PassThrough:
    """Balance in USD, gross and net rate in percent, remaining months of a pool; numbers, or arrays of pools."""

    balance: ArrayLike
    gross: ArrayLike
    net: ArrayLike
    remaining: ArrayLike

    @property
    def months(self) -> int:
        """Payments until the last pool ends."""
        return int(np.max(self.remaining))


@dataclass(frozen=True, slots=True)
class CashFlows:
    """Cash flows by month in the unit of the balance; month 1 is row 0 of each array."""

    balance_begin: NDArray[np.float64]
    scheduled: NDArray[np.float64]
    prepaid: NDArray[np.float64]
    gross_interest: NDArray[np.float64]
    net_interest: NDArray[np.float64]

    @property
    def principal(self) -> NDArray[np.float64]:
        """Scheduled and prepaid principal."""
        return self.scheduled + self.prepaid

    @property
    def balance_end(self) -> NDArray[np.float64]:
        """Balance after the month's principal."""
        return self.balance_begin - self.principal

    @property
    def mortgage_payment(self) -> NDArray[np.float64]:
        """Level payment of the borrowers still there: scheduled principal and gross interest."""
        return self.scheduled + self.gross_interest

    @property
    def servicing(self) -> NDArray[np.float64]:
        """Servicing and guarantee fee: gross less net interest."""
        return self.gross_interest - self.net_interest

    @property
    def investor(self) -> NDArray[np.float64]:
        """What the investor receives: net interest and all principal."""
        return self.net_interest + self.principal


def monthly_fractions(percents: ArrayLike, dimensions: int) -> NDArray[np.float64]:
    """Monthly rates in percent as fractions, with a row a month and axes for the pools behind."""
    rates = np.asarray(percents, dtype=float) / 100.0
    return rates.reshape(rates.shape + (1,) * (dimensions - rates.ndim))


def cash_flows(pool: PassThrough, smm: ArrayLike) -> CashFlows:
    """Cash flows under a vector of SMM in percent, a row a month; its length is the number of months computed.

    The last payment takes the rest of the balance. An SMM of 100 ends the pool: later rows are zero.
    """
    path = scheduled_path(pool.gross, pool.remaining, len(np.asarray(smm)))
    rates = monthly_fractions(smm, path.ndim)
    balance = np.asarray(pool.balance, dtype=float)
    shape = np.broadcast_shapes(rates.shape[1:], path.shape[1:], balance.shape)
    left = np.broadcast_to(1.0 - rates, (len(rates), *shape))
    survivors = np.concatenate([np.ones((1, *shape)), np.cumprod(left, axis=0)])[:-1]
    begin = balance * path[:-1] * survivors
    after_schedule = balance * path[1:] * survivors
    return CashFlows(
        balance_begin=begin,
        scheduled=begin - after_schedule,
        prepaid=after_schedule * rates,
        gross_interest=monthly_interest(begin, pool.gross),
        net_interest=monthly_interest(begin, pool.net),
    )
