"""Sales as their list shows them: by where they stand, newest first, paged by key, with the numbers of every filter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, DecimalField, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Role
from portfolios.domain.sales import TAKES_BIDS, LotStatus, SaleStatus
from portfolios.models import Bidder, Lot, Opener, OpeningPart, Question, Sale
from portfolios.models.sales import SaleQuerySet

PAGE = 50
ENDED = (SaleStatus.SETTLED, SaleStatus.NO_AWARD, SaleStatus.CANCELLED)
OPEN = tuple(status for status in SaleStatus if status not in ENDED)
SHOWN: dict[str, tuple[SaleStatus, ...]] = {
    "open": OPEN,
    "draft": (SaleStatus.DRAFT,),
    "bidding": TAKES_BIDS,
    "decided": (SaleStatus.AWARDED, SaleStatus.SETTLED),
    "closed": (SaleStatus.NO_AWARD, SaleStatus.CANCELLED),
    "all": tuple(SaleStatus),
}
WORDS = {
    "open": "Open",
    "draft": "Drafts",
    "bidding": "Taking bids",
    "decided": "Awarded",
    "closed": "Ended without",
    "all": "All",
}
SELLERS_ONLY = ("draft",)


@dataclass(frozen=True, slots=True)
class Line:
    """A sale in the list: what is on offer (UPB in USD), and what is next, in words."""

    sale: Sale
    lots: int
    loans: int
    upb: Decimal
    next: str
    url: str = ""

    @property
    def state(self) -> str:
        return f"sale_{self.sale.status}"


@dataclass(frozen=True, slots=True)
class ListPage:
    """A stretch of the list under a filter, with the numbers of every filter."""

    lines: list[Line]
    shown: str
    counts: Mapping[str, int]
    next: str
    rest: int
    selling: bool

    @property
    def total(self) -> int:
        return self.counts[self.shown]


def list_page(user: User, *, shown: str, after: str, at: datetime) -> ListPage:
    """Fifty sales of this person, newest first, after a place."""
    chosen = shown if shown in SHOWN else "open"
    sales = with_sums(mine(user)).filter(status__in=SHOWN[chosen]).order_by("-pk")
    if after.isdecimal():
        sales = sales.filter(pk__lt=int(after[:18]))
    rows = list(sales[: 2 * PAGE + 1])
    more = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    selling = user.has_role(Role.MANAGER)
    lines = lines_of(rows[:PAGE], user, at)
    return ListPage(lines, chosen, counts(user), more, max(len(rows) - PAGE, 0), selling)


def mine(user: User) -> SaleQuerySet:
    """Sales that the person sells as a manager, bids in as a bidder, or opens."""
    sides = Q(openers__user=user)
    if user.has_role(Role.MANAGER):
        sides |= Q(seller_id=user.organization_id)
    if user.has_role(Role.BIDDER):
        sides |= Q(bidders__organization_id=user.organization_id, announced_at__isnull=False)
    found = Sale.objects.visible_to(user).filter(sides).values("pk")
    return Sale.objects.filter(pk__in=found)


def with_sums(sales: SaleQuerySet) -> QuerySet[Sale]:
    """Sales with their lots on offer counted and added up."""
    lots = Lot.objects.filter(sale=OuterRef("pk")).exclude(status=LotStatus.WITHDRAWN).order_by().values("sale")

    def of_lots(total: Sum | Count, field: IntegerField | DecimalField, zero: int | Decimal) -> Coalesce:
        found = Subquery(lots.annotate(found=total).values("found"), output_field=field)
        return Coalesce(found, Value(zero), output_field=field)

    money = DecimalField(max_digits=20, decimal_places=2)
    return sales.select_related("seller").defer("terms").annotate(
        lot_count=of_lots(Count("pk"), IntegerField(), 0),
        loans=of_lots(Sum("loan_count"), IntegerField(), 0),
        upb=of_lots(Sum("upb"), money, Decimal(0)),
    )  # fmt: skip


def counts(user: User) -> dict[str, int]:
    """Sales under each filter of the list."""
    by_status = dict(mine(user).order_by().values_list("status").annotate(n=Count("pk")))
    return {name: sum(by_status.get(status, 0) for status in statuses) for name, statuses in SHOWN.items()}


def lines_of(sales: list[Sale], user: User, at: datetime) -> list[Line]:
    """Each sale with what is next for this person."""
    known = Known.of(sales, user)
    return [
        Line(sale, sale.lot_count, sale.loans, sale.upb, known.next_of(sale, user, at))  # type: ignore[attr-defined]
        for sale in sales
    ]


@dataclass(frozen=True, slots=True)
class Known:
    """What the list needs to say what is next, read for all its sales at once."""

    questions: Mapping[int, int]
    standing: Mapping[int, str]
    openers: Mapping[int, bool]
    given: frozenset[int]

    @classmethod
    def of(cls, sales: list[Sale], user: User) -> "Known":
        keys = [sale.pk for sale in sales]
        unanswered = Question.objects.filter(sale__in=keys, sale__seller=user.organization_id, published_at=None)
        questions = dict(unanswered.order_by().values_list("sale").annotate(n=Count("pk")))
        invited = Bidder.objects.filter(sale__in=keys, organization=user.organization_id)
        openers = Opener.objects.filter(sale__in=keys, user=user)
        given = OpeningPart.objects.filter(opener__user=user, bid__sale__in=keys, bid__round=F("bid__sale__round"))
        return cls(
            questions,
            dict(invited.values_list("sale", "status")),
            {sale: bool(key) for sale, key in openers.values_list("sale", "public_key")},
            frozenset(given.values_list("bid__sale", flat=True)),
        )

    def next_of(self, sale: Sale, user: User, at: datetime) -> str:
        """What is next, for the side from which the person looks."""
        if sale.seller_id == user.organization_id and user.has_role(Role.MANAGER):
            return self.for_seller(sale, at)
        if sale.pk in self.standing and user.has_role(Role.BIDDER):
            return self.for_bidder(sale, at)
        return self.for_opener(sale)

    def for_seller(self, sale: Sale, at: datetime) -> str:
        asked = self.questions.get(sale.pk, 0)
        if sale.status == SaleStatus.OPEN and asked:
            return "1 question is yours to answer" if asked == 1 else f"{asked} questions are yours to answer"
        return NEXT_OF_SELLER.get(sale.status, "") if is_in_time(sale, at) else OVERDUE

    def for_bidder(self, sale: Sale, at: datetime) -> str:
        status = self.standing[sale.pk]
        if sale.status in TAKES_BIDS and is_in_time(sale, at):
            return NEXT_OF_BIDDER.get(status, "")
        return NEXT_FOR_OTHERS.get(sale.status, "")

    def for_opener(self, sale: Sale) -> str:
        if sale.status == SaleStatus.DRAFT and not self.openers.get(sale.pk):
            return "Make your key"
        if sale.status == SaleStatus.CLOSED and sale.pk not in self.given:
            return "Give your part of the keys"
        return NEXT_FOR_OTHERS.get(sale.status, "")


OVERDUE = "The deadline has passed; the record is being closed"
NEXT_OF_SELLER: dict[str, str] = {
    SaleStatus.DRAFT: "Prepare and announce",
    SaleStatus.OPEN: "Bids come in",
    SaleStatus.CLOSED: "Openers open the bids",
    SaleStatus.OPENED: "Decide on the award",
    SaleStatus.AUCTION: "The open auction runs",
    SaleStatus.FINAL_ROUND: "Final bids come in",
    SaleStatus.AWARDED: "Settle with the buyers",
}
NEXT_OF_BIDDER = {
    "invited": "Sign the confidentiality agreement",
    "confidential": "Qualify for bidding",
    "qualified": "Seal your bid",
    "declined": "Your organization left the sale",
    "barred": "Your organization does not take part",
}
NEXT_FOR_OTHERS: dict[str, str] = {
    SaleStatus.DRAFT: "The seller prepares it",
    SaleStatus.OPEN: "Bids come in",
    SaleStatus.CLOSED: "Openers open the bids",
    SaleStatus.OPENED: "The seller decides",
    SaleStatus.AUCTION: "The open auction runs",
    SaleStatus.FINAL_ROUND: "Final bids come in",
    SaleStatus.AWARDED: "Settles with the buyers",
}


def is_in_time(sale: Sale, at: datetime) -> bool:
    """False between a deadline and the closing of its record."""
    return sale.status not in TAKES_BIDS or sale.bids_due_at is None or at <= sale.bids_due_at
