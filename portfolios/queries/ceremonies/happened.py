"""What happened around the opening, newest first, for the record panel and the minutes."""

from dataclasses import dataclass
from datetime import datetime

from portfolios.domain.sales import EntryKind
from portfolios.models import Opener, OpeningPart, Sale, SaleEvent, SealedBid
from portfolios.queries.ceremonies.bids import Late, late_bids

TOLD_KINDS = ("award_proposed", "awarded", "all_rejected", "final_round", "bid_cured", "closed", "opened",
              "auction_started", "auction_closed")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the panel."""

    what: str
    at: datetime
    note: str = ""
    tone: str = ""


def events_of(sale: Sale) -> list[Happening]:
    """The steps of the opening and what came before them, newest first."""
    found = [of_event(event) for event in SaleEvent.objects.filter(sale=sale, kind__in=TOLD_KINDS).select_related("by")]
    found += [of_late(late) for late in late_bids(sale)]
    found += of_entries(sale)
    return sorted(found, key=lambda each: each.at, reverse=True)


def of_event(event: SaleEvent) -> Happening:
    """A step in words."""
    who = event.by.name if event.by else ""
    facts = event.facts
    lines: dict[str, tuple[str, str, str]] = {
        "closed": (f"Record closed with {facts.get('entries')} entries", f"head {str(facts.get('head', ''))[:12]}", ""),
        "opened": (opened_words(facts), f"keys of {keys_of(event.sale)}", "accent"),
        "auction_started": (f"{who} started the open auction", "", "accent"),
        "auction_closed": ("The open auction ended", f"won by {facts.get('winner')}", "accent"),
        "award_proposed": (f"{who} proposed the award", "", ""),
        "awarded": (f"{who} confirmed the award", "", "pass"),
        "all_rejected": (f"{who} rejected all bids", event.note, "fatal"),
        "final_round": (f"{who} asked for best and final bids", "", "accent"),
        "bid_cured": (f"{who} excused a defect", event.note, "warning"),
    }
    what, note, tone = lines[event.kind]
    return Happening(what, event.at, note, tone)


def opened_words(facts: dict[str, int]) -> str:
    count = facts.get("bids", 0)
    return f"{count} bid{'' if count == 1 else 's'} opened together"


def keys_of(sale: Sale) -> str:
    """The names of those who gave parts."""
    givers = Opener.objects.filter(pk__in=OpeningPart.objects.filter(bid__sale=sale).values("opener"))
    return (
        ", ".join(givers.select_related("user").order_by("user__name").values_list("user__name", flat=True)) or "nobody"
    )


def of_late(late: Late) -> Happening:
    return Happening(f"1 bid refused: {lateness(late.seconds)} late", late.at, late.bidder, "fatal")


def lateness(seconds: float) -> str:
    """How late: 41 seconds; thousandths below one second, so that nothing is said to be 0 late."""
    if seconds < 1:
        return f"{max(round(seconds * 1000), 1)} ms"
    return f"{seconds:,.0f} second{'' if round(seconds) == 1 else 's'}"


def of_entries(sale: Sale) -> list[Happening]:
    """The first bid that was sealed, and the last replacement of one."""
    bids = SealedBid.objects.filter(sale=sale, kind=EntryKind.BID).order_by("position").only("at", "seq")
    first, last = bids.first(), bids.filter(seq__gt=1).last()
    found = [Happening("First bid sealed", first.at)] if first else []
    return found + ([Happening("Last replacement of a bid", last.at)] if last else [])
