"""Invited organizations as the seller sees them: what they signed and stated, what they read, who can be invited."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Organization, User
from accounts.roles import OrganizationKind, Role
from portfolios.domain.qualification import Answer, answers
from portfolios.domain.sales import BIDDER_TRANSITIONS, BidderStatus
from portfolios.models import Bidder, DocumentAccess, Sale

SHOWN = 50
BUYERS = (OrganizationKind.INVESTOR, OrganizationKind.PURCHASER)


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a bidder on its way into the sale: who did it and when, or that it is still to come."""

    what: str
    at: datetime | None = None
    who: str = ""
    note: str = ""
    tone: str = ""

    @property
    def waiting(self) -> bool:
        return self.at is None


@dataclass(frozen=True, slots=True)
class Read:
    """A document that people of a bidder opened, the last time first."""

    title: str
    who: str
    at: datetime


def bidders_of(sale: Sale) -> QuerySet[Bidder]:
    """Invited organizations by name, with how many documents their people opened and whether anybody there can bid."""
    opened = (
        DocumentAccess.objects.filter(document__sale=OuterRef("sale"), by__organization=OuterRef("organization"))
        .order_by()
        .values("document__sale")
        .annotate(n=Count("document", distinct=True))
        .values("n")
    )
    bids = User.objects.active().filter(organization=OuterRef("organization")).holding(Role.BIDDER)
    found = sale.bidders.select_related("organization", "signed_by")
    return found.annotate(opened=Coalesce(Subquery(opened), 0), has_people=Exists(bids))


def invitable(sale: Sale, find: str = "") -> QuerySet[Organization]:
    """Active investors and purchasers that are not invited yet and open no bids of the sale, by name."""
    taken = Q(biddings__sale=sale) | Q(people__openings__sale=sale) | Q(pk=sale.seller_id)
    out = Organization.objects.filter(taken).values("pk")
    found = Organization.objects.active().filter(kind__in=BUYERS).exclude(pk__in=out)
    return (found.filter(name__icontains=find) if find else found).order_by("name")


def steps_of(bidder: Bidder) -> list[Step]:
    """The way of a bidder into the sale, the first step first."""
    return [
        Step("invited the organization", bidder.invited_at, str(bidder.invited_by)),
        Step(
            "signed the confidentiality agreement" if bidder.signed_at else "Confidentiality agreement",
            bidder.signed_at,
            str(bidder.signed_by or ""),
            f"SHA-256 {bidder.agreement_sha256[:4]}…{bidder.agreement_sha256[-4:]}" if bidder.agreement_sha256 else "",
            "pass" if bidder.signed_at else "",
        ),
    ]


def statement_of(bidder: Bidder) -> tuple[Answer, ...]:
    """The qualification statement: what was asked in this kind of sale, and what was answered; empty before."""
    return answers(bidder.sale.kind, bidder.statement) if bidder.statement else ()


def reads_of(bidder: Bidder) -> list[Read]:
    """The last documents that people of the bidder opened."""
    rows = DocumentAccess.objects.filter(document__sale=bidder.sale_id, by__organization=bidder.organization_id)
    rows = rows.select_related("document", "by").order_by("-at")[:SHOWN]
    return [Read(row.document.title, str(row.by), row.at) for row in rows]


def people_of(bidder: Bidder) -> list[User]:
    """Active people of the organization who can bid."""
    return list(User.objects.active().filter(organization=bidder.organization_id).holding(Role.BIDDER).order_by("name"))


def can_be_qualified(bidder: Bidder) -> bool:
    return bidder.status in (BidderStatus.CONFIDENTIAL, BidderStatus.QUALIFIED)


def can_be_barred(bidder: Bidder) -> bool:
    return BidderStatus.BARRED in BIDDER_TRANSITIONS[BidderStatus(bidder.status)]
