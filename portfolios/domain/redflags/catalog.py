"""Every flag there is: its title, how it is computed, which limits it reads, and what its numbers mean."""

from dataclasses import dataclass

from portfolios.domain.redflags.flag import FlagKind


@dataclass(frozen=True, slots=True)
class FlagType:
    """One flag in words. A flag that `blocks` silences the flags that are not about data in its month.

    case: the numbers that say how bad it is, higher being worse, or lower where a minus stands in front. What a person
    said of it holds while they stay; none: while all its numbers stay exactly as they are.
    """

    code: str
    kind: FlagKind
    title: str
    formula: str
    limits: tuple[str, ...] = ()
    blocks: bool = False
    case: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of a flag: its label and its unit."""

    label: str
    unit: str


S, C, R, D = FlagKind.SPEED, FlagKind.COLLATERAL, FlagKind.CREDIT, FlagKind.DATA
Z = (
    "z = Σ(SMM − expected SMM) / √Σ(expected SMM · (1 − expected SMM) / effective loans), over the months of a speed; "
    "effective loans = (Σb)² / Σb² at each month's start"
)
OF_SPEED = ("months", "amber_z", "red_z", "red_gap")
SHARE_GAP = (
    "share of the prepayments − share of the balance, and the loans that prepaid against n · p ± √(n · p · (1 − p))"
)

TYPES = {
    each.code: each
    for each in (
        FlagType("fast", S, "Faster than the forecast", Z, OF_SPEED, case=("z", "gap")),
        FlagType("fast_cohort", S, "Faster than its cohort", Z, OF_SPEED, case=("z", "gap")),
        FlagType("under_path", S, "Factor under the forecast path",
                 "(forecast factor − factor) / forecast factor", ("amber_shortfall", "red_shortfall"),
                 case=("shortfall",)),
        FlagType("servicer_drives", S, "One servicer drives it", SHARE_GAP, ("driver_gap", "driver_z")),
        FlagType("seller_drives", S, "One seller's loans drive it", SHARE_GAP, ("driver_gap", "driver_z")),
        FlagType("few_loans", C, "Few loans left", "loans left", ("fewest_loans",), case=("-loans",)),
        FlagType("large_loan", C, "One large loan", "largest balance / balance of the pool", ("largest_loan",),
                 case=("largest_loan",)),
        FlagType("state_share", C, "One state grew", "share of the top state now − at issue", ("state_rise",),
                 case=("rise",)),
        FlagType("removals", R, "More buyouts of late loans",
                 "(repurchased + liquidated) / unscheduled principal", ("involuntary_share",),
                 case=("share",)),
        FlagType("delinquency", R, "Late loans grew",
                 "balance 60 days late or more / balance, now and six months ago", ("delinquency_multiple",),
                 case=("late_now",)),
        FlagType("missing", D, "Factor missing", "a factor is due on the business day after its release", blocks=True),
        FlagType("rose", D, "Factor rose", "factor − factor a month before", blocks=True),
        FlagType("above_one", D, "Factor above 1", "factor − 1", blocks=True),
        FlagType("fell", D, "Factor fell off", "factor / scheduled factor of the month",
                 ("lowest_of_scheduled",), True),
        FlagType("smm_range", D, "Impossible speed", "SMM = (scheduled factor − factor) / scheduled factor",
                 ("lowest_smm", "highest_smm"), True),
        FlagType("zero_with_loans", D, "Factor 0 with loans left", "loans left at a factor of 0", blocks=True),
        FlagType("loans_rose", D, "More loans than before", "loans now − loans a month before", blocks=True),
        FlagType("balance", D, "Balance does not agree", "balance in the file − original face × factor",
                 ("upb_share_of_face", "upb_rounding"), True),
        FlagType("tape", D, "Servicer's tape does not agree", "adjusted balances of the loans − security balance",
                 ("tape_difference_per_loan",), True),
        FlagType("corrected", D, "Corrected by the issuer", "the file's correction mark", blocks=True),
        FlagType("disagrees", D, "Reported factor does not agree",
                 "published factor − factor computed from the loans, more than 0.00000001 apart",
                 ("tape_difference_per_loan",)),
        FlagType("tape_findings", D, "Fatal findings on the servicer's tape", "findings of severity fatal"),
    )
}  # fmt: skip

MEASURES = {
    "z": Measure("z", "errors"),
    "z_month_before": Measure("z a month before", "errors"),
    "cpr": Measure("CPR", "percent"),
    "expected_cpr": Measure("Expected CPR", "percent"),
    "gap": Measure("CPR gap", "points"),
    "effective_loans": Measure("Effective loans", "number"),
    "factor": Measure("Factor", "factor"),
    "expected_factor": Measure("Forecast factor", "factor"),
    "shortfall": Measure("Under its path", "percent"),
    "prepaid_share": Measure("Share of the prepayments", "percent"),
    "balance_share": Measure("Share of the balance", "percent"),
    "prepaid_loans": Measure("Its loans that prepaid", "count"),
    "expected_loans": Measure("Expected of it", "number"),
    "loans": Measure("Loans", "count"),
    "largest_loan": Measure("Largest loan", "percent"),
    "state_now": Measure("Top state now", "percent"),
    "state_at_issue": Measure("At issue, at most", "percent"),
    "rise": Measure("More than at issue", "points"),
    "involuntary": Measure("Removed involuntarily", "usd"),
    "unscheduled": Measure("Unscheduled principal", "usd"),
    "share": Measure("Share", "percent"),
    "late_now": Measure("60 days late or more", "percent"),
    "late_before": Measure("Six months ago", "percent"),
    "last_factor": Measure("Last factor", "factor"),
    "before": Measure("A month before", "factor"),
    "loans_before": Measure("Loans a month before", "count"),
    "scheduled": Measure("Scheduled factor", "factor"),
    "smm": Measure("SMM", "smm"),
    "file": Measure("Balance in the file", "usd"),
    "by_factor": Measure("Face times factor", "usd"),
    "tape": Measure("By the servicer's tape", "usd"),
    "security": Measure("Security balance", "usd"),
    "apart": Measure("Apart by", "usd"),
    "allowed": Measure("Allowed", "usd"),
    "published": Measure("Published factor", "factor"),
    "computed": Measure("Computed factor", "factor"),
    "difference": Measure("Difference", "factor"),
    "usd": Measure("Difference in face", "usd"),
    "findings": Measure("Fatal findings", "count"),
}
