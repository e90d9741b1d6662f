"""Sales in which something waits for a person: the number beside "Sales" in the navigation."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from accounts.roles import Role
from portfolios.domain.sales import TAKES_BIDS, BidderStatus, SaleStatus
from portfolios.models import Bidder, Opener, OpeningPart, Question, Sale
from portfolios.models.sales import SaleQuerySet
from portfolios.queries.settlements.waiting import settlement_due


def sales_due(user: User, at: datetime) -> QuerySet[Sale, Any]:
    """Keys of the sales in which something waits for this person."""
    due = (seller_due(user), bidder_due(user, at), opener_due(user), settlement_due(user))
    first, *others = (each.values("pk") for each in due)
    return first.union(*others)


def seller_due(user: User) -> SaleQuerySet:
    """Own sales with open questions, bidders to qualify, or bids to award."""
    if not user.has_role(Role.MANAGER):
        return Sale.objects.none()
    asked = Exists(Question.objects.filter(sale=OuterRef("pk"), published_at=None))
    signed = Exists(Bidder.objects.filter(sale=OuterRef("pk"), status=BidderStatus.CONFIDENTIAL).exclude(statement={}))
    running = Q(asked | signed, status=SaleStatus.OPEN)
    return Sale.objects.sold_by(user).filter(running | Q(status=SaleStatus.OPENED)).order_by()


def bidder_due(user: User, at: datetime) -> SaleQuerySet:
    """Sales that take bids, to which the person's organization was invited and has not answered."""
    if not user.has_role(Role.BIDDER):
        return Sale.objects.none()
    invited = Bidder.objects.filter(organization_id=user.organization_id, status=BidderStatus.INVITED)
    return Sale.objects.filter(status__in=TAKES_BIDS, bids_due_at__gte=at, pk__in=invited.values("sale")).order_by()


def opener_due(user: User) -> SaleQuerySet:
    """Sales for which the person still has to make a key, or to give parts of keys."""
    mine = Opener.objects.filter(user=user)
    given = OpeningPart.objects.filter(opener__user=user, bid__sale=OuterRef("pk"), bid__round=OuterRef("round"))
    keyless = Q(status=SaleStatus.DRAFT, pk__in=mine.filter(public_key="").values("sale"))
    to_open = Q(~Exists(given), status=SaleStatus.CLOSED, pk__in=mine.exclude(public_key="").values("sale"))
    return Sale.objects.filter(keyless | to_open).order_by()
