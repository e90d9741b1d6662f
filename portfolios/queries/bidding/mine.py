"""All sales to which an organization is invited, each with its standing, its receipt and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from portfolios.domain.sales import SEEN_BY_BIDDERS, TAKES_BIDS, SaleStatus
from portfolios.models import Bidder, Sale, SealedBid
from portfolios.queries.bidding.outcomes import Outcome, outcomes_of
from portfolios.queries.bidding.receipts import SEALED, SUPERSEDED, WITHDRAWN, state_of

GROUPS = ("Taking bids", "Waiting for the opening or the award", "Ended")
WAITING = (SaleStatus.CLOSED, SaleStatus.OPENED, SaleStatus.AUCTION)


@dataclass(frozen=True, slots=True)
class Line:
    """A sale in the list. `entry` is the bid that stands, or stood at the deadline."""

    bidder: Bidder
    entry: SealedBid | None
    superseded: int
    withdrawn: bool
    outcome: Outcome | None
    in_time: bool

    @property
    def sale(self) -> Sale:
        return self.bidder.sale

    @property
    def group(self) -> str:
        if self.in_time:
            return GROUPS[0]
        waits = self.sale.status in (*WAITING, *TAKES_BIDS)
        return GROUPS[1] if waits else GROUPS[2]


def my_bids(user: User, at: datetime) -> list[tuple[str, list[Line]]]:
    """Sales by what they wait for, those that are due first in front."""
    invited = Bidder.objects.filter(organization_id=user.organization_id, sale__status__in=SEEN_BY_BIDDERS)
    invited = invited.filter(sale__announced_at__isnull=False)
    bidders = list(invited.select_related("sale__seller", "organization").order_by("sale__bids_due_at"))
    entries, outcomes = entries_of(bidders), outcomes_of(bidders)
    lines = [line_of(bidder, entries.get(bidder.pk, []), outcomes.get(bidder.pk), at) for bidder in bidders]
    grouped = [(group, [line for line in lines if line.group == group]) for group in GROUPS]
    return [(group, held) for group, held in grouped if held]


def entries_of(bidders: Iterable[Bidder]) -> dict[int, list[SealedBid]]:
    """Entries by bidder, newest first, without their envelopes."""
    rows = SealedBid.objects.filter(bidder__in=bidders).defer("envelope").order_by("-position")
    found: dict[int, list[SealedBid]] = {}
    for entry in rows:
        found.setdefault(entry.bidder_id or 0, []).append(entry)
    return found


def line_of(bidder: Bidder, entries: list[SealedBid], outcome: Outcome | None, at: datetime) -> Line:
    here = [entry for entry in entries if entry.round == bidder.sale.round]
    states = [(entry, state_of(entry, here)) for entry in here]
    due = bidder.sale.bids_due_at
    return Line(
        bidder=bidder,
        entry=next((entry for entry, state in states if state == SEALED), None),
        superseded=sum(state == SUPERSEDED for _, state in states),
        withdrawn=bool(states) and any(state == WITHDRAWN for _, state in states[:2]),
        outcome=outcome,
        in_time=bidder.sale.status in TAKES_BIDS and due is not None and at <= due,
    )
