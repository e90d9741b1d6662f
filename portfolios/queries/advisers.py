"""Whether a sale needs an adviser that the receiver approved, who it is, and what is open of that."""

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import OrganizationKind
from portfolios.domain.advisers import STANDING
from portfolios.domain.sales import BidderStatus
from portfolios.domain.saleterms import Terms, kinds
from portfolios.models import Sale, SaleAdviser
from portfolios.queries.sales.people import opener_of

ADVISER = "adviser_approved"
OUT = (BidderStatus.DECLINED, BidderStatus.BARRED)


def needs_adviser(sale: Sale) -> bool:
    """Whether the receiver demanded the sale, under an agreement that has it approve the adviser."""
    return ADVISER in kinds()[sale.kind].needs_under(Terms.from_json(sale.terms))


def standing_adviser(sale: Sale) -> SaleAdviser | None:
    """The adviser who is named or approved, if there is one."""
    return advisers_of(sale).filter(status__in=STANDING).first()


def advisers_of(sale: Sale) -> QuerySet[SaleAdviser]:
    """All advisers of a sale, the newest first."""
    return sale.advisers.select_related("named_by", "decided_by__organization", "document")


def adviser_problems(sale: Sale) -> list[str]:
    """What keeps the sale from being announced or awarded, as far as its adviser goes."""
    adviser = standing_adviser(sale)
    if adviser is None:
        return ["No adviser is named whom the receiver could approve."]
    found = [] if adviser.approved else [f"The receiver has not approved {adviser} as adviser."]
    return found + (
        [f"{adviser.firm} is invited to bid, so it cannot advise on the sale."] if bids(sale, adviser) else []
    )


def bids(sale: Sale, adviser: SaleAdviser) -> bool:
    """Whether the adviser's firm takes part as a bidder, by its name."""
    return sale.bidders.exclude(status__in=OUT).filter(organization__name__iexact=adviser.firm).exists()


def speaks_for_receiver(sale: Sale, user: User) -> bool:
    """Whether a person decides here for the receiver: an opener of the sale from a receiver that does not sell it."""
    is_receiver = user.organization is not None and user.organization.kind == OrganizationKind.RECEIVER
    return is_receiver and user.organization_id != sale.seller_id and opener_of(sale, user) is not None


def sees_adviser(sale: Sale, user: User) -> bool:
    """Whether the page of the adviser is for this person: the seller's, and who speaks for the receiver."""
    return needs_adviser(sale) and (user.organization_id == sale.seller_id or speaks_for_receiver(sale, user))
