"""On which side of a settlement a person stands."""

from accounts.models import User
from portfolios.models import Settlement


def is_seller(user: User, settlement: Settlement) -> bool:
    return settlement.seller_id == user.organization_id


def is_buyer(user: User, settlement: Settlement) -> bool:
    return settlement.buyer_id == user.organization_id
