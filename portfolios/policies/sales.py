"""Who puts a sale together, who is let into it, and what must be seen to before it is announced."""

from datetime import datetime

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind, Role
from portfolios.domain.sales import TAKES_BIDS, AssetClass, BidderStatus, LotStatus, SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Bidder, Bundle, Sale, SaleDocument

TIER_OF = {BidderStatus.INVITED: 1, BidderStatus.CONFIDENTIAL: 2, BidderStatus.QUALIFIED: 3}
ENDED = (SaleStatus.SETTLED, SaleStatus.NO_AWARD, SaleStatus.CANCELLED)


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
    """A lot is a bundle of the seller's own that is added up and holds loans."""
    if bundle.lender_id != sale.seller_id:
        raise NotAllowed("A lot is made of the seller's own bundles.")
    if bundle.measured_at is None or bundle.kept_count == 0:
        raise NotAllowed(f"{bundle.number} is not added up, or holds no loans.")


def check_can_announce(user: User, sale: Sale, at: datetime) -> None:
    """Raise NotAllowed with the first thing that is missing."""
    check_can_prepare(user, sale)
    lots, openers = list(sale.lots.all()), list(sale.openers.select_related("user__organization"))
    bidders = set(sale.bidders.values_list("organization_id", flat=True))
    k = Terms.from_json(sale.terms).k
    organizations = {opener.user.organization_id for opener in openers}
    missing = {
        "The sale has no lot.": not lots,
        "Say when bids are due.": sale.bids_due_at is None,
        "The deadline for bids has passed already.": sale.bids_due_at is not None and sale.bids_due_at <= at,
        "Say which date the balances are of.": sale.cut_off_on is None,
        f"Name at least {k + 1} openers, so that one may be lost.": len(openers) < k + 1,
        "Openers come from at least two organizations.": len(organizations) < 2,
        "An opener belongs to an organization that is invited to bid.": bool(organizations & bidders),
        "Not every opener has made a key.": any(not opener.public_key for opener in openers),
        "Nobody is invited to bid.": not bidders,
        "A list of customers needs the report of an ombudsman.": any(map(_lacks_ombudsman, lots)),
    }
    for sentence, holds in missing.items():
        if holds:
            raise NotAllowed(sentence)


def _lacks_ombudsman(lot: object) -> bool:
    is_list = getattr(lot, "asset_class", "") == AssetClass.CUSTOMER_LIST
    details = getattr(lot, "details", {})
    return bool(is_list and details.get("ombudsman_required", True) and not details.get("ombudsman_report"))


def check_can_cancel(user: User, sale: Sale) -> None:
    """Up to the opening; envelopes are then deleted unread."""
    check_is_seller(user, sale)
    if sale.status not in (SaleStatus.DRAFT, SaleStatus.OPEN, SaleStatus.CLOSED):
        raise NotAllowed("A sale can be cancelled until its bids are opened. After that, reject all bids.")


def check_can_withdraw_lot(user: User, sale: Sale, status: str) -> None:
    check_is_seller(user, sale)
    if sale.status not in (SaleStatus.DRAFT, *TAKES_BIDS) or status != LotStatus.OFFERED:
        raise NotAllowed("A lot can be withdrawn until bids are due.")


def check_can_invite(user: User, sale: Sale, kind: str) -> None:
    check_is_seller(user, sale)
    if sale.status in ENDED or sale.status not in (SaleStatus.DRAFT, SaleStatus.OPEN):
        raise NotAllowed("Bidders are invited until bids are due.")
    if kind not in (OrganizationKind.INVESTOR, OrganizationKind.PURCHASER):
        raise NotAllowed("Investors and purchasers can be invited to bid.")


def check_is_bidder(user: User, bidder: Bidder) -> None:
    if bidder.organization_id != user.organization_id or not user.has_role(Role.BIDDER):
        raise NotAllowed("This needs the role of bidder at the invited organization.")
    if bidder.status in (BidderStatus.DECLINED, BidderStatus.BARRED):
        raise NotAllowed("Your organization does not take part in this sale.")


def check_can_read(user: User, document: SaleDocument, bidder: Bidder | None) -> None:
    """The seller reads all; a bidder what its standing opens."""
    if document.sale.seller_id == user.organization_id:
        return
    if bidder is None or document.withdrawn_at is not None:
        raise NotAllowed("This document is not open to you.")
    if document.tier > TIER_OF.get(BidderStatus(bidder.status), 0):
        need = "the confidentiality agreement" if document.tier == 2 else "a qualification"
        raise NotAllowed(f"This document needs {need}.")


def check_can_ask(user: User, bidder: Bidder) -> None:
    check_is_bidder(user, bidder)
    if bidder.sale.status != SaleStatus.OPEN:
        raise NotAllowed("Questions can be asked until bids are due.")
