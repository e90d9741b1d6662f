"""The history of a sale as a timeline and as a file: bidders read what is public, and no names but their own side's."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import QuerySet

from config.ui import dates, numbers
from portfolios.domain.saleterms import Terms
from portfolios.models import Sale, SaleEvent
from portfolios.queries.sales.people import Side

COUNTS = ("entries", "bids", "conforming", "envelopes")
HEADER = ("at", "person", "organization", "step", "note", "facts")
# What an event says, and its tone.
WORDS: dict[str, tuple[str, str]] = {
    "created": ("began the sale", ""),
    "openers_named": ("named openers", ""),
    "draft_ended": ("ended the draft", ""),
    "announced": ("announced the sale", "accent"),
    "invited": ("invited an organization", ""),
    "invitation_taken_back": ("took an invitation back", ""),
    "agreement_signed": ("signed the confidentiality agreement", "pass"),
    "qualified": ("qualified a bidder", "pass"),
    "barred": ("kept an organization out", "fatal"),
    "declined": ("left the sale", ""),
    "answered": ("answered a question to all", ""),
    "document": ("put a document into the data room", ""),
    "document_withdrawn": ("withdrew a document", "warning"),
    "addendum": ("published an addendum", "warning"),
    "tape_taken": ("took the redacted tape", ""),
    "closed": ("The record was closed", "warning"),
    "parts_given": ("gave the parts of the keys", ""),
    "parts_disagree": ("gave parts with which not every envelope opens", "warning"),
    "opened_without": ("had the bids opened without those that stayed shut", "warning"),
    "opened": ("All bids were opened", "accent"),
    "cancelled": ("canceled the sale", "fatal"),
    "told": ("Notices were sent", ""),
    "late_bid": ("came too late with a bid, which was not taken", "warning"),
    "rehearsal_asked": ("Openers were asked for a rehearsal", ""),
    "rehearsed": ("opened the rehearsal envelope", "pass"),
    "need_recorded": ("recorded what this kind of sale needs", ""),
    "list_facts": ("stated facts of a list of customers", ""),
    "shared_loss": ("stated the shared-loss agreement", ""),
    "adviser_named": ("named the adviser", ""),
    "adviser_approved": ("gave the receiver's approval of the adviser", "pass"),
    "adviser_refused": ("gave the receiver's refusal of the adviser", "fatal"),
    "adviser_ended": ("let the adviser go", "warning"),
    "bid_cured": ("cured a bid", "warning"),
    "final_round": ("asked for best and final bids", "accent"),
    "award_proposed": ("proposed the award", ""),
    "awarded": ("confirmed the award", "pass"),
    "all_rejected": ("rejected all bids", "fatal"),
    "auction_started": ("started the open auction", "accent"),
    "auction_closed": ("The open auction ended", "accent"),
}
# Facts worth a word on the page; the file has all of them.
SAID: dict[str, Callable[[Any], str]] = {
    "organization": str,
    "title": str,
    "adviser": str,
    "said_by": str,
    "reference": str,
    "opener": lambda name: f"opener {name}",
    "openers": str,
    "mailed": lambda number: f"{numbers.count(number)} by mail",
    "lot": lambda code: f"lot {code}",
    "number": lambda number: f"addendum {number}",
    "until": lambda day: f"until {dates.day_year(date.fromisoformat(day))}",
    "deposit": lambda deposit: f"deposit {numbers.money_cents(deposit)}",
    "entries": lambda number: f"{numbers.count(number)} entries",
    "envelopes": lambda number: f"{numbers.count(number)} envelopes deleted unread",
    "upb": lambda upb: numbers.money_cents(upb),
    "shut": lambda positions: f"entry {', '.join(map(str, positions))} stays shut",
    "groups": lambda groups: f"parts of {'; '.join(groups)}",
    "head": lambda sha256: f"head {numbers.fingerprint(sha256)}",
    "terms": lambda sha256: f"terms {numbers.fingerprint(sha256)}",
    "tape": lambda sha256: f"tape {numbers.fingerprint(sha256)}",
    "sha256": lambda sha256: f"SHA-256 {numbers.fingerprint(sha256)}",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the timeline, with its time in the sale's own zone."""

    who: str
    what: str
    note: str
    tone: str
    said_at: str
    at: datetime


def events_of(sale: Sale, side: Side) -> QuerySet[SaleEvent]:
    """All events for the seller and the openers, public ones for bidders."""
    events = sale.events.select_related("by__organization")
    return events.filter(public=True) if side == Side.BIDDER else events


def entries(sale: Sale, side: Side, *, without: Sequence[str] = ()) -> list[Entry]:
    """The timeline, newest first; `without` names kinds of events to leave out. Notices that nobody got are no step."""
    told = events_of(sale, side).exclude(kind__in=without).exclude(kind="told", facts__mailed=0)
    return [entry_of(event, sale, side) for event in told]


def entry_of(event: SaleEvent, sale: Sale, side: Side) -> Entry:
    words, tone = WORDS.get(event.kind, (event.kind.replace("_", " "), ""))
    local = event.at.astimezone(ZoneInfo(sale.time_zone))
    when = f"{dates.day_year(local.date())}, {dates.clock(local, seconds=True)} {dates.zone(local)}"
    who = person(event, sale, side)
    what = words if who or words[:1].isupper() else words.capitalize()
    note = " · ".join(filter(None, (event.note, facts_of(event, hidden(sale, side)))))
    return Entry(who, what, note, tone, when, event.at)


def person(event: SaleEvent, sale: Sale, side: Side) -> str:
    """Who did it; to bidders the seller is one, whoever of its people it was."""
    if event.by is None:
        return ""
    is_seller = event.by.organization_id == sale.seller_id
    return str(sale.seller) if side == Side.BIDDER and is_seller else str(event.by)


def hidden(sale: Sale, side: Side) -> frozenset[str]:
    """Facts that this side may not know: how many bids came in, where the terms keep that to the seller."""
    return frozenset() if side != Side.BIDDER or Terms.from_json(sale.terms).count_shown else frozenset(COUNTS)


def facts_of(event: SaleEvent, left_out: frozenset[str] = frozenset()) -> str:
    """The evidence of an event in words."""
    return " · ".join(
        say(event.facts[name])
        for name, say in SAID.items()
        if name not in left_out and event.facts.get(name) not in (None, "")
    )


def table(sale: Sale, side: Side) -> pl.DataFrame:
    """The history as a file, newest first; times in UTC."""
    return pl.DataFrame(list(rows(sale, side)), schema=dict.fromkeys(HEADER, pl.String), orient="row")


def rows(sale: Sale, side: Side) -> Iterator[tuple[str, ...]]:
    """The lines of the file. The text of an agreement is read on its own page."""
    left_out = hidden(sale, side) | {"text"}
    for event in events_of(sale, side):
        who = person(event, sale, side)
        of = str(event.by.organization) if event.by else ""
        told = {name: value for name, value in sorted(event.facts.items()) if name not in left_out}
        facts = "; ".join(f"{name}={value}" for name, value in told.items())
        yield (event.at.isoformat(), who, of, event.kind, event.note, facts)
