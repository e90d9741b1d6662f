"""Who awards a sale. Two people of the seller sign; it may always reject all bids."""

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sales import SaleStatus
from portfolios.models import Award, Sale
from portfolios.policies.auctions import check_auction_was_held
from portfolios.policies.sales import check_is_seller
from portfolios.queries.saleneeds import open_before_award


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
