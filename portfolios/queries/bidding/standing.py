"""How far a bidder is: what it has done, what is missing, and who must act."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from config.ui import dates
from portfolios.domain.sales import TAKES_BIDS, BidderStatus
from portfolios.models import Bidder

DONE, NOW, WAITS = "done", "now", "waits"


@dataclass(frozen=True, slots=True)
class Task:
    """A step towards bidding. `state` is done, now or waits; `url` names the address where it is done."""

    label: str
    state: str
    note: str
    url: str = ""
    button: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a bidder stands, in one sentence and in steps."""

    status: str
    sentence: str
    tasks: tuple[Task, ...]
    out: bool
    qualified: bool

    @property
    def signed(self) -> bool:
        return self.status in (BidderStatus.CONFIDENTIAL, BidderStatus.QUALIFIED)


def standing(bidder: Bidder, at: datetime, *, sealed: bool) -> Standing:
    """What the bidder's page says at its top, as of a moment."""
    today = at.astimezone(ZoneInfo(bidder.sale.time_zone)).date()
    qualified = bidder.status == BidderStatus.QUALIFIED and not ended(bidder, today)
    out = bidder.status in (BidderStatus.DECLINED, BidderStatus.BARRED)
    tasks = () if out else (agreement(bidder), statement(bidder), qualification(bidder, today), bid(qualified, sealed))
    return Standing(bidder.status, sentence(bidder, tasks, today), tasks, out, qualified)


def ended(bidder: Bidder, today: date) -> bool:
    return bidder.qualified_until is not None and bidder.qualified_until < today


def sentence(bidder: Bidder, tasks: tuple[Task, ...], today: date) -> str:
    """What is missing and who must act; empty for a bidder who can bid."""
    if bidder.status == BidderStatus.DECLINED:
        return "Your organization declined to take part in this sale. The seller can invite it again."
    if bidder.status == BidderStatus.BARRED:
        return f"The seller has barred your organization from this sale: {bidder.note}"
    if bidder.sale.status not in TAKES_BIDS:
        return ""
    if bidder.status == BidderStatus.INVITED:
        return "Sign the confidentiality agreement to see the data room and the redacted tapes."
    if ended(bidder, today):
        return f"Your qualification ended on {dates.day_year(bidder.qualified_until)}. The seller can renew it."
    if bidder.status == BidderStatus.CONFIDENTIAL:
        waiting = "The seller now decides whether you may bid." if bidder.statement else ""
        return waiting or "Send the qualification statement, so that the seller can let you bid."
    return ""


def agreement(bidder: Bidder) -> Task:
    if bidder.status == BidderStatus.INVITED:
        note = "Opens the data room and the redacted tapes"
        return Task("Confidentiality agreement", NOW, note, "sale-agreement", "Read and sign")
    local = bidder.signed_at.astimezone(ZoneInfo(bidder.sale.time_zone)) if bidder.signed_at else None
    return Task("Confidentiality agreement", DONE, f"Signed {dates.day_year(local)}", "sale-agreement", "Read")


def statement(bidder: Bidder) -> Task:
    label = "Qualification statement"
    if bidder.statement:
        return Task(label, DONE, "With the seller", "sale-qualification", "Read or change")
    if bidder.status == BidderStatus.INVITED:
        return Task(label, WAITS, "After the agreement")
    note = "Who you are, with what money you buy, who services"
    return Task(label, NOW, note, "sale-qualification", "Answer")


def qualification(bidder: Bidder, today: date) -> Task:
    label = "Qualified by the seller"
    if bidder.status != BidderStatus.QUALIFIED:
        return Task(label, WAITS, "The seller decides" if bidder.statement else "After the statement")
    if ended(bidder, today):
        return Task(label, WAITS, f"Ended {dates.day_year(bidder.qualified_until)}; the seller can renew it")
    until = dates.day_year(bidder.qualified_until) if bidder.qualified_until else "the sale ends"
    return Task(label, DONE, f"Until {until}")


def bid(qualified: bool, sealed: bool) -> Task:
    if sealed:
        return Task("Sealed bid", DONE, "You can replace or withdraw it until the deadline")
    return Task("Sealed bid", NOW if qualified else WAITS, "On this page" if qualified else "Once you are qualified")
