"""Who awards a sale. Two people of the seller sign; it may always reject all bids."""

from collections.abc import Callable

from django.db.models import QuerySet

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sales import SaleStatus
from portfolios.models import Award, Bidder, Sale
from portfolios.policies.auctions import check_auction_was_held
from portfolios.policies.sales import check_is_seller
from portfolios.queries.saleneeds import open_before_award

OVER = (SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)


def check_can_propose(user: User, sale: Sale) -> None:
    """Proposing the awards that the announced terms lead to, once the bids are open."""
    check_is_seller(user, sale)
    if sale.status != SaleStatus.OPENED:
        raise NotAllowed("Awards are proposed once the bids are open.")
    check_auction_was_held(sale)


def check_can_confirm(user: User, award: Award) -> None:
    """The second signature is somebody else's."""
    check_is_seller(user, award.sale)
    if award.sale.status != SaleStatus.OPENED:
        raise NotAllowed("This sale is not waiting for an award.")
    if award.proposed_by_id == user.pk:
        raise NotAllowed("The second signature must be someone else's: you proposed these awards.")
    for problem in open_before_award(award.sale):
        raise NotAllowed(problem)


def check_can_reject_all(user: User, sale: Sale) -> None:
    """The seller may always reject all bids, up to the settlement."""
    check_is_seller(user, sale)
    if sale.status not in (SaleStatus.OPENED, SaleStatus.AUCTION, SaleStatus.FINAL_ROUND):
        raise NotAllowed("All bids can be rejected between the opening and the award.")


def check_can_read_record(user: User, sale: Sale) -> None:
    """The seller and the openers read all bids once they are open; bidders once it is over, where the terms say so."""
    if sale.opened_at is None or sale.status in (SaleStatus.FINAL_ROUND, SaleStatus.CLOSED):
        raise NotAllowed("The bids are not open yet, so there is no record to read.")
    if sale.seller_id == user.organization_id or sale.openers.filter(user=user).exists():
        return
    if sale.status not in OVER:
        raise NotAllowed("The record is published once the sale is awarded, or all bids are rejected.")
    if not sale.terms.get("cover_published"):
        raise NotAllowed("By the announced terms the bids stay between the seller and the openers.")


def check_can_read_bidder_record(user: User, sale: Sale) -> None:
    """Once it is over, all who signed the confidentiality agreement hold the record without the prices that lost."""
    if sale.seller_id == user.organization_id or sale.openers.filter(user=user).exists():
        check_can_read_record(user, sale)
        return
    if sale.status not in OVER:
        raise NotAllowed("The record is published once the sale is awarded, or all bids are rejected.")
    if not user.has_role(Role.BIDDER) or not signed_bidders(user, sale).exists():
        raise NotAllowed("The record is for bidders who signed the confidentiality agreement of this sale.")


def signed_bidders(user: User, sale: Sale) -> QuerySet[Bidder]:
    """The person's organization as a bidder of the sale, once it signed the confidentiality agreement."""
    return sale.bidders.filter(organization_id=user.organization_id).exclude(agreement_sha256="", entries=None)


def check_can_sign_minutes(user: User, sale: Sale) -> None:
    """The openers, and the seller's managers."""
    opens = sale.openers.filter(user=user).exists()
    manages = sale.seller_id == user.organization_id and user.has_role(Role.MANAGER)
    if not (opens or manages):
        raise NotAllowed("The minutes are signed by the openers and the seller's managers.")


def allows(check: Callable[..., None], *arguments: object) -> bool:
    """Whether a check lets this happen."""
    try:
        check(*arguments)
    except NotAllowed:
        return False
    return True
