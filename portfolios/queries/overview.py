"""The lender's overview: what needs this person first, then the bundles, then what could be done better."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import Count, Sum
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from config.ui import numbers
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run, RunRule
from loans.domain.lifecycles import TapeStatus
from loans.models import TapeVersion
from loans.queries.tapes import shown_status
from portfolios.domain.lifecycles import WITH_PURCHASER, BundleStatus
from portfolios.domain.sales import LotStatus, SaleStatus
from portfolios.models import Bundle, Lot
from portfolios.queries.bundles import OPEN, UNDER_WAY, Sums, held_lot, listed, sums

SHOWN, TAPES, RULES = 8, 5, 5
SELDOM = 0.05  # findings for every 1,000 loans below which a rule is not worth a line
LATEST_CHECKS, LATEST_APPROVALS = 10, 50
DAY = 86_400  # seconds
ON_OFFER = tuple(status for status in UNDER_WAY if status not in (SaleStatus.AWARDED, SaleStatus.SETTLED))


@dataclass(frozen=True)
class Need:
    """Something that waits for this person: what, the consequence, by when, and the button that leads there."""

    mark: str
    title: str
    note: str
    button: str
    url: str
    due: date | None = None
    tone: str = ""


@dataclass(frozen=True)
class Offer:
    """What bidders are asked to price: lots, the sales they are in, and their UPB in USD."""

    lots: int
    sales: int
    upb: Decimal

    @property
    def words(self) -> str:
        lots, sales = numbers.units(self.lots, "lot"), numbers.units(self.sales, "sale")
        return f"{lots} in {sales}" if self.lots else "no lot on offer"


@dataclass(frozen=True)
class Overview:
    needs: list[Need]
    bundles: list[Bundle]
    tapes: Sequence[TapeVersion]
    tripped: list[tuple[RunRule, float]]
    figures: dict[str, Sums]
    clean_share: float | None
    offer: Offer | None
    days: list[float]

    @property
    def notes(self) -> dict[str, str]:
        """What stands below the figures."""
        return {
            "in_review": f"{numbers.units(self.in_review[1], 'bundle')} being decided",
            "approved": numbers.units(self.approved.loans, "loan"),
            "offer": self.offer.words if self.offer else "",
            "days": f"median of the latest {len(self.days)}" if len(self.days) > 1 else "submitted to signed twice",
        }

    @property
    def days_to_approval(self) -> float | None:
        return median(self.days) if self.days else None

    @property
    def in_review(self) -> tuple[Decimal, int]:
        """UPB and number of bundles that are with a purchaser."""
        rows = [self.figures[status] for status in WITH_PURCHASER if status in self.figures]
        return sum((row.upb for row in rows), Decimal(0)), sum(row.bundles for row in rows)

    @property
    def approved(self) -> Sums:
        return self.figures.get(BundleStatus.APPROVED, Sums())


def overview(user: User) -> Overview:
    """All of the page, in about ten queries."""
    bundles = list(listed(user).filter(status__in=OPEN).order_by("-pk")[:SHOWN])
    versions = TapeVersion.objects.visible_to(user).select_related("tape").defer("columns", "profile", "mapping")
    tapes = list(versions.annotate(shown_status=shown_status()).order_by("-uploaded_at")[:TAPES])
    checks = list(
        Run.objects.visible_to(user)
        .filter(status=RunStatus.DONE)
        .select_related("version__tape")
        .only("loan_count", "loans_with_fatal", "finished_at", "version__tape__name", "fatal_upb", "criteria")
        .order_by("-finished_at")[:LATEST_CHECKS]
    )
    return Overview(
        needs=sorted(needs(user, bundles, checks), key=lambda need: (need.due is None, need.due or date.max)),
        bundles=bundles,
        tapes=tapes,
        tripped=tripped(checks),
        figures=sums(user),
        clean_share=clean_share(checks),
        offer=on_offer(user) if user.has_role(Role.MANAGER) else None,
        days=approval_days(user),
    )


def needs(user: User, bundles: list[Bundle], checks: list[Run]) -> Iterator[Need]:
    """Everything that waits for the lender: cures, drafts, columns, checked tapes nobody bundled."""
    for bundle in bundles:
        yield from of_bundle(bundle)
    waiting = TapeVersion.objects.visible_to(user).filter(status=TapeStatus.MAPPING).select_related("tape")
    for version in waiting.only("tape__name", "filename", "row_count")[:TAPES]:
        what = f"{version.tape.name} · {version.filename}"
        url = reverse("loans:mapping", args=[version.pk])
        yield Need("columns-3", "Confirm the columns", f"{what}; it is not checked until then", "Confirm", url)
    if user.has_role(Role.MANAGER):
        yield from unbundled(checks)


def of_bundle(bundle: Bundle) -> Iterator[Need]:
    """What a bundle wants from the lender."""
    name = f"{bundle.name} · {bundle.number}"
    url = bundle.get_absolute_url()
    if bundle.status == BundleStatus.WITH_LENDER:
        loans = f"{numbers.count(bundle.open_fatal)} loans, {numbers.money_short(bundle.open_fatal_upb)}"
        what = f"{name}: {loans} with open fatal findings drop out unless they are cured"
        yield Need("fatal", f"Cure what {bundle.purchaser} sent back", what, "Cure", url, bundle.due_on, "fatal")
    elif bundle.status == BundleStatus.DRAFT and bundle.measured_at:
        what = f"{name}: {numbers.count(bundle.kept_count)} loans, {numbers.money_short(bundle.kept_upb)}"
        if bundle.purchaser_id:
            yield Need("send", f"Submit to {bundle.purchaser}", what, "Submit", url)
        elif not held_lot(bundle):
            yield Need("package", "Find a buyer: choose a purchaser or offer it in a sale", what, "Open", url)


def unbundled(checks: list[Run]) -> Iterator[Need]:
    """The newest check from which no bundle was made."""
    used = set(Bundle.objects.filter(run__in=checks).values_list("run_id", flat=True))
    for run in [check for check in checks if check.pk not in used][:2]:
        clean = run.loan_count - run.loans_with_fatal
        what = f"{run.version.tape.name}: {numbers.count(clean)} of {numbers.count(run.loan_count)} loans"
        url = f"{reverse('portfolios:create')}?run={run.pk}"
        yield Need("package", "Bundle the good loans", f"{what} have no open fatal finding", "Bundle", url)


def tripped(checks: list[Run]) -> list[tuple[RunRule, float]]:
    """The rules that found most over the latest checks, with their findings for every 1,000 loans."""
    loans = sum(check.loan_count for check in checks)
    if not loans:
        return []
    rules = RunRule.objects.filter(run__in=checks, fired__gt=0, severity__lt=4).order_by()
    found = rules.values("code", "title", "severity").annotate(times=Sum("fired")).order_by("-times")[:RULES]
    return [
        (RunRule(code=row["code"], title=row["title"], severity=row["severity"]), 1000 * row["times"] / loans)
        for row in found
        if 1000 * row["times"] >= SELDOM * loans
    ]


def clean_share(checks: list[Run]) -> float | None:
    """The fraction of loans without an open fatal finding over the latest checks."""
    loans = sum(check.loan_count for check in checks)
    return 1 - sum(check.loans_with_fatal for check in checks) / loans if loans else None


def on_offer(user: User) -> Offer:
    """The lots of the organization's announced sales that nobody has won yet."""
    lots = Lot.objects.filter(sale__seller=user.organization_id, sale__status__in=ON_OFFER, status=LotStatus.OFFERED)
    found = lots.aggregate(lots=Count("pk"), sales=Count("sale", distinct=True), upb=Sum("upb"))
    return Offer(found["lots"], found["sales"], found["upb"] or Decimal(0))


def approval_days(user: User) -> list[float]:
    """Days from submitting to the second signature, of the latest approved bundles."""
    approved = Bundle.objects.filter(lender=user.organization_id, status=BundleStatus.APPROVED).order_by("-decided_at")
    moments = approved.values_list("submitted_at", "decided_at")[:LATEST_APPROVALS]
    return [(decided - submitted).total_seconds() / DAY for submitted, decided in moments if submitted and decided]
