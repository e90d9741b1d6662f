"""Every settable limit in words: its unit, what it does, its bounds, and where its default comes from."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from portfolios.domain.redflags.flag import DEFAULTS, FlagKind, Thresholds


class Origin(StrEnum):
    """Where a default comes from."""

    MEASURED = "measured"
    PUBLISHED = "published"
    JUDGMENT = "judgment"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: the field of `Thresholds`, its words, the lowest and highest value it takes, and why its default."""

    name: str
    kind: FlagKind
    label: str
    unit: str
    does: str
    lowest: float
    highest: float
    origin: Origin
    because: str
    whole: bool = False

    @property
    def default(self) -> float:
        return float(getattr(DEFAULTS, self.name))

    @property
    def default_text(self) -> str:
        """The default with its unit."""
        return amount(self.default, self.unit)


def amount(value: float, unit: str) -> str:
    """A limit with its unit: 5%, $0.25 a loan, 3 standard errors."""
    digits = f"{value:,.10f}".rstrip("0").rstrip(".")
    if unit.startswith("USD"):
        return f"${digits}{unit.removeprefix('USD')}"
    return f"{digits}%" if unit == "%" else f"{digits} {unit}"


MEASURED_Z = (
    "Random pools of 50, 200 and 1,000 loans out of seven real Freddie Mac cohorts were above 3 in 1.4, 0.7 and 0.3% "
    "of their months without a cause, and above 2 in 5.0, 3.9 and 2.9%."
)
NO_RULE = "No published rule was found."
S, C, R, D = FlagKind.SPEED, FlagKind.COLLATERAL, FlagKind.CREDIT, FlagKind.DATA
M, P, J = Origin.MEASURED, Origin.PUBLISHED, Origin.JUDGMENT

LIMITS = (
    Limit("months", S, "Months of a speed", "months",
          "How many months the standard errors and the CPR of the speed flags are taken over.", 1, 12, M,
          "Over three months a doubled speed was found within two years in 74% of pools of 50 loans and in all "
          "of 1,000.",
          whole=True),
    Limit("amber_z", S, "Amber above", "standard errors",
          "Prepayments this far above the forecast or the cohort, two months running, are amber.", 0.5, 20, M,
          MEASURED_Z),
    Limit("red_z", S, "Red above", "standard errors",
          "Prepayments this far above the forecast or the cohort are red when the CPR gap is passed too.", 0.5, 20, M,
          MEASURED_Z),
    Limit("red_gap", S, "CPR gap of a red flag", "points",
          "How far the CPR of those months must lie above the expected one for red.", 0, 100, M,
          "Together with 3 standard errors it flags no more months than they do, and drops gaps too small to matter."),
    Limit("amber_shortfall", S, "Factor under its path, amber", "%",
          "A factor this far under the forecast at issue is amber.", 0.1, 100, J,
          f"{NO_RULE} By chance alone 9% of the months of 1,000 loans are 5% under their path."),
    Limit("red_shortfall", S, "Factor under its path, red", "%",
          "A factor this far under the forecast at issue is red.", 0.1, 100, J,
          f"{NO_RULE} By chance alone 2.3% of the months of 1,000 loans are 10% under their path."),
    Limit("driver_gap", S, "One servicer drives it", "points",
          "A servicer or seller whose share of the prepayments exceeds its share of the balance by this much is amber.",
          1, 100, J, NO_RULE),
    Limit("driver_z", S, "Beyond chance", "standard errors",
          "The number of its loans that prepaid must also lie this far above its share, so that few loans raise none.",
          0, 20, J, "The same distance as for speeds."),
    Limit("fewest_loans", C, "Fewest loans", "loans", "A pool with fewer loans is amber.", 0, 100_000, J,
          "At 50 loans three standard errors of one month at 6 CPR reach to 35 CPR: single loans decide its speed.",
          whole=True),
    Limit("largest_loan", C, "Largest loan", "%", "A loan with a larger share of the balance is amber.", 0.01, 100, J,
          NO_RULE),
    Limit("state_rise", C, "Top state since issue", "points",
          "A top state whose share grew by more since issue is amber.", 0.1, 100, J, NO_RULE),
    Limit("involuntary_share", R, "Involuntary removals", "%",
          "Loans removed by no choice of their borrowers, as a share of unscheduled principal, are amber above this.",
          0.1, 100, J, NO_RULE),
    Limit("delinquency_multiple", R, "Late loans, multiple of six months ago", "times",
          "A share of loans 60 days late or more that grew to this multiple is amber.", 1.01, 100, J, NO_RULE),
    Limit("lowest_smm", D, "Lowest SMM", "%", "A month with a lower SMM is red: its data cannot be right.", -5, 0, P,
          "Standard formulas: a negative speed means that the data are to be checked."),
    Limit("highest_smm", D, "Highest SMM", "%", "A month with a higher SMM is red: its data are to be checked.", 0.1,
          100, J, "A public database of agency pools treats an SMM above 20% as an error of the data."),
    Limit("lowest_of_scheduled", D, "Lowest factor against schedule", "of schedule",
          "A factor under this part of the scheduled one after a single month is red.", 0.01, 1, J,
          "A public database of agency pools treats a fall below half as an error of the data."),
    Limit("upb_share_of_face", D, "Rounding of the factor", "of face",
          "How far the balance in the file may be from face times factor, as a part of the face.", 0, 1e-4, P,
          "Half a unit of the eighth decimal of a factor."),
    Limit("upb_rounding", D, "Rounding of the balance", "USD",
          "What the balance in the file may be off besides that.", 0, 1000, P, "Half a cent."),
    Limit("tape_difference_per_loan", D, "Servicer's tape against security", "USD a loan",
          "How far the loans of the servicer's tape and the security may be apart, for every loan left.", 0, 1000, P,
          "Fannie Mae's multifamily guide allows $0.25 a loan; the single-family manual was not read."),
)  # fmt: skip
LIMIT = {limit.name: limit for limit in LIMITS}


class BrokenLimit(ValueError):
    """A value that a limit cannot take; the sentence says what would be right."""


def checked(name: str, value: float) -> float:
    """The value, when the limit can take it; raises BrokenLimit with the reason."""
    limit = LIMIT[name]
    if not limit.lowest <= value <= limit.highest:
        raise BrokenLimit(f"{limit.label}: between {limit.lowest:g} and {limit.highest:,g} {limit.unit}.")
    if limit.whole and value != int(value):
        raise BrokenLimit(f"{limit.label}: a whole number.")
    return value


def checked_together(values: Mapping[str, float]) -> None:
    """Raise BrokenLimit where two limits contradict each other."""
    limits = thresholds(values)
    if limits.red_z < limits.amber_z:
        raise BrokenLimit("Red must begin at least where amber does: the standard errors are the wrong way round.")
    if limits.red_shortfall < limits.amber_shortfall:
        raise BrokenLimit("Red must begin at least where amber does: the two limits of the factor path are reversed.")


def thresholds(own: Mapping[str, float]) -> Thresholds:
    """The defaults with the values that a portfolio sets itself; names that are no limits any more are left out."""
    known = {name: value for name, value in own.items() if name in LIMIT}
    typed = {name: int(value) if LIMIT[name].whole else float(value) for name, value in known.items()}
    return Thresholds(**asdict(DEFAULTS) | typed)
