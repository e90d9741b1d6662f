"""The ascending open auction after a sealed qualifying round: what bids compare by, the next one allowed, and the end.

The sale goes to the highest or otherwise best bid, so bids are compared by what they are worth to the seller and not by
their price alone. All amounts are USD to the cent; nothing is rounded here, because nothing is divided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from portfolios.domain.factor import cents

NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Protection:
    """What the stalking horse is owed if somebody else buys: a break-up fee, and its expenses up to a cap."""

    break_up_fee: Decimal = NOTHING
    expense_cap: Decimal = NOTHING

    @property
    def payable(self) -> Decimal:
        return self.break_up_fee + self.expense_cap


@dataclass(frozen=True, slots=True)
class Worth:
    """What a bid is worth to the seller, with its working."""

    price: Decimal
    assumed: Decimal = NOTHING  # liabilities the buyer takes over
    break_up: Decimal = NOTHING  # owed to the stalking horse; nothing where it bids itself
    cure_costs: Decimal = NOTHING  # of contracts that the seller must cure for this buyer

    @property
    def comparable(self) -> Decimal:
        return self.price + self.assumed - self.break_up - self.cure_costs


def initial_overbid(stalking_price: Decimal, protection: Protection, increment: Decimal) -> Decimal:
    """The lowest price that tops the stalking horse: its price, what it is then owed, and one increment."""
    return stalking_price + protection.payable + increment


def least_price(leading: Decimal, increment: Decimal, bidder: Worth) -> Decimal:
    """The lowest price a bidder may bid next over a leading comparable value; the price in `bidder` plays no part.

    For a bidder without liabilities or cure costs, over a stalking horse without them, it is the initial overbid.
    """
    return leading + increment - bidder.assumed + bidder.break_up + bidder.cure_costs


def moved_end(end: datetime, at: datetime, extension_minutes: int) -> datetime:
    """The end after a bid: one in the last minutes leaves the others as many to answer it; nothing else moves it."""
    return max(end, at + timedelta(minutes=extension_minutes))


@dataclass(frozen=True, slots=True)
class LotShare:
    """A lot, for splitting one price over all lots: balance in USD, and what the bidder's sealed bid gave for it."""

    code: str
    upb: Decimal
    sealed: Decimal
    in_dollars: bool = False


def amounts_by_lot(price: Decimal, lots: tuple[LotShare, ...]) -> dict[str, Decimal]:
    """A price split as the bidder's sealed bid split its own, to the cent; the last lot takes what rounding leaves."""
    whole = sum((lot.sealed for lot in lots), NOTHING)
    if whole <= 0:
        raise ValueError("A price is split as the bidder's sealed bid was, which gave nothing for any lot.")
    amounts = {lot.code: cents(price * lot.sealed / whole) for lot in lots}
    amounts[lots[-1].code] += price - sum(amounts.values(), NOTHING)
    return amounts


def prices_by_lot(price: Decimal, lots: tuple[LotShare, ...]) -> dict[str, Decimal]:
    """The same in each lot's unit: dollars, or percent of UPB to so many places that it gives its dollars back."""
    amounts = amounts_by_lot(price, lots)
    return {
        lot.code: amounts[lot.code]
        if lot.in_dollars
        else (amounts[lot.code] * 100 / lot.upb).quantize(Decimal("1e-15"))
        for lot in lots
    }
