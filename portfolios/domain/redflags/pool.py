"""Flags of the collateral that is left and of its credit."""

from dataclasses import dataclass

from portfolios.domain.redflags.flag import DEFAULTS, Flag, FlagKind, Level, Thresholds


@dataclass(frozen=True, slots=True)
class Collateral:
    """Loans left, share of the largest in percent, share of the top state now and at issue in percent."""

    loans: int
    largest_loan: float
    state_now: float
    state_at_issue: float


def _left(loans: int) -> str:
    return "1 loan is left." if loans == 1 else f"{loans} loans are left."


def collateral_flags(pool: Collateral, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """Few loans, one large loan, or a state that grew."""
    rise = pool.state_now - pool.state_at_issue
    checks = [
        (0 < pool.loans < limits.fewest_loans, "few_loans", _left(pool.loans), {"loans": float(pool.loans)}),
        (
            pool.largest_loan > limits.largest_loan,
            "large_loan",
            f"The largest loan is {pool.largest_loan:.1f} % of the balance.",
            {"largest_loan": pool.largest_loan},
        ),
        (
            rise > limits.state_rise,
            "state_share",
            f"The top state is {pool.state_now:.1f} % of the balance, {rise:.1f} points more than at issue.",
            {"state_now": pool.state_now, "state_at_issue": pool.state_at_issue},
        ),
    ]
    return [Flag(code, FlagKind.COLLATERAL, Level.AMBER, text, numbers) for hit, code, text, numbers in checks if hit]


@dataclass(frozen=True, slots=True)
class Credit:
    """Involuntary removals and unscheduled principal of a month in USD; percent 60+ days late now and 6 months ago."""

    involuntary: float
    unscheduled: float
    late_now: float | None = None
    late_before: float | None = None


def credit_flags(month: Credit, limits: Thresholds = DEFAULTS) -> list[Flag]:
    """Removals that are not the borrowers' choice, or delinquency that doubled."""
    found = []
    share = 100.0 * month.involuntary / month.unscheduled if month.unscheduled > 0 else 0.0
    if share > limits.involuntary_share:
        text = f"{share:.0f} % of the unscheduled principal comes from loans removed involuntarily."
        numbers = {"involuntary": month.involuntary, "unscheduled": month.unscheduled, "share": share}
        found.append(Flag("removals", FlagKind.CREDIT, Level.AMBER, text, numbers))
    late, before = month.late_now, month.late_before
    if late is not None and before is not None and 0 < before * limits.delinquency_multiple <= late:
        text = f"{late:.2f} % of the balance is 60 days late or more, {before:.2f} % six months ago."
        numbers = {"late_now": late, "late_before": before}
        found.append(Flag("delinquency", FlagKind.CREDIT, Level.AMBER, text, numbers))
    return found
