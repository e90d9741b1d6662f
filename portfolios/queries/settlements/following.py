"""What follows a settlement, for its page: notices of the transfer, documents that are owed, claims."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from portfolios.domain.settlement import CLAIM_TRANSITIONS, ClaimState
from portfolios.domain.settlement.days import overdue_from
from portfolios.domain.settlement.following import DocumentState, Notice, document_state, notices
from portfolios.models import RepurchaseClaim, Settlement, TrailingDocument
from portfolios.queries.settlements.figures import terms_of

PAGE = 50
SHOWS = ("open", "overdue", "delivered", "accepted")


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice to borrowers with its last day, and the day it was sent."""

    notice: Notice
    due: date | None
    sent_on: date | None
    late: bool
    mine: bool


def notice_lines(settlement: Settlement, *, today: date, side: str) -> list[NoticeLine]:
    """Both notices of a transfer, as far as its day is set; none where the servicing is retained."""
    if terms_of(settlement).servicing == "retained":
        return []
    return [_notice_line(settlement, notice, today, side) for notice in notices()]


def _notice_line(settlement: Settlement, notice: Notice, today: date, side: str) -> NoticeLine:
    due = notice.due(settlement.transfers_on) if settlement.transfers_on else None
    told = settlement.notices.get(notice.code)
    sent = date.fromisoformat(told) if told else None
    late = due is not None and (sent or today) > due
    return NoticeLine(notice, due, sent, late, notice.by == side)


@dataclass(frozen=True, slots=True)
class DocumentLine:
    document: TrailingDocument
    state: DocumentState


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """Fifty documents of a kind, with the numbers of every kind."""

    lines: Sequence[DocumentLine]
    shown: str
    counts: dict[str, int]
    next: str
    rest: int


def documents_page(settlement: Settlement, *, shown: str, today: date, after: str = "") -> DocumentsPage:
    """Documents that are open, overdue, delivered or accepted, by day and loan, after a key; in two queries."""
    chosen = shown if shown in SHOWS else "open"
    counts = document_counts(settlement, today)
    rows = of_kind(settlement, chosen, today).order_by("due_on", "pk")
    day, _, key = after.partition("_")
    if key.isdecimal() and len(day) == 10:
        rows = rows.filter(Q(due_on=day, pk__gt=int(key)) | Q(due_on__gt=day))
    found = list(rows[: PAGE + 1])
    lines = [DocumentLine(each, state_of(each, today)) for each in found[:PAGE]]
    more = len(found) > PAGE
    following = f"{lines[-1].document.due_on.isoformat()}_{lines[-1].document.pk}" if more else ""
    return DocumentsPage(lines, chosen, counts, following, counts[chosen] - PAGE if more else 0)


def state_of(document: TrailingDocument, today: date) -> DocumentState:
    return document_state(
        due_on=document.due_on,
        delivered_on=document.delivered_on,
        accepted=document.accepted_at is not None,
        today=today,
    )


KINDS = {
    "open": Q(delivered_on=None, accepted_at=None),
    "delivered": Q(delivered_on__isnull=False, accepted_at=None),
    "accepted": Q(accepted_at__isnull=False),
}


def of_kind(settlement: Settlement, chosen: str, today: date) -> QuerySet[TrailingDocument]:
    documents = TrailingDocument.objects.filter(settlement=settlement)
    if chosen == "overdue":
        return documents.filter(KINDS["open"], due_on__lte=overdue_from(today))
    return documents.filter(KINDS[chosen])


def document_counts(settlement: Settlement, today: date) -> dict[str, int]:
    """Documents by where they stand; the overdue ones are among the open ones."""
    wanted = {name: Count("pk", filter=condition) for name, condition in KINDS.items()}
    overdue = Count("pk", filter=KINDS["open"] & Q(due_on__lte=overdue_from(today)))
    return TrailingDocument.objects.filter(settlement=settlement).aggregate(**wanted, overdue=overdue)


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A claim with the steps that the reader may take."""

    claim: RepurchaseClaim
    steps: tuple[tuple[ClaimState, str], ...]

    @property
    def form_name(self) -> str:
        """How the page names the form of this claim, where a refused step is shown."""
        return f"claim-{self.claim.pk}"


BUTTONS = {
    "seller": {
        ClaimState.ACCEPTED: "Accept",
        ClaimState.CONTESTED: "Contest",
        ClaimState.PAID: "Say that it is paid",
    },
    "buyer": {ClaimState.CLOSED: "Close the claim"},
}


def claim_lines(settlement: Settlement, side: str) -> list[ClaimLine]:
    """The claims, newest first, each with what this side can do about it."""
    mine = BUTTONS.get(side, {})
    return [
        ClaimLine(claim, tuple((to, mine[to]) for to in CLAIM_TRANSITIONS[ClaimState(claim.state)] if to in mine))
        for claim in settlement.claims.select_related("made_by", "answered_by")
    ]
