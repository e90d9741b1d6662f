"""What the data room of a sale opens to whom."""

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sales import AssetClass, BidderStatus, LotStatus
from portfolios.models import Bidder, Lot
from portfolios.policies.sales import check_is_bidder, check_is_seller

SIGNED = (BidderStatus.CONFIDENTIAL, BidderStatus.QUALIFIED)


def check_can_take_tape(user: User, lot: Lot, bidder: Bidder | None) -> None:
    """The redacted tape of a lot: the seller, and bidders who signed the confidentiality agreement.

    Of a customer list nobody gets rows, and the full tape is no matter of the data room at all.
    """
    if bidder is None:
        check_is_seller(user, lot.sale)
    else:
        check_is_bidder(user, bidder)
        if bidder.status not in SIGNED:
            raise NotAllowed("The redacted tape needs the confidentiality agreement.")
    if lot.asset_class == AssetClass.CUSTOMER_LIST:
        raise NotAllowed("Of a list of customers, counts and strata are shown and never a row.")
    if lot.bundle_id is None:
        raise NotAllowed(f"Lot {lot.code} has no tape here; the seller puts its files into the data room.")
    if lot.status == LotStatus.WITHDRAWN:
        raise NotAllowed(f"Lot {lot.code} was withdrawn from the sale.")


def check_can_read_log(user: User, sale_seller_id: int) -> None:
    """Who opened a document is told to the seller alone."""
    if user.organization_id != sale_seller_id or not user.has_role(Role.MANAGER):
        raise NotAllowed("Who opened a document is shown to the seller.")
