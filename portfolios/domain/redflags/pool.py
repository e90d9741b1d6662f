"""Flags of the collateral that is left and of its credit."""

from dataclasses import dataclass

from portfolios.domain.redflags.flag import DEFAULTS, Flag, FlagKind, Level, Thresholds


@dataclass(frozen=True, slots=True)
class Collateral:
    """Loans left, share of the largest in percent, share of the top state now and at issue in percent.

    None for what is not known. state_at_issue is the share of the state that was the top one at issue: where another
    one is now, its own share at issue was at most that, so that the rise is at least the difference.
    """

    loans: int | None
    largest_loan: float | None = None
    state_now: float | None = None
    state_at_issue: float | None = None
    state: str = ""


def collateral_flags(pool: Collateral, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """Few loans, one large loan, or a state that grew."""
    found = [_few(pool, limits), _large(pool, limits), _state(pool, limits)]
    return [flag for flag in found if flag]


def _amber(code: str, kind: FlagKind, sentence: str, numbers: dict[str, float]) -> Flag:
    return Flag(code, kind, Level.AMBER, sentence, numbers)


def _few(pool: Collateral, limits: Thresholds) -> Flag | None:
    if not pool.loans or pool.loans >= limits.fewest_loans:
        return None
    left = "1 loan is left" if pool.loans == 1 else f"{pool.loans:,} loans are left"
    return _amber("few_loans", FlagKind.COLLATERAL, f"{left}: single loans decide.", {"loans": float(pool.loans)})


def _large(pool: Collateral, limits: Thresholds) -> Flag | None:
    if pool.largest_loan is None or pool.largest_loan <= limits.largest_loan:
        return None
    sentence = f"The largest loan is {pool.largest_loan:.1f}% of the balance."
    return _amber("large_loan", FlagKind.COLLATERAL, sentence, {"largest_loan": pool.largest_loan})


def _state(pool: Collateral, limits: Thresholds) -> Flag | None:
    if pool.state_now is None or pool.state_at_issue is None:
        return None
    rise = pool.state_now - pool.state_at_issue
    if rise <= limits.state_rise:
        return None
    state = pool.state or "The top state"
    sentence = f"{state} is {pool.state_now:.1f}% of the balance, {rise:.1f} points more than at issue."
    numbers = {"state_now": pool.state_now, "state_at_issue": pool.state_at_issue, "rise": rise}
    return _amber("state_share", FlagKind.COLLATERAL, sentence, numbers)


@dataclass(frozen=True, slots=True)
class Credit:
    """Involuntary removals and unscheduled principal of a month in USD; percent 60+ days late now and 6 months ago."""

    involuntary: float
    unscheduled: float
    late_now: float | None = None
    late_before: float | None = None


def credit_flags(month: Credit, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """Removals that are not the borrowers' choice, or delinquency that doubled."""
    found = [_removals(month, limits), _late(month, limits)]
    return [flag for flag in found if flag]


def _removals(month: Credit, limits: Thresholds) -> Flag | None:
    share = 100.0 * month.involuntary / month.unscheduled if month.unscheduled > 0 else 0.0
    if share <= limits.involuntary_share:
        return None
    sentence = (
        f"${month.involuntary:,.0f} of ${month.unscheduled:,.0f} unscheduled principal, {share:.0f}%, "
        "comes from loans that were repurchased or liquidated."
    )
    numbers = {"involuntary": month.involuntary, "unscheduled": month.unscheduled, "share": share}
    return _amber("removals", FlagKind.CREDIT, sentence, numbers)


def _late(month: Credit, limits: Thresholds) -> Flag | None:
    late, before = month.late_now, month.late_before
    if late is None or before is None or not 0 < before * limits.delinquency_multiple <= late:
        return None
    sentence = f"{late:.2f}% of the balance is 60 days late or more; six months ago it was {before:.2f}%."
    return _amber("delinquency", FlagKind.CREDIT, sentence, {"late_now": late, "late_before": before})
