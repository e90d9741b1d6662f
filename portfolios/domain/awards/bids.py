"""Lots, bids and the announced terms of a sale. Amounts are dollars to the cent on the cut-off balance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portfolios.domain.sales import PriceUnit

CENT = Decimal("0.01")
PLACES = {PriceUnit.PERCENT: Decimal("0.00001"), PriceUnit.USD: CENT}
MOST = {PriceUnit.PERCENT: Decimal(1000), PriceUnit.USD: Decimal("99999999999.99")}
RANGE = {
    PriceUnit.PERCENT: "above 0 and at most 1,000 percent, with at most five decimals",
    PriceUnit.USD: "above 0 and below 100 billion dollars, with at most two decimals",
}


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
    unit: PriceUnit = PriceUnit.PERCENT

    def amount(self, price: Decimal) -> Decimal:
        """Dollars to the cent that a price gives, half up."""
        dollars = price if self.unit is PriceUnit.USD else self.upb * price / 100
        return dollars.quantize(CENT, rounding=ROUND_HALF_UP)

    def takes(self, price: Decimal) -> bool:
        """Whether a price is one: finite, in range, and with no more decimals than its unit has."""
        in_range = price.is_finite() and 0 < price <= MOST[self.unit]
        return in_range and price == price.quantize(PLACES[self.unit])


@dataclass(frozen=True, slots=True)
class Bid:
    """An offer: prices by lot, each in the unit of its lot, taken together or not at all when there are several.

    A bidder may make several; they are independent of each other but for its caps.
    """

    code: str
    bidder: str
    prices: dict[str, Decimal]
    received: datetime
    tape_sha256: str
    deposit: Decimal = Decimal(0)
    stipulations: tuple[str, ...] = ()
    valid_until: datetime | None = None
    defects: tuple[str, ...] = ()  # of its form: a bid with any is never priced
    omissions: tuple[str, ...] = ()  # of its form, which the seller may excuse
    cured: bool = False  # what the seller may excuse was excused, by the minutes
    position: int = 0  # in the record, which alone tells apart two that came in the same microsecond

    @property
    def lots(self) -> frozenset[str]:
        return frozenset(self.prices)

    @property
    def came(self) -> tuple[datetime, int]:
        """When it was received, to be compared: the smaller came earlier."""
        return self.received, self.position


@dataclass(frozen=True, slots=True)
class Sale:
    """The announced terms that decide: lots, deadline, tape to price, deposit, caps and the tie rule."""

    lots: tuple[Lot, ...]
    deadline: datetime
    tape_sha256: str
    tie_rule: TieRule = TieRule.RECEIPT
    deposit: Decimal = Decimal(0)
    most_dollars: dict[str, Decimal] = field(default_factory=dict)  # a bidder's funding cap
    most_lots: dict[str, int] = field(default_factory=dict)
    seed: str = ""  # of a draw: public, and fixed only after the bids are
    decided_at: datetime | None = None  # bids that were valid only until before it have lapsed
    last_round: bool = False  # no further round follows that could settle a tie

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
    """What no cure mends: a bid that is late, or not of the form of this sale."""
    late = ["It arrived after the deadline."] if bid.received > sale.deadline else []
    return [*late, *bid.defects]


def curable_reasons(sale: Sale, bid: Bid) -> list[str]:
    """What the seller may excuse, in the minutes."""
    lapsed = bid.valid_until is not None and sale.decided_at is not None and bid.valid_until < sale.decided_at
    tests = {
        f"Its deposit is below {sale.deposit:,.2f}.": bid.deposit < sale.deposit,
        "It prices another version of the tape.": bid.tape_sha256 != sale.tape_sha256,
        "It had lapsed by the time of the decision.": lapsed,
    }
    return [*bid.omissions, *(reason for reason, holds in tests.items() if holds)]
