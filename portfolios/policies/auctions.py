"""Who starts an open auction and who bids in it. The server's clock decides what is in time."""

from datetime import datetime, timedelta
from decimal import Decimal

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.localtimes import day_in
from portfolios.domain.sales import BidderStatus, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Auction, Bidder, OpenBid, Sale, Seat
from portfolios.policies.sales import check_is_seller

OVER = "The auction is over. The bid was not taken."
LONGEST = timedelta(days=14)


def is_open_sale(sale: Sale) -> bool:
    """Whether the announced terms decide the sale by an open auction."""
    return Terms.from_json(sale.terms).format == "open"


def check_can_start(user: User, sale: Sale, ends_at: datetime, at: datetime) -> None:
    """Once the sealed bids are open, by a manager of the seller, for a sale that announced an auction."""
    check_is_seller(user, sale)
    if not is_open_sale(sale):
        raise NotAllowed("The bid instructions did not announce an open auction.")
    if sale.status != SaleStatus.OPENED:
        raise NotAllowed("The auction starts once the sealed bids are open.")
    if Auction.objects.filter(sale=sale).exists():
        raise NotAllowed("The auction of this sale was held already.")
    if not at < ends_at <= at + LONGEST:
        raise NotAllowed(f"The auction ends after it starts, and at most {LONGEST.days} days later.")
    if Decimal(Terms.from_json(sale.terms).minimum_increment) <= 0:
        raise NotAllowed("The announced terms have no minimum increment to bid by.")


def check_auction_was_held(sale: Sale) -> None:
    """An open sale is decided by its auction and not by the sealed bids that qualified for it."""
    if is_open_sale(sale) and not Auction.objects.filter(sale=sale, closed_at__isnull=False).exists():
        raise NotAllowed("This sale is decided by its open auction. Start it first.")


def may_bid(bidder: Bidder, at: datetime) -> bool:
    """Qualified, and still on the day that it is where the sale is."""
    today = day_in(at, bidder.sale.time_zone)
    ended = bidder.qualified_until is not None and bidder.qualified_until < today
    return bidder.status == BidderStatus.QUALIFIED and not ended


def check_runs(auction: Auction, at: datetime) -> None:
    """Between its start and its end by the server's clock."""
    if auction.sale.status != SaleStatus.AUCTION or auction.closed_at is not None or at > auction.ends_at:
        raise NotAllowed(OVER)
    if at < auction.starts_at:
        raise NotAllowed("The auction has not started.")


def check_can_bid_openly(user: User, seat: Seat, at: datetime) -> None:
    """A bidder of an organization that qualified by its sealed bid and is still qualified."""
    if seat.bidder.organization_id != user.organization_id or not user.has_role(Role.BIDDER):
        raise NotAllowed("Bidding needs the role of bidder at an organization that qualified for the auction.")
    if not may_bid(seat.bidder, at):
        raise NotAllowed("Your organization's qualification has ended. The seller can renew it.")
    check_runs(seat.auction, at)


def check_follows(seat: Seat, leading: OpenBid, price: Decimal, least: Decimal) -> None:
    """Above the leading bid by the increment, and by somebody else."""
    if leading.bidder_id == seat.bidder_id:
        raise NotAllowed("Yours is the leading bid already.")
    if price < least:
        raise NotAllowed(f"The next bid is at least ${least:,.2f}.")


def check_credit(seat: Seat, price: Decimal) -> None:
    """A credit bid pays with debt the seller owes, up to the claim that was allowed."""
    if seat.credit_limit <= 0:
        raise NotAllowed("Your organization has no allowed claim to bid with.")
    if price > seat.credit_limit:
        raise NotAllowed(f"The allowed claim is ${seat.credit_limit:,.2f}; a credit bid is at most that.")
