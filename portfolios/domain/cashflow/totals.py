"""Total cash flows of many loans under many speeds, from the loans and not from their average rate and term.

An aggregate with averaged rate and term is "generally not accurate" (SF-12). Totals are linear in the loans' scheduled
balances and a speed knows a loan only by its age, so loans of one age are added up before any speed is applied.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.amortization import scheduled_path
from portfolios.domain.prepayment.speeds import Speed, smm_by_age

LOANS_A_BLOCK = 1_000  # 361 months of float64: about 3 MB, which stays in a processor's cache

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loans:
    """Arrays of one length: balance in USD, gross and net rate in percent, remaining term and age in months."""

    balance: Floats
    gross: Floats
    net: Floats
    remaining: NDArray[np.int64]
    age: NDArray[np.int64]

    def take(self, rows: NDArray[np.int64]) -> "Loans":
        """The loans of some rows."""
        return Loans(self.balance[rows], self.gross[rows], self.net[rows], self.remaining[rows], self.age[rows])


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the loans in USD, shape (speeds, months)."""

    balance_begin: Floats
    scheduled: Floats
    prepaid: Floats
    gross_interest: Floats
    net_interest: Floats

    @property
    def principal(self) -> Floats:
        """Scheduled and prepaid principal."""
        return self.scheduled + self.prepaid

    @property
    def balance_end(self) -> Floats:
        """Balance after the month's principal."""
        return self.balance_begin - self.principal


def _scheduled_by_age(loans: Loans, ages: NDArray[np.int64], months: int) -> tuple[Floats, Floats, Floats]:
    """Scheduled balances (USD), and the same times gross and net rate (USD a month); each (months + 1, ages)."""
    sums = np.zeros((3, months + 1, len(ages)))
    order = np.argsort(loans.age, kind="stable")
    for start in range(0, len(order), LOANS_A_BLOCK):
        block = loans.take(order[start : start + LOANS_A_BLOCK])
        path = scheduled_path(block.gross, block.remaining, months)
        path *= block.balance
        present, firsts = np.unique(block.age, return_index=True)
        columns = np.searchsorted(ages, present)
        for layer, rate in enumerate((None, block.gross, block.net)):
            weighted = path if rate is None else path * (rate / 1200.0)
            sums[layer][:, columns] += np.add.reduceat(weighted, firsts, axis=1)
    return sums[0], sums[1], sums[2]


def loan_totals(loans: Loans, speeds: Sequence[Speed], months: int) -> Totals:
    """Monthly totals of the loans under each speed, for a number of months from now."""
    ages = np.unique(loans.age)
    balances, gross, net = _scheduled_by_age(loans, ages, months)
    rows: dict[str, list[Floats]] = {name: [] for name in Totals.__slots__}
    for speed in speeds:
        smm = smm_by_age(speed, ages, months) / 100.0
        survivors = np.cumprod(np.concatenate([np.ones((1, len(ages))), 1.0 - smm[:-1]]), axis=0)
        rows["balance_begin"].append((balances[:-1] * survivors).sum(axis=1))
        rows["scheduled"].append(((balances[:-1] - balances[1:]) * survivors).sum(axis=1))
        rows["prepaid"].append((balances[1:] * survivors * smm).sum(axis=1))
        rows["gross_interest"].append((gross[:-1] * survivors).sum(axis=1))
        rows["net_interest"].append((net[:-1] * survivors).sum(axis=1))
    return Totals(**{name: np.array(found) for name, found in rows.items()})
