"""Speeds of many pools together: their balances are added up first, speeds are never averaged (SF-11, SF-12)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portfolios.domain.amortization import balance_ratio
from portfolios.domain.prepayment import average_cpr, average_smm

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PoolsByMonth:
    """Pools by row, months by column, oldest first: original face in USD (one a pool), factors (NaN unknown), gross
    rate in percent, remaining months; the last two as they stood at the end of each month."""

    face: Floats
    factor: Floats
    gross: Floats
    remaining: Floats

    def together(self, months: int, ago: int = 0) -> "Together":
        """All pools over the `months` that end `ago` columns before the last one.

        Left out are pools without a factor at the start or at the end (SF-11), and those paid off before.
        """
        end = self.factor.shape[1] - 1 - ago
        start = end - months
        if start < 0:
            return Together(0, months, 0.0, 0.0)
        left = self.remaining[:, start:end]
        due = self.face * self.factor[:, start] * balance_ratio(self.gross[:, start:end], left, left - 1.0).prod(axis=1)
        actual = self.face * self.factor[:, end]
        present = np.isfinite(due) & np.isfinite(actual) & (due > 0)
        return Together(int(present.sum()), months, float(actual[present].sum()), float(due[present].sum()))


@dataclass(frozen=True, slots=True)
class Together:
    """Pools over a period: how many, months, and their balances at its end in USD, actual and scheduled."""

    pools: int
    months: int
    actual: float
    scheduled: float

    @property
    def smm(self) -> float | None:
        """Average SMM in percent (SF-12); None without pools."""
        return average_smm(self.actual, self.scheduled, self.months)

    @property
    def cpr(self) -> float | None:
        """Average CPR in percent (SF-12); None without pools."""
        return average_cpr(self.actual, self.scheduled, self.months)


def carried_along(values: Floats, *, step: float) -> Floats:
    """Fill unknown months (NaN) of each row from the last known one, moved on by `step` a month; NaN before it."""
    place = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    last = np.maximum.accumulate(np.where(np.isnan(values), 0, place), axis=1)
    return np.asarray(np.take_along_axis(values, last, axis=1) + step * (place - last), dtype=float)
