"""The data room of a sale: documents by tier, redacted tapes of the lots, and for the seller who opened what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from accounts.models import User
from portfolios.domain.localtimes import day_in
from portfolios.domain.sales import SEEN_BY_BIDDERS, AssetClass, BidderStatus, LotStatus
from portfolios.models import Bidder, DocumentAccess, Lot, Sale, SaleDocument, SaleEvent

TIERS = {
    1: ("Announcement", "open to everybody invited"),
    2: ("Confidential", "after the confidentiality agreement"),
    3: ("Qualified", "for bidders whom the seller qualified"),
}
OPENS = {BidderStatus.INVITED: 1, BidderStatus.CONFIDENTIAL: 2, BidderStatus.QUALIFIED: 3}
NEEDS = {2: "the confidentiality agreement", 3: "a qualification"}
SELLER_TIER = 3


@dataclass(frozen=True, slots=True)
class Tier:
    """The documents of a tier; `locked` says what it needs, and names what is in it all the same."""

    title: str
    note: str
    documents: tuple[SaleDocument, ...]
    needs: str = ""


@dataclass(frozen=True, slots=True)
class Tape:
    """The redacted tape of a lot, or why there is none."""

    lot: Lot
    refusal: str

    @property
    def dropped(self) -> int:
        return len(self.lot.details.get("dropped", []))


@dataclass(frozen=True, slots=True)
class Opened:
    """Who opened a document or took a tape, and when."""

    by: User
    what: str
    at: datetime


def reach_of(bidder: Bidder, at: datetime) -> int:
    """The highest tier that is open to a bidder; with its qualification ends what that opened."""
    status = BidderStatus(bidder.status)
    ended = bidder.qualified_until is not None and bidder.qualified_until < day_in(at, bidder.sale.time_zone)
    if status == BidderStatus.QUALIFIED and ended:
        status = BidderStatus.CONFIDENTIAL
    return OPENS.get(status, 0)


def tiers_for(sale: Sale, bidder: Bidder | None, at: datetime) -> list[Tier]:
    """Tiers that hold something; the seller opens all of them."""
    reach = reach_of(bidder, at) if bidder else SELLER_TIER
    documents = list(documents_of(sale, with_withdrawn=bidder is None))
    found = {tier: tuple(one for one in documents if one.tier == tier) for tier in TIERS}
    return [Tier(*TIERS[tier], held, NEEDS[tier] if tier > reach else "") for tier, held in found.items() if held]


def documents_of(sale: Sale, *, with_withdrawn: bool) -> QuerySet[SaleDocument]:
    """Documents with how often and by how many people each was opened."""
    found = sale.documents.annotate(
        openings=Count("accesses"), people=Count("accesses__by", distinct=True), last=Max("accesses__at")
    )
    return found if with_withdrawn else found.filter(withdrawn_at=None)


def tapes_for(sale: Sale, bidder: Bidder | None) -> list[Tape]:
    """Each lot on offer with whether its redacted tape can be taken."""
    signed = bidder is None or OPENS.get(BidderStatus(bidder.status), 0) >= OPENS[BidderStatus.CONFIDENTIAL]
    lots = sale.lots.exclude(status=LotStatus.WITHDRAWN).order_by("code")
    return [Tape(lot, why_no_tape(lot, signed)) for lot in lots]


def why_no_tape(lot: Lot, signed: bool) -> str:
    if lot.asset_class == AssetClass.CUSTOMER_LIST:
        return "Counts and strata only; a list of customers is never shown"
    if lot.bundle_id is None:
        return "In the documents, as the seller provides them"
    return "" if signed else "Needs the confidentiality agreement"


def log_of(document: SaleDocument) -> list[Opened]:
    """Every opening of a document, newest first."""
    rows = DocumentAccess.objects.filter(document=document).select_related("by__organization")
    return [Opened(row.by, document.title, row.at) for row in rows]


def tapes_taken(sale: Sale) -> list[Opened]:
    """Every redacted tape that was taken, newest first."""
    rows = SaleEvent.objects.filter(sale=sale, kind="tape_taken").select_related("by__organization")
    return [Opened(row.by, f"Lot {row.facts['lot']}, {row.facts['file'].upper()}", row.at) for row in rows if row.by]


@dataclass(frozen=True, slots=True)
class Room:
    """A line of the list of data rooms."""

    sale: Sale
    bidder: Bidder
    documents: int
    open: int


def rooms_of(user: User, at: datetime) -> list[Room]:
    """The data rooms of all sales to which the person's organization is invited, newest first."""
    invited = Bidder.objects.filter(organization_id=user.organization_id, sale__status__in=SEEN_BY_BIDDERS)
    invited = invited.filter(sale__announced_at__isnull=False)
    bidders = invited.select_related("sale__seller", "organization").order_by("-sale__announced_at")
    counts = counted(bidder.sale_id for bidder in bidders)
    return [room_of(bidder, counts, at) for bidder in bidders]


def room_of(bidder: Bidder, counts: dict[int, dict[int, int]], at: datetime) -> Room:
    held = counts.get(bidder.sale_id, {})
    reach = reach_of(bidder, at)
    reachable = sum(count for tier, count in held.items() if tier <= reach)
    return Room(bidder.sale, bidder, sum(held.values()), reachable)


def counted(sales: Iterable[int]) -> dict[int, dict[int, int]]:
    """Documents by sale and tier."""
    rows = SaleDocument.objects.filter(Q(withdrawn_at=None), sale__in=list(sales)).order_by()
    found: dict[int, dict[int, int]] = {}
    for sale, tier, count in rows.values_list("sale", "tier").annotate(count=Count("pk")):
        found.setdefault(sale, {})[tier] = count
    return found
