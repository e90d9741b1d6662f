"""Factor paths to come: scheduled, and forecast under a speed with a band of slower and faster ones.

Paths are float64 arrays with the factor now in front and one factor a month behind it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from portfolios.domain.amortization import scheduled_path
from portfolios.domain.prepayment.speeds import Speed

Floats = NDArray[np.float64]

BAND = 0.10  # speeds a tenth slower and faster, as the sensitivity of a fair value is shown


def survival_path(smm: ArrayLike) -> Floats:
    """Share of the loans still there after 0, 1, … payments (SF-4), from SMM in percent by month."""
    left = np.clip(1.0 - np.asarray(smm, dtype=float) / 100.0, 0.0, 1.0)
    return np.concatenate([[1.0], np.cumprod(left)])


def factor_path(factor: float, gross: float, remaining: int, smm: ArrayLike) -> Floats:
    """Pool factors after 0, 1, … payments (SF-4): factor now × scheduled balance × surviving share.

    gross: WAC in percent. remaining: months. smm: percent, a number a month; its length is how far the path goes.
    """
    survivors = survival_path(smm)
    path = scheduled_path(gross, remaining, len(survivors) - 1)
    return np.asarray(factor * path * survivors, dtype=float)


def scheduled_factors(factor: float, gross: float, remaining: int, months: int | None = None) -> Floats:
    """The path without any prepayment, to the last payment or for a number of months."""
    return factor_path(factor, gross, remaining, np.zeros(remaining if months is None else months))


@dataclass(frozen=True, slots=True)
class Outlook:
    """Where a pool stands: factor, WAC in percent, remaining months, loan age in months."""

    factor: float
    gross: float
    remaining: int
    age: int

    def smm(self, speed: Speed, months: int | None = None) -> Floats:
        """Expected SMM in percent of the next months."""
        return speed.smm(age=self.age, months=self.remaining if months is None else months)

    def path(self, speed: Speed, months: int | None = None) -> Floats:
        """Expected factors under a speed."""
        return factor_path(self.factor, self.gross, self.remaining, self.smm(speed, months))

    def band(self, speed: Speed, share: float = BAND, months: int | None = None) -> tuple[Floats, Floats]:
        """Lower and upper factors: the speed a share faster, and a share slower."""
        faster, slower = (scaled(speed, 1.0 + share), scaled(speed, 1.0 - share))
        return self.path(faster, months), self.path(slower, months)


def scaled(speed: Speed, multiple: float) -> Speed:
    """A speed times a multiple, in its own kind (a PSA multiple scales the CPR, SF-6)."""
    return Speed(speed.kind, tuple(value * multiple for value in speed.values))


def shortfall(actual: float, expected: float) -> float:
    """How far a factor is under its expected path, percent of the path; negative above it, 0 without a path."""
    return 100.0 * (expected - actual) / expected if expected > 0 else 0.0
