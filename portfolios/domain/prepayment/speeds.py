"""A prepayment assumption with a name: PSA, CPR, SMM, ABS, or a vector of one of the first three."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from portfolios.domain.prepayment.rates import abs_to_smm, cpr_to_smm, psa_to_smm


class SpeedKind(StrEnum):
    """How the numbers of a speed are meant."""

    PSA = "PSA"
    CPR = "CPR"
    SMM = "SMM"
    ABS = "ABS"


@dataclass(frozen=True, slots=True)
class Speed:
    """A speed in percent of its kind: one number for all months, or a number a month from the next payment on.

    The last number of a vector holds for all later months, so a vector may be shorter than the pool.
    """

    kind: SpeedKind
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        if not self.values:
            raise ValueError("A speed needs at least one number.")
        if min(self.values) < 0:
            raise ValueError(f"A speed is at least 0 percent; {min(self.values):g} stands here.")

    @classmethod
    def flat(cls, kind: SpeedKind | str, value: float) -> "Speed":
        """One speed for every month."""
        return cls(SpeedKind(kind), (float(value),))

    def per_month(self, months: int) -> NDArray[np.float64]:
        """The numbers of the next months in the speed's own kind; shape (months,)."""
        given = np.asarray(self.values[:months], dtype=float)
        return np.concatenate([given, np.full(months - len(given), self.values[-1])])

    def smm(self, *, age: int, months: int) -> NDArray[np.float64]:
        """SMM in percent of the next months, shape (months,), for loans of an age in months."""
        rates = self.per_month(months)
        loan_month = age + 1 + np.arange(months)
        match self.kind:
            case SpeedKind.PSA:
                found = psa_to_smm(rates, loan_month)
            case SpeedKind.CPR:
                found = cpr_to_smm(rates)
            case SpeedKind.ABS:
                found = abs_to_smm(rates, loan_month)
            case SpeedKind.SMM:
                found = np.minimum(rates, 100.0)
        return np.asarray(found, dtype=float)

    def __str__(self) -> str:
        first = f"{self.values[0]:g}"
        return f"{first} {self.kind}" if len(self.values) == 1 else f"{self.kind} vector from {first}"


def smm_by_age(speed: Speed, ages: ArrayLike, months: int) -> NDArray[np.float64]:
    """SMM in percent of the next months for loans of several ages; shape (months, ages)."""
    rows = [speed.smm(age=int(age), months=months) for age in np.asarray(ages)]
    return np.array(rows, dtype=float).reshape(len(rows), months).T
