"""Flags of speed: faster than chance allows against a forecast or a cohort, or a factor under its path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from portfolios.domain.forecast import shortfall
from portfolios.domain.redflags.flag import DEFAULTS, Flag, FlagKind, Level, Thresholds
from portfolios.domain.redflags.measures import compound_cpr, speed_z

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SpeedHistory:
    """Months up to now, oldest first: SMM seen and expected in percent, effective loan counts; both factors now.

    `against` names the yardstick in sentences, such as "the forecast" or "its cohort"; `code` is the flag of a speed
    above it. A cohort has no factor path.
    """

    observed: ArrayLike
    expected: ArrayLike
    loans: ArrayLike
    factor: float | None = None
    expected_factor: float | None = None
    against: str = "the forecast"
    code: str = "fast"

    def last(self, count: int, ago: int = 0) -> tuple[Floats, Floats, Floats] | None:
        """The three series of `count` months that end `ago` months before now; None where they do not reach so far."""
        seen, due, loans = (np.asarray(each, dtype=float) for each in (self.observed, self.expected, self.loans))
        end = len(seen) - ago
        if end < count:
            return None
        return seen[end - count : end], due[end - count : end], loans[end - count : end]

    def z(self, count: int, ago: int = 0) -> float | None:
        """The z-score over `count` months."""
        months = self.last(count, ago)
        return speed_z(*months) if months else None


def speed_flags(history: SpeedHistory, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """Faster than chance allows, or a factor under its path; at most one flag of each, the stronger one."""
    found = [_fast(history, limits), _under_path(history, limits)]
    return [flag for flag in found if flag]


def _fast(history: SpeedHistory, limits: Thresholds) -> Flag | None:
    months, now = history.last(limits.months), history.z(limits.months)
    if months is None or now is None or now <= limits.amber_z:
        return None
    seen, due = compound_cpr(months[0]), compound_cpr(months[1])
    numbers = {"z": now, "cpr": seen, "expected_cpr": due, "gap": seen - due, "effective_loans": float(months[2][-1])}
    over = "1 month" if limits.months == 1 else f"{limits.months} months"
    sentence = f"CPR of {over} is {seen:.1f}%, {now:.1f} standard errors above {history.against} of {due:.1f}%"
    if now > limits.red_z and seen - due > limits.red_gap:
        return Flag(history.code, FlagKind.SPEED, Level.RED, f"{sentence}.", numbers)
    before = history.z(limits.months, ago=1)
    if before is None or before <= limits.amber_z:
        return None
    numbers |= {"z_month_before": before}
    return Flag(history.code, FlagKind.SPEED, Level.AMBER, f"{sentence}, for two months running.", numbers)


def _under_path(history: SpeedHistory, limits: Thresholds) -> Flag | None:
    if history.factor is None or history.expected_factor is None:
        return None
    short = shortfall(history.factor, history.expected_factor)
    if short <= limits.amber_shortfall:
        return None
    level = Level.RED if short > limits.red_shortfall else Level.AMBER
    seen, due = history.factor, history.expected_factor
    numbers = {"factor": seen, "expected_factor": due, "shortfall": short}
    sentence = f"The factor is {seen:.4f}, {short:.1f}% under {history.against} of {due:.4f}."
    return Flag("under_path", FlagKind.SPEED, level, sentence, numbers)
