"""Loans against security: the adjusted balance of the loans and the balance of the security, line by line.

    ending principal balance of the loans + prepaid − delinquent principal
    + principal part of the last installment of liquidated loans = adjusted principal balance
    adjusted − ending security balance = difference

After the Fannie Mae Multifamily Guide, nodes 7921 and 5421 (§203.08A). Its line of scheduled principal is among the
delinquent here: an installment that the loans have not paid yet counts as unpaid until they do.
"""

from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from portfolios.domain.remittance.limits import Limits
from portfolios.domain.remittance.schedule import Cents
from portfolios.domain.remittance.split import UNKNOWN, Mask, Rows, Split

LINES = (
    "ending", "prepaid", "delinquent", "last_installment", "adjusted", "security", "difference", "tolerance"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The lines, in USD; `tolerance` is what the difference may be for so many loans."""

    ending: Decimal
    prepaid: Decimal
    delinquent: Decimal
    last_installment: Decimal
    security: Decimal
    tolerance: Decimal

    @property
    def adjusted(self) -> Decimal:
        return self.ending + self.prepaid - self.delinquent + self.last_installment

    @property
    def difference(self) -> Decimal:
        """Positive when the loans are more than the security."""
        return self.adjusted - self.security

    @property
    def holds(self) -> bool:
        return abs(self.difference) <= self.tolerance

    def as_dict(self) -> dict[str, str]:
        names = (
            "ending",
            "prepaid",
            "delinquent",
            "last_installment",
            "adjusted",
            "security",
            "difference",
            "tolerance",
        )
        return {name: str(getattr(self, name)) for name in names}


def reconciled(rows: Rows, found: Split, security: Decimal, limits: Limits) -> Reconciliation:
    """Hold the balances that the tape shows for the loans that stay against the security's balance."""
    stays = found.stays
    ending = np.where(stays, ending_balances(rows, found), 0)
    prepaid, delinquent = adjustments(rows, found, ending, stays)
    last = rows.told("last_installment")
    return Reconciliation(
        ending=_usd(ending),
        prepaid=_usd(prepaid),
        delinquent=_usd(delinquent),
        last_installment=_usd(np.where((last == UNKNOWN) | stays, 0, last)),
        security=security,
        tolerance=limits.difference_per_loan * int((stays & (found.after > 0)).sum()),
    )


def ending_balances(rows: Rows, found: Split) -> Cents:
    """Actual balances as told, else scheduled ones, else what the schedule leaves."""
    ends, actual = rows.told("ends"), rows.told("actual")
    return np.where(actual != UNKNOWN, actual, np.where(ends != UNKNOWN, ends, found.after))


def adjustments(rows: Rows, found: Split, ending: Cents, stays: Mask) -> tuple[Cents, Cents]:
    """Prepaid and delinquent principal of each loan: as told, else what its due date makes of its actual balance.

    Where a tape has scheduled balances only there is nothing to adjust. An actual balance that did not move, on a loan
    without due dates, is one installment behind.
    """
    told_prepaid, told_delinquent = rows.told("prepaid"), rows.told("delinquent")
    unmoved = stays & (found.target == UNKNOWN) & (ending == rows.before)
    stepped = np.where(rows.told("actual") == UNKNOWN, ending, rows.terms.stepped(ending, rows.behind))
    apart = np.where(unmoved, ending - found.after, ending - stepped)
    apart = np.where(stays, apart, 0)
    told = np.where(stays, 1, 0)
    prepaid = np.where(told_prepaid != UNKNOWN, told * told_prepaid, np.maximum(-apart, 0))
    delinquent = np.where(told_delinquent != UNKNOWN, told * told_delinquent, np.maximum(apart, 0))
    return prepaid, delinquent


def _usd(cents: Cents) -> Decimal:
    return Decimal(int(cents.sum())).scaleb(-2)
