"""What a loan's schedule says it pays, in whole cents: level payments, interest rounded to the cent each month."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.amortization import level_payment

Cents = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Terms:
    """Loans as arrays: gross rate in percent a year, months that remain, payment of principal and interest in cents."""

    rate: Floats
    remaining: NDArray[np.int64]
    payment: Cents

    def principal(self, balance: Cents, passed: int | NDArray[np.int64] = 0) -> Cents:
        """Scheduled principal of one month; the last payment takes the rest, and a rate of 0 is allowed."""
        due = self.payment - self.interest(balance)
        last = self.remaining - passed <= 1
        return np.clip(np.where(last, balance, due), 0, np.maximum(balance, 0))

    def interest(self, balance: Cents) -> Cents:
        """Interest of one month, half up to the cent (SF-4)."""
        return np.floor(balance * self.rate / 1200.0 + 0.5).astype(np.int64)

    def after(self, balance: Cents, months: int) -> Cents:
        """The balance after so many scheduled payments."""
        for passed in range(months):
            balance = balance - self.principal(balance, passed)
        return balance

    def stepped(self, balance: Cents, behind: NDArray[np.int64]) -> Cents:
        """The scheduled balance of a loan whose actual balance is so many installments behind, or ahead if negative."""
        late, ahead = np.maximum(behind, 0), np.maximum(-behind, 0)
        for passed in range(int(late.max(initial=0))):
            unpaid = self.principal(balance, np.zeros_like(late))
            balance = np.where(passed < late, balance - unpaid, balance)
        for passed in range(int(ahead.max(initial=0))):
            balance = np.where(passed < ahead, self._before(balance), balance)
        return balance

    def _before(self, balance: Cents) -> Cents:
        """The balance one payment earlier."""
        earlier = (balance + self.payment) / (1.0 + self.rate / 1200.0)
        return np.floor(earlier + 0.5).astype(np.int64)


def payments(balance: Cents, rate: Floats, remaining: NDArray[np.int64]) -> Cents:
    """Level payments in cents, half up; a loan past its term pays all of it."""
    months = np.maximum(remaining, 1)
    return np.floor(balance * level_payment(rate, months) + 0.5).astype(np.int64)
