"""A sale whose sealed bids are open and which is decided in the open: three bidders, two of which qualified."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from portfolios.models import Auction, Bidder, OpenBid, Sale
from portfolios.services import auctions
from portfolios.services.auctions import Valued
from tests.portfolios.auction import AFTER, make_auction

STARTS = AFTER + timedelta(days=1)
ENDS = STARTS + timedelta(hours=1)
SOON = STARTS + timedelta(minutes=5)
TERMS = {"format": "open", "minimum_increment": "100000.00", "extension_minutes": 5}
HORSE = {
    "stalking_horse": "Stalking Stable LP",
    "stalking_price": "3300000.00",
    "break_up_fee": "99000.00",
    "expense_cap": "33000.00",
}


@dataclass
class Room:
    """A sale of 3,500,000: north sealed 90 percent for all lots, south 92, and west 99 for lot A only."""

    sale: Sale
    seller: User
    north: Bidder
    south: Bidder
    west: Bidder

    def start(self, *, at: datetime = STARTS, ends_at: datetime = ENDS, **values: Valued) -> Auction:
        by_bidder = {getattr(self, name).pk: valued for name, valued in values.items()}
        return auctions.start(sale=self.sale, ends_at=ends_at, values=by_bidder, by=self.seller, at=at)

    def bid(
        self, auction: Auction, bidder: Bidder, price: str, *, at: datetime = SOON, credit: bool = False
    ) -> OpenBid:
        by = person(bidder)
        return auctions.bid(auction=auction, bidder=bidder, price=Decimal(price), credit=credit, by=by, at=at)


def person(bidder: Bidder) -> User:
    """Who bids for a bidder."""
    found: User = bidder.organization.people.order_by("pk")[0]
    return found


def make_room(number: str = "S-2026-0004", **terms: object) -> Room:
    held = make_auction(number, **(TERMS | terms))
    north, south, west = held.bidder(), held.bidder(), held.bidder()
    if terms.get("stalking_horse"):
        type(north.organization).objects.filter(pk=north.organization_id).update(name=terms["stalking_horse"])
    held.bid(north, A="90", B="90", C="90")
    held.bid(south, A="92", B="92", C="92")
    held.bid(west, A="99")
    return Room(held.open(), held.seller, north, south, west)
