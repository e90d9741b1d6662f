"""What a flag is, and the limits above which it is raised.

The limits are defaults, settable per portfolio; `limits.py` says of each what it does and where its default comes from.
A fixed yardstick such as 150 PSA is no flag: it marks more than half of all real months.
"""

from dataclasses import dataclass
from enum import StrEnum


class FlagKind(StrEnum):
    """What a flag is about."""

    SPEED = "speed"
    COLLATERAL = "collateral"
    CREDIT = "credit"
    DATA = "data"


class Level(StrEnum):
    """How strong it is."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Flag:
    """A flag: a short code, a sentence for a person, and the numbers that raised it."""

    code: str
    kind: FlagKind
    level: Level
    sentence: str
    numbers: dict[str, float]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Limits: z in standard errors, gaps in CPR points, shares in percent, tolerances in USD."""

    months: int = 3
    amber_z: float = 2.0
    red_z: float = 3.0
    red_gap: float = 5.0
    amber_shortfall: float = 5.0
    red_shortfall: float = 10.0
    driver_gap: float = 20.0
    driver_z: float = 3.0
    fewest_loans: int = 50
    largest_loan: float = 5.0
    state_rise: float = 10.0
    involuntary_share: float = 25.0
    delinquency_multiple: float = 2.0
    lowest_smm: float = 0.0
    highest_smm: float = 20.0
    lowest_of_scheduled: float = 0.5
    upb_share_of_face: float = 5e-9
    upb_rounding: float = 0.005
    tape_difference_per_loan: float = 0.25


DEFAULTS = Thresholds()
