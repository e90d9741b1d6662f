"""The head of every page of a sale: its state, its dates as steps, and the tabs that this person has."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.urls import reverse

from accounts.models import User
from config.ui.meanings import state_of
from portfolios.domain.sales import TAKES_BIDS, SaleStatus
from portfolios.domain.saleterms import kinds
from portfolios.models import Sale
from portfolios.queries.advisers import sees_adviser
from portfolios.queries.auctions.tabs import has_needs, holds_auction, shares_losses
from portfolios.queries.sales.people import Side, opener_of, side_of
from portfolios.queries.settlements.waiting import has_settlement

CHIPS: dict[str, tuple[str, str]] = {
    SaleStatus.DRAFT: ("", "pen-line"),
    SaleStatus.OPEN: ("accent", "lock"),
    SaleStatus.CLOSED: ("warning", "lock"),
    SaleStatus.OPENED: ("info", "lock-open"),
    SaleStatus.AUCTION: ("accent", "gavel"),
    SaleStatus.FINAL_ROUND: ("accent", "lock"),
    SaleStatus.AWARDED: ("pass", "check"),
    SaleStatus.SETTLED: ("", "check"),
    SaleStatus.NO_AWARD: ("", "ban"),
    SaleStatus.CANCELLED: ("", "ban"),
}
# The step that a sale is at; those before it are done, and a sale that ended early has none ahead.
AT_STEP: dict[str, int] = {
    SaleStatus.DRAFT: 0,
    SaleStatus.OPEN: 2,
    SaleStatus.CLOSED: 3,
    SaleStatus.OPENED: 4,
    SaleStatus.AUCTION: 4,
    SaleStatus.FINAL_ROUND: 4,
    SaleStatus.AWARDED: 5,
    SaleStatus.SETTLED: 6,
}
Count = Callable[[Sale], int | None]
Held = Callable[[Sale, User], object]


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the sale with its day, if it has one."""

    label: str
    day: date | None = None
    done: bool = False
    current: bool = False


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the sale: the name of its address, who has it, while the sale is a draft or after, and a number."""

    label: str
    name: str
    sides: frozenset[Side]
    drafts: bool = True
    announced: bool = True
    count: Count | None = None
    only: Held | None = None  # for whom of these sides, where not for all


def bidders_of(sale: Sale) -> int:
    return sale.bidders.count()


def documents_of(sale: Sale) -> int:
    return sale.documents.filter(withdrawn_at=None).count()


def unanswered(sale: Sale) -> int | None:
    """Open questions; no number where there is none."""
    return sale.questions.filter(published_at=None).count() or None


def is_opened(sale: Sale, _: User) -> bool:
    return sale.opened_at is not None


def is_minuted(sale: Sale, _: User) -> bool:
    """Minutes stand while no further round is under way."""
    return sale.opened_at is not None and sale.status not in (SaleStatus.FINAL_ROUND, SaleStatus.CLOSED)


SELLER, BIDDER, OPENER = (frozenset({side}) for side in (Side.SELLER, Side.BIDDER, Side.OPENER))
# Every room adds its own views here, in the order they stand in.
TABS: list[Tab] = [
    Tab("Sale", "sale", SELLER | BIDDER | OPENER),
    Tab("Offering summary", "sale-summary", SELLER | BIDDER | OPENER, drafts=False),
    Tab("Lots", "sale-lots", SELLER, announced=False),
    Tab("Terms", "sale-terms", SELLER, announced=False),
    Tab("Openers", "sale-openers", SELLER, announced=False),
    Tab("Bidders", "sale-bidders", SELLER, count=bidders_of),
    Tab("Data room", "room", SELLER | BIDDER, count=documents_of),
    Tab("Questions", "sale-questions", SELLER, drafts=False, count=unanswered),
    Tab("Addenda", "sale-addenda", SELLER, drafts=False),
    Tab("Reserve", "sale-reserve", SELLER, drafts=False),
    Tab("Your key", "sale-key", SELLER, only=opener_of),
    Tab("What it needs", "sale-needs", SELLER, only=has_needs),
    Tab("Adviser", "sale-adviser", SELLER | OPENER, only=sees_adviser),
    Tab("Auction", "sale-auction", SELLER | BIDDER, only=holds_auction),
    Tab("Shared loss", "sale-shared-loss", SELLER, only=shares_losses),
    Tab("Opening", "sale-opening", SELLER | OPENER, drafts=False, only=opener_of),
    Tab("Result", "sale-result", BIDDER, drafts=False, only=is_opened),
    Tab("Minutes", "sale-minutes", SELLER | OPENER, drafts=False, only=is_minuted),
    Tab("Settlement", "settlements", SELLER | BIDDER, drafts=False, only=has_settlement),
    Tab("History", "sale-history", SELLER | BIDDER | OPENER),
]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above every page of a sale."""

    sale: Sale
    side: Side
    word: str
    kind: str
    tone: str
    mark: str
    steps: tuple[Step, ...]
    tabs: tuple[dict[str, Any], ...]
    now: datetime

    @property
    def takes_bids(self) -> bool:
        """In time by the server's clock, not only by the status that a task sets a little later."""
        due = self.sale.bids_due_at
        return self.sale.status in TAKES_BIDS and due is not None and self.now <= due


def heading(sale: Sale, user: User, at: datetime, *, tab: str = "sale") -> Heading:
    """The head of a sale's page; `tab` is the name of the address that is shown."""
    side = side_of(sale, user)
    tone, mark = CHIPS[sale.status]
    word, kind = state_of(f"sale_{sale.status}").word, kinds()[sale.kind].title
    return Heading(sale, side, word, kind, tone, mark, steps(sale), tabs(sale, user, side, tab), at)


def tabs(sale: Sale, user: User, side: Side, current: str) -> tuple[dict[str, Any], ...]:
    """The views that this person has of the sale as it stands."""
    draft = sale.status == SaleStatus.DRAFT
    open_now = [tab for tab in TABS if side in tab.sides and (tab.drafts if draft else tab.announced)]
    shown = [tab for tab in open_now if tab.only is None or tab.only(sale, user)]
    return tuple(
        {
            "label": tab.label,
            "url": reverse(f"portfolios:{tab.name}", args=[sale.number]),
            "current": tab.name == current,
            "count": tab.count(sale) if tab.count else None,
        }
        for tab in shown
    )


def steps(sale: Sale) -> tuple[Step, ...]:
    """The six steps of every sale, each with the day it happened or is due, in the sale's own zone."""
    at = AT_STEP.get(sale.status)
    days = {
        "Announced": day_of(sale, sale.announced_at),
        "Data room": data_room_opened(sale),
        "Bids due": day_of(sale, sale.bids_due_at),
        "Opened": day_of(sale, sale.opened_at or sale.bids_due_at),
        "Award": day_of(sale, sale.awarded_at) or sale.award_due_on,
        "Settlement": sale.settles_on,
    }
    reached = at if at is not None else (2 if sale.announced_at else 0)
    return tuple(
        Step(label, day, done=place < reached, current=place == at) for place, (label, day) in enumerate(days.items())
    )


def day_of(sale: Sale, moment: datetime | None) -> date | None:
    """The day of a moment where the sale is held."""
    return moment.astimezone(ZoneInfo(sale.time_zone)).date() if moment else None


def data_room_opened(sale: Sale) -> date | None:
    """When bidders could first read something: with the announcement at the earliest, where the tapes are opened."""
    first = sale.documents.aggregate(first=Min("uploaded_at"))["first"]
    if sale.announced_at is None:
        return None
    return day_of(sale, max(first or sale.announced_at, sale.announced_at))
