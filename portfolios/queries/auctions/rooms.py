"""The page of an open auction: who leads, the next bid allowed, how long is left, and every bid with its working."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from portfolios.domain.auction import NOTHING, Protection, Worth, initial_overbid, least_price
from portfolios.domain.sales import SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Auction, OpenBid, Sale, Seat
from portfolios.queries.sales.people import Side, bidder_of, side_of


@dataclass(frozen=True, slots=True)
class Rules:
    """The announced rules of an open auction; amounts in USD."""

    increment: Decimal
    extension_minutes: int
    stalking_horse: str
    stalking_price: Decimal
    protection: Protection

    @property
    def initial_overbid(self) -> Decimal:
        return initial_overbid(self.stalking_price, self.protection, self.increment)


@dataclass(frozen=True, slots=True)
class Room:
    """An auction as one person sees it at a moment. `seat` is the person's own; without one a bidder sees no bids."""

    auction: Auction
    bids: Sequence[OpenBid]  # newest first
    seats: Sequence[Seat]
    seat: Seat | None
    sees: bool
    now: datetime

    @property
    def leading(self) -> OpenBid:
        return self.bids[0]

    @property
    def over(self) -> bool:
        return self.auction.closed_at is not None

    @property
    def ended(self) -> bool:
        """Whether its time is over, though the task that keeps the result may not have come yet."""
        return self.now > self.auction.ends_at

    @property
    def runs(self) -> bool:
        return not self.over and not self.ended and self.auction.sale.status == SaleStatus.AUCTION

    @property
    def left(self) -> str:
        """The time left, as a clock says it."""
        return clock(self.auction.ends_at - self.now)

    @property
    def leads(self) -> bool:
        return self.seat is not None and self.leading.bidder_id == self.seat.bidder_id

    @property
    def least(self) -> Decimal | None:
        """The lowest price this bidder may bid next."""
        return least_of(self.seat, self.leading, self.auction) if self.seat else None

    @property
    def back_up(self) -> OpenBid | None:
        """The best bid of another bidder than the one who leads."""
        return next((bid for bid in self.bids if bid.bidder_id != self.leading.bidder_id), None)

    @property
    def moved(self) -> str:
        """How far late bids moved the end; nothing where none did."""
        span = self.auction.ends_at - self.auction.announced_end
        return clock(span) if span else ""

    @property
    def weighs(self) -> bool:
        """Whether anything but the price counts."""
        return any(bid.comparable != bid.price for bid in self.bids)

    @property
    def assumes(self) -> bool:
        """Whether a bid takes over liabilities; like the next two it says which columns there are."""
        return any(bid.assumed for bid in self.bids)

    @property
    def owes(self) -> bool:
        return any(bid.break_up for bid in self.bids)

    @property
    def cures(self) -> bool:
        return any(bid.cure_costs for bid in self.bids)

    @property
    def next_comparable(self) -> Decimal:
        return self.leading.comparable + self.auction.increment


def clock(span: timedelta) -> str:
    """A stretch of time as a clock says it: 4:05, 1:04:05, 2 d 1:04:05."""
    days, rest = divmod(max(0, int(span.total_seconds())), 86_400)
    hours, rest = divmod(rest, 3_600)
    minutes, seconds = divmod(rest, 60)
    words = f"{hours}:{minutes:02d}:{seconds:02d}" if hours or days else f"{minutes}:{seconds:02d}"
    return f"{days} d {words}" if days else words


def least_of(seat: Seat, leading: OpenBid, auction: Auction) -> Decimal:
    """The lowest price of a bidder over the leading bid."""
    return least_price(leading.comparable, auction.increment, worth_of(seat, NOTHING, auction))


def worth_of(seat: Seat, price: Decimal, auction: Auction) -> Worth:
    """What a price of a bidder is worth to the seller."""
    owed = Protection(auction.break_up_fee, auction.expense_cap).payable
    return Worth(price, seat.assumed, NOTHING if seat.bidder_id == auction.stalking_horse_id else owed, seat.cure_costs)


def rules_of(sale: Sale) -> Rules:
    """The rules that were, or will be, announced."""
    terms = Terms.from_json(sale.terms)
    return Rules(
        increment=Decimal(terms.minimum_increment),
        extension_minutes=terms.extension_minutes,
        stalking_horse=terms.stalking_horse,
        stalking_price=Decimal(terms.stalking_price),
        protection=Protection(Decimal(terms.break_up_fee), Decimal(terms.expense_cap)),
    )


def room_of(sale: Sale, user: User, at: datetime) -> Room | None:
    """The auction of a sale, once it has started. Bids are seen by the seller and by bidders with a seat."""
    auction = Auction.objects.filter(sale=sale).select_related("sale", "stalking_horse__organization").first()
    if auction is None:
        return None
    bidder = bidder_of(sale, user) if side_of(sale, user) == Side.BIDDER else None
    seats = list(auction.seats.select_related("bidder__organization"))
    seat = next((seat for seat in seats if bidder is not None and seat.bidder_id == bidder.pk), None)
    sees = bidder is None or seat is not None
    bids = list(auction.bids.select_related("bidder__organization").order_by("-position"))
    return Room(auction, bids, seats, seat, sees, at)
