"""Who somebody is in a sale: the seller, a bidder, an opener, or nobody."""

from enum import StrEnum

from accounts.models import User
from accounts.roles import Role
from portfolios.models import Bidder, Opener, Sale


class Side(StrEnum):
    """From where a person looks at a sale."""

    SELLER = "seller"
    BIDDER = "bidder"
    OPENER = "opener"
    NONE = "none"


def bidder_of(sale: Sale, user: User) -> Bidder | None:
    """The invitation of the person's organization."""
    return sale.bidders.select_related("organization").filter(organization_id=user.organization_id).first()


def opener_of(sale: Sale, user: User) -> Opener | None:
    """The person as a named opener."""
    return sale.openers.filter(user=user).first()


def side_of(sale: Sale, user: User) -> Side:
    """The seller's managers come first, then people who bid, then those who open; others have no page of the sale."""
    if sale.seller_id == user.organization_id and user.has_role(Role.MANAGER):
        return Side.SELLER
    if user.has_role(Role.BIDDER) and bidder_of(sale, user):
        return Side.BIDDER
    return Side.OPENER if opener_of(sale, user) else Side.NONE
