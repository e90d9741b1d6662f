"""What a kicked-out loan takes off the price: what the buyer itself allocated to it.

A single price for a pool would over-pay the buyer when the worst loans leave at the average. So the buyer allocates its
price to the loans with its bid ("allocated loan price"), and each loan leaves at its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from portfolios.domain.factor import CENT, cents


@dataclass(frozen=True, slots=True)
class Allocation:
    """A loan's part of the price: balance at cut-off in USD, and the buyer's price for it in percent of that."""

    loan_id: str
    upb: Decimal
    price: Decimal

    @property
    def amount(self) -> Decimal:
        """USD, cents half up."""
        return cents(self.upb * self.price / 100)


def allocated(upb: Mapping[str, Decimal], price: Decimal) -> list[Allocation]:
    """A pool price spread over its loans at the same percent, where the buyer allocated none of its own.

    The cents that rounding leaves over go to the largest loan, so that the parts add up to the price of the pool.
    """
    loans = [Allocation(loan_id, amount, price) for loan_id, amount in upb.items()]
    gap = allocation_gap(loans, cents(sum(upb.values(), Decimal(0)) * price / 100))
    if not gap:
        return loans
    at = max(range(len(loans)), key=lambda number: loans[number].upb)
    largest = loans[at]
    loans[at] = Allocation(largest.loan_id, largest.upb, (largest.amount + gap) / largest.upb * 100)
    return loans


def allocation_gap(loans: Iterable[Allocation], total: Decimal) -> Decimal:
    """What the price of the pool has over the sum of its loans, USD; 0 for an allocation that adds up."""
    return total - sum((loan.amount for loan in loans), Decimal(0))


@dataclass(frozen=True, slots=True)
class Repriced:
    """The price once some loans have left, in USD and in percent of what stays, and the pull-through."""

    amount: Decimal
    taken_off: Decimal
    upb: Decimal
    upb_out: Decimal

    @property
    def price(self) -> Decimal | None:
        """Percent of the balance that stays, five decimals; None when nothing does."""
        return (self.amount / self.upb * 100).quantize(CENT / 1000) if self.upb else None

    @property
    def pull_through(self) -> Decimal | None:
        """Share of the awarded balance that stays, percent, two decimals."""
        all_upb = self.upb + self.upb_out
        return (self.upb / all_upb * 100).quantize(CENT) if all_upb else None


def repriced(loans: Iterable[Allocation], out: Iterable[str]) -> Repriced:
    """The price without some loans: P' = P − Σ UPB·p over those that left. KeyError for a loan that was not awarded."""
    by_id = {loan.loan_id: loan for loan in loans}
    gone = [by_id[loan_id] for loan_id in dict.fromkeys(out)]
    total = sum((loan.amount for loan in by_id.values()), Decimal(0))
    taken_off = sum((loan.amount for loan in gone), Decimal(0))
    upb_out = sum((loan.upb for loan in gone), Decimal(0))
    upb = sum((loan.upb for loan in by_id.values()), Decimal(0)) - upb_out
    return Repriced(total - taken_off, taken_off, upb, upb_out)
