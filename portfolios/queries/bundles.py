"""Bundles as lists show them, and the counts of work that waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Prefetch, QuerySet, Sum

from accounts.models import User
from accounts.roles import OrganizationKind, Role
from portfolios.domain.lifecycles import OPEN_TO_CHANGE, WITH_PURCHASER, BundleStatus
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.models import Bundle, Lot

PAGE = 50
RELATED = ("lender", "purchaser", "criteria", "assigned_to", "reviewed_by", "decided_by", "submitted_by", "work")
OPEN = (*OPEN_TO_CHANGE, *WITH_PURCHASER)
SHOWN: dict[str, tuple[str, ...]] = {
    "open": OPEN,
    "approved": (BundleStatus.APPROVED,),
    "closed": (BundleStatus.REJECTED, BundleStatus.WITHDRAWN),
    "all": tuple(BundleStatus),
}
WORDS = {"open": "Open", "approved": "Approved", "closed": "Rejected or withdrawn", "all": "All"}
HELD_LOTS = (LotStatus.OFFERED, LotStatus.AWARDED, LotStatus.SETTLED)
NOT_UNDER_WAY = (SaleStatus.DRAFT, SaleStatus.CANCELLED, SaleStatus.NO_AWARD)
UNDER_WAY = tuple(status for status in SaleStatus if status not in NOT_UNDER_WAY)
# A list needs none of the stored pictures of its bundles.
HEAVY = ("summary", "rules", "limits", "delivered_limits", "checks", "suggested", "selection")


def listed(user: User) -> QuerySet[Bundle]:
    """Bundles that the person may see, without what only their own pages show; to a lender with their lots."""
    bundles = Bundle.objects.visible_to(user).select_related(*RELATED).defer(*HEAVY)
    return with_lots(bundles) if is_lender(user) else bundles


def with_lots(bundles: QuerySet[Bundle]) -> QuerySet[Bundle]:
    """Bundles with the lots of announced sales that hold them, for pages that ask several times."""
    return bundles.prefetch_related(Prefetch("lots", queryset=holding(), to_attr="holding_lots"))


def holding() -> QuerySet[Lot]:
    """Lots whose bundles bidders price, or have bought."""
    return Lot.objects.filter(status__in=HELD_LOTS, sale__status__in=UNDER_WAY).select_related("sale")


def held_lot(bundle: Bundle) -> Lot | None:
    """The lot of an announced sale that holds a bundle, if one does."""
    found = getattr(bundle, "holding_lots", None)
    return next(iter(found if found is not None else holding().filter(bundle=bundle)), None)


def is_lender(user: User) -> bool:
    return user.organization.kind in {OrganizationKind.LENDER, OrganizationKind.RECEIVER}


@dataclass(frozen=True)
class ListPage:
    """A stretch of the list of bundles under a filter, with the numbers of every filter."""

    bundles: list[Bundle]
    shown: str
    counts: Mapping[str, int]
    next: str
    rest: int

    @property
    def total(self) -> int:
        return self.counts[self.shown]


def list_page(user: User, *, shown: str, after: str) -> ListPage:
    """Fifty bundles, newest first, after a place."""
    chosen = shown if shown in SHOWN else "open"
    bundles = listed(user).filter(status__in=SHOWN[chosen]).order_by("-pk")
    if after.isdecimal():
        bundles = bundles.filter(pk__lt=int(after))
    rows = list(bundles[: 2 * PAGE + 1])
    more = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    return ListPage(rows[:PAGE], chosen, counts(user), more, max(len(rows) - PAGE, 0))


def counts(user: User) -> dict[str, int]:
    """Bundles under each filter of the list."""
    by_status = dict(Bundle.objects.visible_to(user).order_by().values_list("status").annotate(n=Count("pk")))
    return {name: sum(by_status.get(status, 0) for status in statuses) for name, statuses in SHOWN.items()}


@dataclass(frozen=True)
class Group:
    """Bundles of the work queue that are due about the same time."""

    title: str
    bundles: list[Bundle]
    tone: str = ""


@dataclass(frozen=True)
class Queue:
    """The work of a purchaser in order of its due dates."""

    groups: list[Group]
    first: Bundle | None
    total: int
    upb: object
    past_due: int
    today: int


def queue(user: User, *, today: date, show: str = "") -> Queue:
    """Bundles with the purchaser, and those back with a lender, by when an answer is due; `show` narrows them."""
    bundles = listed(user).filter(
        purchaser=user.organization_id, status__in=(*WITH_PURCHASER, BundleStatus.WITH_LENDER)
    )
    rows = [bundle for bundle in bundles.order_by("due_on", "pk") if is_shown(bundle, user, show)]
    groups = [Group(title, [b for b in rows if starts(b, today) == title], tone) for title, tone in GROUPS]
    waiting = [bundle for bundle in rows if is_mine(bundle, user)]
    return Queue(
        groups=[group for group in groups if group.bundles],
        first=waiting[0] if waiting else None,
        total=len(rows),
        upb=sum(bundle.kept_upb for bundle in rows),
        past_due=sum(starts(bundle, today) == GROUPS[0][0] for bundle in rows),
        today=sum(starts(bundle, today) == GROUPS[1][0] for bundle in rows),
    )


GROUPS = (("Past due", "fatal"), ("Today", "warning"), ("Within a week", ""), ("Later", ""), ("Without a date", ""))


def starts(bundle: Bundle, today: date) -> str:
    """The group of the queue that a bundle belongs to."""
    due, titles = bundle.due_on, [title for title, _ in GROUPS]
    if due is None:
        return titles[4]
    if due <= today:
        return titles[0] if due < today else titles[1]
    return titles[2] if due <= today + timedelta(days=7) else titles[3]


def is_shown(bundle: Bundle, user: User, show: str) -> bool:
    """Whether a part of the queue holds a bundle: `mine`, `unassigned`, or all of it."""
    return {"mine": is_mine(bundle, user), "unassigned": is_unassigned(bundle)}.get(show, True)


def is_unassigned(bundle: Bundle) -> bool:
    """Whether a review waits that nobody in particular was asked for."""
    return bundle.status == BundleStatus.IN_REVIEW and bundle.assigned_to_id is None


def reviewers(bundle: Bundle) -> QuerySet[User]:
    """The people of the purchaser who can be asked to review."""
    people = User.objects.filter(organization=bundle.purchaser_id, is_active=True, roles__contains=[Role.REVIEWER])
    return people.order_by("name", "pk")


def is_mine(bundle: Bundle, user: User) -> bool:
    """Whether this person is who the bundle waits for; a review that was assigned waits for that person only."""
    if bundle.status == BundleStatus.IN_REVIEW:
        return user.has_role(Role.REVIEWER) and bundle.assigned_to_id in {None, user.pk}
    return bundle.status == BundleStatus.SECOND and user.has_role(Role.APPROVER) and bundle.reviewed_by_id != user.pk


def to_sign(user: User) -> QuerySet[Bundle]:
    """Reviewed bundles that wait for the second signature, the most urgent first."""
    second = listed(user).filter(purchaser=user.organization_id, status=BundleStatus.SECOND)
    return second.order_by("due_on", "pk")


def signed(user: User) -> QuerySet[Bundle]:
    """The last bundles that this purchaser decided."""
    decided = (BundleStatus.APPROVED, BundleStatus.REJECTED)
    return listed(user).filter(purchaser=user.organization_id, status__in=decided).order_by("-decided_at")[:20]


@dataclass(frozen=True)
class Sums:
    """Bundles at one step, with their kept loans and UPB in USD."""

    bundles: int = 0
    loans: int = 0
    upb: Decimal = Decimal(0)


def sums(user: User) -> dict[str, Sums]:
    """What the lender's bundles add up to by status."""
    rows = Bundle.objects.filter(lender=user.organization_id).order_by().values_list("status")
    totals = rows.annotate(
        n=Count("pk"), kept=Sum("loan_count") - Sum("kicked_out"), balance=Sum("upb") - Sum("kicked_out_upb")
    )
    return {status: Sums(n, kept, balance) for status, n, kept, balance in totals}
