"""Who records what a sale needs, and who keeps the seller's list of parties that may not bid."""

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.saleneeds import Need, Stage
from portfolios.domain.sales import SaleStatus
from portfolios.models import Bidder, Sale
from portfolios.policies.sales import check_is_seller
from portfolios.queries.saleneeds import barred_because, codes_of, lacks_certificate

BEFORE_AWARD = (SaleStatus.DRAFT, SaleStatus.OPEN, SaleStatus.CLOSED, SaleStatus.OPENED, SaleStatus.AUCTION)


def check_can_record(user: User, sale: Sale, need: Need) -> None:
    """What the announcement needs is recorded before it; what the award needs, up to it."""
    check_is_seller(user, sale)
    if need.code not in codes_of(sale) or not need.recorded:
        raise NotAllowed("This sale does not need it.")
    if sale.status != SaleStatus.DRAFT and need.before is Stage.ANNOUNCEMENT:
        raise NotAllowed("The sale is announced: what it was announced on stays as it was recorded.")
    if sale.status not in BEFORE_AWARD and sale.status != SaleStatus.FINAL_ROUND:
        raise NotAllowed("The sale is decided: nothing is recorded for it any more.")


def check_keeps_list(user: User, seller: Organization) -> None:
    """The list of related parties is kept by the seller's managers."""
    if user.organization_id != seller.pk or not user.has_role(Role.MANAGER):
        raise NotAllowed("The list of affiliates and contractors is kept by a manager of the seller.")


def check_not_related(sale: Sale, organization: Organization) -> None:
    """Affiliates and contractors are not invited where the kind of sale bars them."""
    if sentence := barred_because(sale, organization):
        raise NotAllowed(sentence)


def check_certified(bidder: Bidder) -> None:
    """Before its qualification a bidder is no related party, and certifies that it may buy where the kind asks it."""
    check_not_related(bidder.sale, bidder.organization)
    if lacks_certificate(bidder):
        raise NotAllowed(f"The eligibility certificate of {bidder.organization} is not recorded.")
