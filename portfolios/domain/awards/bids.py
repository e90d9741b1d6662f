"""Lots, bids and the announced terms of a sale. Amounts are dollars to the cent on the cut-off balance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")
PRICE_PLACES = Decimal("0.00001")  # a price is percent of cut-off UPB to five decimals


class TieRule(StrEnum):
    """How equal totals are told apart: announced before the sale, and applied in this way only."""

    RECEIPT = "receipt"  # the earlier server receipt of the final version
    STIPULATIONS = "stipulations"  # fewer conditions, then the higher deposit, then the earlier receipt
    DRAW = "draw"  # by lot, drawn from a public seed
    BEST_AND_FINAL = "best_and_final"  # the tied bidders bid once more, sealed


@dataclass(frozen=True, slots=True)
class Lot:
    """What is sold: cut-off balance and reserve in USD; no reserve is 0."""

    code: str
    upb: Decimal
    reserve: Decimal = Decimal(0)

    def amount(self, price: Decimal) -> Decimal:
        """Dollars to the cent that a price in percent of the balance gives, half up."""
        return (self.upb * price / 100).quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Bid:
    """Prices in percent of UPB by lot, taken together or not at all when there are several (a linked bid)."""

    code: str
    bidder: str
    prices: dict[str, Decimal]
    received: datetime
    tape_sha256: str
    deposit: Decimal = Decimal(0)
    stipulations: tuple[str, ...] = ()
    signed: bool = True
    valid_until: datetime | None = None
    cured: bool = False  # a defect that the seller may excuse was excused, by the minutes

    @property
    def lots(self) -> frozenset[str]:
        return frozenset(self.prices)


@dataclass(frozen=True, slots=True)
class Sale:
    """The announced terms that decide: lots, deadline, tape to price, deposit, conditions, caps and the tie rule."""

    lots: tuple[Lot, ...]
    deadline: datetime
    tape_sha256: str
    tie_rule: TieRule = TieRule.RECEIPT
    deposit: Decimal = Decimal(0)
    conditions_allowed: bool = False
    linked_allowed: bool = True
    most_dollars: dict[str, Decimal] = field(default_factory=dict)  # a bidder's funding cap
    most_lots: dict[str, int] = field(default_factory=dict)
    seed: str = ""  # of a draw: public, and fixed only after the bids are
    opened_at: datetime | None = None

    def lot(self, code: str) -> Lot:
        return next(lot for lot in self.lots if lot.code == code)

    def total(self, bid: Bid) -> Decimal:
        """What a bid pays, in dollars to the cent."""
        return sum((self.lot(code).amount(price) for code, price in bid.prices.items()), Decimal(0))


@dataclass(frozen=True, slots=True)
class Refused:
    """A bid that does not conform, with every reason in words."""

    bid: Bid
    reasons: tuple[str, ...]


def conforming(sale: Sale, bids: Iterable[Bid]) -> tuple[list[Bid], list[Refused]]:
    """The bids that count, and those that do not with all their reasons; a cured bid counts."""
    good: list[Bid] = []
    refused: list[Refused] = []
    for bid in bids:
        reasons = fatal_reasons(sale, bid) + ([] if bid.cured else curable_reasons(sale, bid))
        if reasons:
            refused.append(Refused(bid, tuple(reasons)))
        else:
            good.append(bid)
    return good, refused


def fatal_reasons(sale: Sale, bid: Bid) -> list[str]:
    """What no cure mends: a bid that is late, names no lot or an unknown one, or a price that is none."""
    known = {lot.code for lot in sale.lots}
    tests = {
        "It arrived after the deadline.": bid.received > sale.deadline,
        "It names no lot.": not bid.prices,
        "It names a lot that is not in this sale.": bool(bid.lots - known),
        "A price is not above 0 with at most five decimals.": not all(map(is_price, bid.prices.values())),
        "It is linked, which this sale does not take.": len(bid.prices) > 1 and not sale.linked_allowed,
    }
    return [reason for reason, holds in tests.items() if holds]


def curable_reasons(sale: Sale, bid: Bid) -> list[str]:
    """What the seller may excuse, in the minutes."""
    lapsed = bid.valid_until is not None and sale.opened_at is not None and bid.valid_until < sale.opened_at
    tests = {
        "It is not signed.": not bid.signed,
        f"Its deposit is below {sale.deposit:,.2f}.": bid.deposit < sale.deposit,
        "It prices another version of the tape.": bid.tape_sha256 != sale.tape_sha256,
        "It sets conditions, which this sale does not take.": bool(bid.stipulations) and not sale.conditions_allowed,
        "It was valid only until before the opening.": lapsed,
    }
    return [reason for reason, holds in tests.items() if holds]


def is_price(price: Decimal) -> bool:
    """Above 0, finite, at most five decimals, at most 1,000 percent."""
    return price.is_finite() and 0 < price <= 1000 and price == price.quantize(PRICE_PLACES)
