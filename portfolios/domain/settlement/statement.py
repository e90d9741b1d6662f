"""The settlement statement: funds = Σ price·UPB + Σ accrued − collections after cut-off + advances + escrow − deposit.

Everything before the cut-off date is the seller's, everything on or after it the buyer's. Interest accrues on 30/360
US unless the terms say otherwise; that is the custom, not a rule, so it is a term of the sale.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portfolios.domain.factor import cents
from portfolios.domain.settlement.daycount import DayCount


@dataclass(frozen=True, slots=True)
class Terms:
    """What the agreement says: settlement and cut-off dates, how days are counted, whether interest is in the price."""

    settles_on: date
    cut_off_on: date
    day_count: DayCount = DayCount.THIRTY_360
    accrues: bool = True  # non-performing loans normally carry no accrued interest
    deposit: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan at cut-off: USD amounts, price and rate in percent; `collected` is principal and interest received after
    cut-off by the seller, `escrow` what the seller holds for the borrower and hands over with the servicing.
    """

    loan_id: str
    upb: Decimal
    price: Decimal
    rate: Decimal
    paid_to: date
    collected: Decimal = Decimal(0)
    advances: Decimal = Decimal(0)
    escrow: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """A loan's part of the statement, USD to the cent, with the days of interest."""

    loan_id: str
    principal: Decimal
    days: int
    accrued: Decimal
    collected: Decimal
    advances: Decimal
    escrow: Decimal

    @property
    def total(self) -> Decimal:
        """What the buyer pays for this loan; escrow balances held by the seller come off."""
        return self.principal + self.accrued - self.collected + self.advances - self.escrow


@dataclass(frozen=True, slots=True)
class Statement:
    """All lines, the deposit already paid, and the wire."""

    lines: tuple[Line, ...]
    deposit: Decimal

    def sum_of(self, name: str) -> Decimal:
        """The total of one column in USD."""
        return sum((getattr(line, name) for line in self.lines), Decimal(0))

    @property
    def funds(self) -> Decimal:
        """What is due before the deposit."""
        return self.sum_of("total")

    @property
    def wire(self) -> Decimal:
        """What the buyer still sends; negative when the seller owes it."""
        return self.funds - self.deposit


def statement(loans: Sequence[Loan], terms: Terms) -> Statement:
    """The settlement statement of some loans; every line is rounded to the cent, and totals add up lines."""
    return Statement(tuple(_line(loan, terms) for loan in loans), terms.deposit)


def _line(loan: Loan, terms: Terms) -> Line:
    days = interest_days(loan.paid_to, terms)
    return Line(
        loan_id=loan.loan_id,
        principal=cents(loan.upb * loan.price / 100),
        days=days,
        accrued=cents(loan.upb * loan.rate * days / (100 * terms.day_count.year)),
        collected=cents(loan.collected),
        advances=cents(loan.advances),
        escrow=cents(loan.escrow),
    )


def interest_days(paid_to: date, terms: Terms) -> int:
    """Days of interest the buyer pays the seller for: from the date interest is paid to, up to settlement.

    Negative where the borrower has paid beyond it: then the seller owes the difference. 0 where none accrues.
    """
    return terms.day_count.days(paid_to, terms.settles_on) if terms.accrues else 0
