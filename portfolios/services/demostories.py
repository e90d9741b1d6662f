"""The three sales of the demonstration: one takes bids, one waits for its award, one is being settled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.models import User
from portfolios.models import Bundle
from portfolios.services.demosales import DAY, ZONE, Told

KEY_NOTE = "Advances are paid at 100% on settlement, outside the price."


@dataclass(frozen=True, slots=True)
class Cast:
    """Who takes part: bidders by the order in which they bid, openers by the names envelopes give them."""

    bidders: tuple[User, ...]
    openers: Mapping[str, User]
    password: str


def two_o_clock(at: datetime, days: int) -> datetime:
    """2 p.m. in the sales' zone, some days from a moment."""
    zone = ZoneInfo(ZONE)
    return datetime.combine(at.astimezone(zone).date() + timedelta(days=days), time(14), zone)


def taking_bids(cast: Cast, seller: User, lots: Mapping[str, Bundle], at: datetime) -> Told:
    """Announced nine days ago, five days to go: two bids and the reserve are sealed; a question waits."""
    begun = at - 10 * DAY
    told = Told.drafted(name="Project Kestrel", kind="bulk", seller=seller, begun=begun, due=two_o_clock(at, 5))
    told.offering(lots)
    told.opened_by(cast.openers, cast.password, begun)
    first, second, third = told.announced(at - 9 * DAY, cast.bidders[:3])
    one, two, three = cast.bidders[:3]
    told.document(
        "Offering summary", 1, "Fixed-rate first liens, serviced by the seller, sold servicing released.", begun
    )
    told.document("Servicing practices", 2, KEY_NOTE, at - 8 * DAY)
    told.document(
        "Form of the purchase agreement", 3, "Drawn up from the announced terms after the award.", at - 8 * DAY
    )
    told.asked(first, one, at - 4 * DAY, "Are escrow advances included in the price?", f"No. {KEY_NOTE}")
    told.asked(third, three, at - DAY / 2, "Which loans carry lender-paid mortgage insurance?", "")
    told.rehearsed(("seller", "witness"), at - 4 * DAY)
    told.reserved(at - 6 * DAY, "97")
    told.bid(first, one, at - 2 * DAY, {"A": "98.25", "B": "97.5", "C": "95.125"})
    told.bid(second, two, at - DAY, {"A": "98.875"}, {"C": "96.5"})
    return told


def opened(cast: Cast, seller: User, lots: Mapping[str, Bundle], at: datetime) -> Told:
    """Opened yesterday: a linked bid against single ones, a tie, a condition; the award is to be proposed."""
    begun, due = at - 17 * DAY, two_o_clock(at, -1)
    told = Told.drafted(name="Project Heron", kind="bulk", seller=seller, begun=begun, due=due, cover_published=True)
    told.offering(lots)
    told.opened_by(cast.openers, cast.password, begun)
    guests = told.announced(due - 14 * DAY, cast.bidders)
    told.rehearsed(tuple(cast.openers), due - DAY)
    told.reserved(due - 3 * DAY, "97")
    offers = (
        ({"A": "98.412", "B": "98.412", "C": "98.412"},),
        ({"A": "98.287", "B": "98.287", "C": "98.287"}, {"A": "99.12"}, {"B": "97.35"}),
        ({"B": "97.35"}, {"C": "96.902"}),
        ({"A": "97.655", "B": "97.655", "C": "97.655"},),
    )
    for number, (bidder, who) in enumerate(zip(guests, cast.bidders, strict=True)):
        condition = "Keeps the servicing" if number == len(guests) - 1 else ""
        told.bid(bidder, who, due - DAY + number * DAY / 12, *offers[number], conditions=condition)
    told.opened(due + DAY / 96)
    return told


def settling(cast: Cast, seller: User, second: User, lots: Mapping[str, Bundle], at: datetime) -> Told:
    """Awarded a week ago: the buyer looks at the loans once more."""
    begun, due = at - 26 * DAY, two_o_clock(at, -9)
    told = Told.drafted(name="Project Tern", kind="bulk", seller=seller, begun=begun, due=due)
    told.offering(lots)
    told.opened_by(cast.openers, cast.password, begun)
    guests = told.announced(due - 14 * DAY, cast.bidders[:2])
    for number, (bidder, who) in enumerate(zip(guests, cast.bidders, strict=False)):
        told.bid(bidder, who, due - DAY + number * DAY / 12, {"A": ("99.375", "98.75")[number]})
    told.opened(due + DAY / 96)
    told.awarded(second, due + 2 * DAY)
    return told
