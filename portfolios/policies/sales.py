"""Who puts a sale together, who is let into it, and what must be seen to before it is announced."""

from datetime import datetime

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind, Role
from portfolios.domain.lifecycles import WITH_PURCHASER, BundleStatus
from portfolios.domain.sales import BidderStatus, LotStatus, SaleStatus
from portfolios.domain.saleterms import kinds
from portfolios.models import Bidder, Bundle, Lot, Sale, SaleDocument, Security
from portfolios.queries.bidding.rooms import reach_of
from portfolios.queries.sales.needs import needs


def check_can_sell(user: User) -> None:
    """Announcing a sale: a manager of a lender or a receiver."""
    if not user.has_role(Role.MANAGER):
        raise NotAllowed("A sale is put together by a manager of the seller.")


def check_is_seller(user: User, sale: Sale) -> None:
    if sale.seller_id != user.organization_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Only a manager of the seller can do this.")


def check_can_prepare(user: User, sale: Sale) -> None:
    """Lots, terms, dates and openers change only before the announcement."""
    check_is_seller(user, sale)
    if sale.status != SaleStatus.DRAFT:
        raise NotAllowed("The sale is announced: its lots, terms and openers stay as they are.")


def check_can_offer(sale: Sale, bundle: Bundle) -> None:
    """A lot is a bundle of the seller's own that is added up, holds loans, and is offered to nobody else."""
    if bundle.lender_id != sale.seller_id:
        raise NotAllowed("A lot is made of the seller's own bundles.")
    if bundle.measured_at is None or bundle.kept_count == 0:
        raise NotAllowed(f"{bundle.number} is not added up, or holds no loans.")
    if bundle.status in WITH_PURCHASER or bundle.status == BundleStatus.WITHDRAWN:
        raise NotAllowed(f"{bundle.number} is with a purchaser, or was withdrawn.")
    if bundle.status == BundleStatus.APPROVED and bundle.purchaser_id and not is_direct(sale):
        raise NotAllowed(
            f"{bundle.number} is approved by {bundle.purchaser}; only a sale to one purchaser can offer it."
        )
    if Security.objects.filter(bundle=bundle).exists():
        raise NotAllowed(f"{bundle.number} was issued as a pool.")
    if other := offered_elsewhere(bundle, sale):
        raise NotAllowed(f"{bundle.number} is lot {other.code} of {other.sale.number} already.")


def is_direct(sale: Sale) -> bool:
    """Whether the sale is to one purchaser only."""
    return "single_bidder" in kinds()[sale.kind].needs


def offered_elsewhere(bundle: Bundle, sale: Sale) -> Lot | None:
    """A lot of another sale that still offers this bundle, or has sold it."""
    gone = (LotStatus.WITHDRAWN, LotStatus.UNSOLD)
    lots = Lot.objects.filter(bundle=bundle).exclude(sale=sale).exclude(status__in=gone)
    ended = (SaleStatus.NO_AWARD, SaleStatus.CANCELLED)
    return lots.exclude(sale__status__in=ended).select_related("sale").first()


def check_can_open_bids(sale: Sale, user: User) -> None:
    """Who is named as an opener signs in, and belongs to no organization that bids."""
    if not user.is_active:
        raise NotAllowed(f"{user} can no longer sign in, so cannot open bids.")
    if sale.bidders.filter(organization_id=user.organization_id).exists():
        raise NotAllowed(f"{user} belongs to {user.organization}, which is invited to bid.")


def check_can_announce(user: User, sale: Sale, at: datetime) -> None:
    """Raise NotAllowed with the first thing that is missing."""
    check_can_prepare(user, sale)
    for need in needs(sale, at):
        if need.missing:
            raise NotAllowed(need.missing)


def check_can_cancel(user: User, sale: Sale) -> None:
    """Up to the opening; envelopes are then deleted unread."""
    check_is_seller(user, sale)
    if sale.status not in (SaleStatus.DRAFT, SaleStatus.OPEN, SaleStatus.CLOSED):
        raise NotAllowed("A sale can be cancelled until its bids are opened. After that, reject all bids.")


def check_can_change_tape(user: User, sale: Sale, at: datetime) -> None:
    """Loans and lots leave an announced sale until bids are due."""
    check_is_seller(user, sale)
    if sale.status != SaleStatus.OPEN or (sale.bids_due_at is not None and at > sale.bids_due_at):
        raise NotAllowed("The tape can be changed until bids are due.")


def can_change_tape(user: User, sale: Sale, at: datetime) -> bool:
    try:
        check_can_change_tape(user, sale, at)
    except NotAllowed:
        return False
    return True


def check_can_withdraw_lot(user: User, sale: Sale, status: str, at: datetime) -> None:
    """Until bids are due by the clock, not until a task has closed the record."""
    check_is_seller(user, sale)
    if not can_change_tape(user, sale, at) or status != LotStatus.OFFERED:
        raise NotAllowed("A lot can be withdrawn until bids are due.")


def check_can_invite(user: User, sale: Sale, kind: str) -> None:
    check_is_seller(user, sale)
    if not can_invite(user, sale):
        raise NotAllowed("Bidders are invited until bids are due.")
    if kind not in (OrganizationKind.INVESTOR, OrganizationKind.PURCHASER):
        raise NotAllowed("Investors and purchasers can be invited to bid.")


def can_invite(user: User, sale: Sale) -> bool:
    """Whether the seller can still invite somebody to a sale."""
    return user.organization_id == sale.seller_id and sale.status in (SaleStatus.DRAFT, SaleStatus.OPEN)


def check_can_bar(user: User, sale: Sale) -> None:
    """Nobody is barred once bids are known: the award would follow from who is let in, and not from the bids."""
    check_is_seller(user, sale)
    if sale.status not in (SaleStatus.DRAFT, SaleStatus.OPEN, SaleStatus.CLOSED) or sale.round > 1:
        raise NotAllowed("The bids are open, so nobody is barred any more. All bids can be rejected.")


def check_is_bidder(user: User, bidder: Bidder) -> None:
    if bidder.organization_id != user.organization_id or not user.has_role(Role.BIDDER):
        raise NotAllowed("This needs the role of bidder at the invited organization.")
    if bidder.status in (BidderStatus.DECLINED, BidderStatus.BARRED):
        raise NotAllowed("Your organization does not take part in this sale.")


def check_can_read(user: User, document: SaleDocument, bidder: Bidder | None, at: datetime) -> None:
    """The seller reads all; a bidder what its standing opens on the day."""
    if document.sale.seller_id == user.organization_id:
        return
    if bidder is None or document.withdrawn_at is not None:
        raise NotAllowed("This document is not open to you.")
    if document.tier > reach_of(bidder, at):
        need = "the confidentiality agreement" if document.tier == 2 else "a qualification that has not ended"
        raise NotAllowed(f"This document needs {need}.")


def check_can_ask(user: User, bidder: Bidder) -> None:
    check_is_bidder(user, bidder)
    if bidder.sale.status != SaleStatus.OPEN:
        raise NotAllowed("Questions can be asked until bids are due.")
