"""On which side of a settlement a person stands."""

from decimal import Decimal

from accounts.models import User
from portfolios.models import Settlement

SELLER, BUYER = "seller", "buyer"


def is_seller(user: User, settlement: Settlement) -> bool:
    return settlement.seller_id == user.organization_id


def is_buyer(user: User, settlement: Settlement) -> bool:
    return settlement.buyer_id == user.organization_id


def side_of(user: User, settlement: Settlement) -> str:
    return SELLER if is_seller(user, settlement) else BUYER


def wire_of(settlement: Settlement) -> Decimal:
    """What the buyer still sends, USD; below 0 where the deposit is more than what is due. 0 before the statement."""
    return Decimal(settlement.totals.get("wire") or 0)


def payer_of(settlement: Settlement) -> str:
    """Whose wire it is: the buyer's, unless the seller has more of its deposit than is due."""
    return SELLER if wire_of(settlement) < 0 else BUYER


def payee_of(settlement: Settlement) -> str:
    return BUYER if payer_of(settlement) == SELLER else SELLER
