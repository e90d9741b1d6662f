"""Repurchase claims: the amount for which a seller takes a loan back, and the lifecycle of a claim.

The amount is the balance then, at the price the buyer paid for the loan, plus interest from the date it is paid to and
what the buyer spent on it (custom of loan sale agreements, recalled; the agreement of a sale is the last word).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portfolios.domain.factor import cents
from portfolios.domain.settlement.daycount import DayCount
from portfolios.domain.settlement.statement import Terms, interest_days


class ClaimState(StrEnum):
    OPEN = "open"  # the buyer claims
    CONTESTED = "contested"  # the seller says why not
    ACCEPTED = "accepted"  # the seller takes the loan back
    PAID = "paid"  # the seller paid
    CLOSED = "closed"  # the buyer has the money, or let the claim go


CLAIM_TRANSITIONS: dict[ClaimState, tuple[ClaimState, ...]] = {
    ClaimState.OPEN: (ClaimState.CONTESTED, ClaimState.ACCEPTED, ClaimState.CLOSED),
    ClaimState.CONTESTED: (ClaimState.ACCEPTED, ClaimState.CLOSED),
    ClaimState.ACCEPTED: (ClaimState.PAID,),
    ClaimState.PAID: (ClaimState.CLOSED,),
    ClaimState.CLOSED: (),
}


@dataclass(frozen=True, slots=True)
class Repurchase:
    """A repurchase price in USD to the cent, part by part."""

    balance: Decimal
    principal: Decimal
    days: int
    accrued: Decimal
    costs: Decimal

    @property
    def amount(self) -> Decimal:
        return self.principal + self.accrued + self.costs


def repurchase(
    *, balance: Decimal, price: Decimal, rate: Decimal, paid_to: date, on: date, day_count: DayCount, costs: Decimal
) -> Repurchase:
    """What the seller pays on a day: price and rate in percent, amounts in USD, interest by the sale's day count."""
    days = interest_days(paid_to, Terms(settles_on=on, cut_off_on=on, day_count=day_count))
    return Repurchase(
        balance=cents(balance),
        principal=cents(balance * price / 100),
        days=days,
        accrued=cents(balance * rate * days / (100 * day_count.year)),
        costs=cents(costs),
    )
