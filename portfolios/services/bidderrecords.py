"""A sale's record for its bidders: out of the whole record, without the prices that lost."""

import hashlib
from typing import Any

from portfolios.domain.salerecord import Awarded, BidderRecord, Given, Head, Sides, for_bidder, moment
from portfolios.domain.sealing import canonical
from portfolios.models import Bidder, OpeningPart, Sale, SaleEvent
from portfolios.services.salehashes import announced_in
from portfolios.services.salerecords import auction_of, bidder_name, record_of


def bidder_record_of(sale: Sale, bidder: Bidder | None) -> BidderRecord:
    """What this bidder may hold of the record; without one, what everybody may who took part."""
    return for_bidder(
        record_of(sale),
        bidder_name(bidder) if bidder else "",
        awards=awards_of(sale),
        auction=auction_of(sale),
        sides=sides_of(sale),
    )


def awards_of(sale: Sale) -> list[Awarded]:
    """The awards that two people signed, in full."""
    awards = sale.awards.filter(confirmed_at__isnull=False).select_related("offer__bid__entry__bidder").order_by("pk")
    return [
        Awarded(
            lots=tuple(sorted(each.offer.prices)),
            offer=each.offer.code,
            bidder=bidder_name(each.offer.bid.entry.bidder) if each.offer.bid.entry.bidder else "",
            amount=each.amount,
            cover=each.cover,
        )
        for each in awards
    ]


def sides_of(sale: Sale) -> Sides:
    """Who opened when, the heads that were sent out, and what was announced."""
    return Sides(
        openers=dict(sale.openers.order_by("name").values_list("name", "public_key")),
        given=given_in(sale),
        heads=heads_of(sale),
        terms_hash=sale.terms_hash,
        announced=announced_of(sale),
    )


def given_in(sale: Sale) -> tuple[Given, ...]:
    """When each opener first gave parts of a round's envelopes."""
    rows = OpeningPart.objects.filter(bid__sale=sale).values_list("bid__round", "opener__name", "given_at")
    first: dict[tuple[int, str], str] = {}
    for round_, name, at in rows.order_by("given_at"):
        first.setdefault((round_, name), moment(at))
    return tuple(Given(round_, name, at) for (round_, name), at in sorted(first.items()))


def heads_of(sale: Sale) -> tuple[Head, ...]:
    """The head of every round, as its closing noted it."""
    closed = SaleEvent.objects.filter(sale=sale, kind="closed").order_by("at", "pk")
    return tuple(
        Head(number, moment(each.at), str(each.facts["head"]), int(each.facts["entries"]))
        for number, each in enumerate(closed, start=1)
    )


def announced_of(sale: Sale) -> dict[str, Any]:
    """What the hash of the terms is over; empty once an addendum or a withdrawn lot changed what was announced."""
    first = sale.addenda.order_by("number").values_list("replaces_sha256", flat=True).first()
    due = sale.first_due_at or sale.bids_due_at
    found = announced_in(sale, first or sale.tape_sha256) | {"due": moment(due) if due else ""}
    same = hashlib.sha256(canonical(found)).hexdigest() == sale.terms_hash
    return found if same else {}
