"""Who may seal, withdraw and open bids. The server's clock decides what is in time."""

from datetime import datetime

from django.db.models import Q

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind, Role
from portfolios.domain.localtimes import day_in
from portfolios.domain.sales import TAKES_BIDS, BidderStatus, SaleStatus
from portfolios.models import Bidder, Bundle, Opener, Sale
from portfolios.queries.ceremonies.further import among
from portfolios.queries.ceremonies.told import head_is_told

LATE = "The deadline has passed. The bid arrived late and was not taken."
EARLY = "Bids are opened after the deadline, once the record is closed."
ENDS_LATE = (*TAKES_BIDS, SaleStatus.CLOSED)


class TooLate(NotAllowed):
    """Refused only because the deadline had passed; who came late is noted."""


def check_takes_bids(sale: Sale, at: datetime) -> None:
    """Open, and not past the deadline by the server's clock at the last byte; raises TooLate where it is past."""
    if sale.status not in ENDS_LATE or sale.bids_due_at is None:
        raise NotAllowed("This sale takes no bids now.")
    if at > sale.bids_due_at:
        raise TooLate(LATE)
    if sale.status not in TAKES_BIDS:
        raise NotAllowed("This sale takes no bids now.")


def check_can_bid(user: User, bidder: Bidder, at: datetime) -> None:
    """A bidder of an organization that signed, is qualified on the sale's own day, and was not barred."""
    if bidder.organization_id != user.organization_id or not user.has_role(Role.BIDDER):
        raise NotAllowed("Bidding needs the role of bidder at the invited organization.")
    if has_reviewed(user, bidder.sale):
        raise NotAllowed(
            "You reviewed or signed off loans of this sale's tapes for your organization and saw of them what bidders "
            "are not shown. A colleague who did not bids."
        )
    if bidder.status != BidderStatus.QUALIFIED:
        raise NotAllowed("Only qualified bidders can bid. The sale's page says what is missing.")
    today = day_in(at, bidder.sale.time_zone)
    if bidder.qualified_until is not None and bidder.qualified_until < today:
        raise NotAllowed(f"The qualification ended on {bidder.qualified_until:%b %-d, %Y}. The seller can renew it.")
    check_in_round(bidder)
    check_takes_bids(bidder.sale, at)


def check_in_round(bidder: Bidder) -> None:
    """In a round that a tie asked for, only those who are tied bid, as the announced rule says."""
    tied = among(bidder.sale)
    if tied is not None and bidder.pk not in tied:
        raise NotAllowed("In this round only those bid who are tied. Your first bid stands as it is.")


def has_reviewed(user: User, sale: Sale) -> bool:
    """Whether this person reviewed or decided, for its organization, a bundle from the tape of one of the lots.

    A purchaser's reviewers read names and addresses of borrowers, and findings; bidders price the redacted tape.
    """
    if user.organization.kind != OrganizationKind.PURCHASER:
        return False
    tapes = sale.lots.filter(bundle__isnull=False).values("bundle__run__version__tape")
    seen = Bundle.objects.filter(purchaser=user.organization_id, run__version__tape__in=tapes)
    return seen.filter(Q(reviewed_by=user) | Q(decided_by=user)).exists()


def why_not_bid(user: User, bidder: Bidder, at: datetime) -> str:
    """Why this person cannot seal a bid now; empty where nothing stands against it."""
    try:
        check_can_bid(user, bidder, at)
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def check_can_reserve(user: User, sale: Sale, at: datetime) -> None:
    """The reserve is sealed like a bid, by a manager of the seller, before the deadline."""
    if sale.seller_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("The reserve is set by a manager of the seller.")
    check_takes_bids(sale, at)


def check_is_opener(user: User, opener: Opener) -> None:
    """Only the person who was named opens, and nobody of an organization that bids."""
    if opener.user_id != user.pk:
        raise NotAllowed("Only the person who was named as this opener can do this.")
    if opener.sale.bidders.filter(organization_id=user.organization_id).exists():
        raise NotAllowed("An opener cannot belong to an organization that was invited to bid.")


def check_can_rehearse(user: User, opener: Opener) -> None:
    """A rehearsal needs a key, and bids that are still to be opened."""
    check_is_opener(user, opener)
    if not opener.public_key:
        raise NotAllowed("Make your key first.")
    if opener.sale.status not in (SaleStatus.DRAFT, SaleStatus.CLOSED, *TAKES_BIDS):
        raise NotAllowed("The bids of this sale are opened; there is nothing left to rehearse.")


def check_can_give_parts(user: User, opener: Opener, at: datetime) -> None:
    """After the deadline, once the record is closed and everybody was told its head."""
    check_is_opener(user, opener)
    sale = opener.sale
    if sale.bids_due_at is None or at <= sale.bids_due_at or sale.status in TAKES_BIDS:
        raise NotAllowed(EARLY)
    if sale.status != SaleStatus.CLOSED:
        raise NotAllowed("The bids of this sale are not waiting to be opened.")
    if not head_is_told(sale, at):
        raise NotAllowed("First everybody is told the head of the record. Load the page again in a moment.")


def check_can_open_without(user: User, sale: Sale, at_least: datetime | None, at: datetime) -> None:
    """Opening the others while an envelope stays shut: a manager of the seller, once further openers had their time."""
    if sale.seller_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Only a manager of the seller decides that bids are opened without one.")
    if sale.status != SaleStatus.CLOSED or at_least is None:
        raise NotAllowed("No envelope is kept shut by wrong parts; the openers open all of them together.")
    if at < at_least:
        raise NotAllowed("The other openers have a day to give their parts. After that this can be decided.")
