"""Who names the adviser of a demanded sale, and who says for the receiver whether it is approved."""

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.models import Sale
from portfolios.policies.saleneeds import BEFORE_AWARD
from portfolios.policies.sales import check_is_seller
from portfolios.queries.advisers import needs_adviser, speaks_for_receiver


def check_under_way(sale: Sale) -> None:
    """A sale that needs an adviser, up to its award."""
    if not needs_adviser(sale):
        raise NotAllowed("Only a sale that the receiver demanded has an adviser whom it approves.")
    if sale.status not in BEFORE_AWARD:
        raise NotAllowed("The sale is decided: its adviser stays as it was.")


def check_can_name(user: User, sale: Sale) -> None:
    """Naming an adviser, or letting one go: a manager of the seller."""
    check_is_seller(user, sale)
    check_under_way(sale)


def check_can_decide(user: User, sale: Sale) -> None:
    """The receiver's own person among the openers; or a manager of the seller, who records the receiver's letter."""
    if not speaks_for_receiver(sale, user):
        check_is_seller(user, sale)
    check_under_way(sale)
