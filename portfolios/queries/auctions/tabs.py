"""Which views of the open auction, of needs and of shared losses a sale has."""

from accounts.models import User
from portfolios.domain.sales import SaleStatus
from portfolios.domain.saleterms import Terms
from portfolios.models import Sale
from portfolios.queries.saleneeds import codes_of

SHARED_LOSS = "shared_loss"


def has_needs(sale: Sale, user: User) -> bool:
    """Whether its kind, or one of its lots, needs something before the announcement or the award."""
    return bool(codes_of(sale))


def holds_auction(sale: Sale, user: User) -> bool:
    """Whether it is decided in the open; its seller sets the rules in the draft, bidders see them once announced."""
    return Terms.from_json(sale.terms).format == "open" and (
        sale.status != SaleStatus.DRAFT or sale.seller_id == user.organization_id
    )


def shares_losses(sale: Sale, user: User) -> bool:
    return sale.kind == SHARED_LOSS
