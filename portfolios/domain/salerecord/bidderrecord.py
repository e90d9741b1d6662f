"""A sale's record for those who bid in it: all of the record but the prices that lost.

Of other bidders' envelopes it holds the bytes, never a part of a key, because parts open them. What an award tells is
what the announced terms publish; of its own awards a bidder is told all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from portfolios.domain.auctionrecord import Auction
from portfolios.domain.salerecord.files import record_to_json, sum_of
from portfolios.domain.salerecord.record import Offered, Record, Sealed
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Envelope, NotAnEnvelope, keys_of


@dataclass(frozen=True, slots=True)
class Given:
    """An opener gave its parts of a round's envelopes, as the server noted it."""

    round: int
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class Head:
    """A round's record as it was closed: its head and number of entries, sent out before anything was opened."""

    round: int
    at: str
    head: str
    count: int


@dataclass(frozen=True, slots=True)
class Awarded:
    """An award as told: always its lots; offer, bidder, amount and cover (USD) where this bidder may know them."""

    lots: tuple[str, ...]
    offer: str = ""
    bidder: str = ""
    amount: Decimal | None = None
    cover: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """What a record for bidders tells beside the whole record.

    `openers` are public keys by name. `announced` is what the hash of the terms is over, empty where it cannot be put
    together any more because an addendum changed the lots.
    """

    openers: Mapping[str, str]
    given: tuple[Given, ...]
    heads: tuple[Head, ...]
    terms_hash: str
    announced: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class BidderRecord:
    """The record of one bidder; `bidder` is empty in the one for others who took part, which opens nothing."""

    bidder: str
    sale: str
    deadlines: tuple[str, ...]
    opened_at: str
    decided_at: str
    awarded_at: str
    terms: Terms
    lots: tuple[Offered, ...]
    tapes: tuple[str, ...]
    head: str
    count: int
    entries: tuple[Sealed, ...]  # parts and deposit only in the bidder's own
    contents: Mapping[str, Mapping[str, Any]]  # its own, by receipt
    unread: Mapping[str, str]  # by receipt, of anybody: why an envelope could not be opened
    cured: frozenset[str]  # of its own offers
    awards: tuple[Awarded, ...]
    auction: Auction | None
    sides: Sides
    whole: str  # SHA-256 of the whole record, which the seller and the openers hold
    barred: frozenset[str] = frozenset()  # the bidder itself, or nobody
    tied_lots: frozenset[str] = frozenset()

    def as_record(self) -> Record:
        """What is here as a record, for what is worked out of the bidder's own envelopes."""
        return Record(
            sale=self.sale,
            deadlines=self.deadlines,
            opened_at=self.opened_at,
            decided_at=self.decided_at,
            terms=self.terms,
            lots=self.lots,
            tapes=self.tapes,
            head=self.head,
            count=self.count,
            entries=self.entries,
            contents=self.contents,
            unread=self.unread,
            cured=self.cured,
            awards=(),
            awarded_at=self.awarded_at,
            auction=self.auction,
            barred=self.barred,
            tied_lots=self.tied_lots,
        )

    def deadline_of(self, round_: int) -> str:
        return self.deadlines[round_ - 1]

    def is_own(self, sealed: Sealed) -> bool:
        return bool(self.bidder) and sealed.bidder == self.bidder


def for_bidder(
    record: Record, bidder: str, *, awards: Iterable[Awarded], auction: Auction | None, sides: Sides
) -> BidderRecord:
    """The record as a bidder may hold it. `awards` and `auction` are in full; what it may not know is left out here."""
    own = {each.receipt for each in record.entries if bidder and each.bidder == bidder}
    return BidderRecord(
        bidder=bidder,
        sale=record.sale,
        deadlines=record.deadlines,
        opened_at=record.opened_at,
        decided_at=record.decided_at,
        awarded_at=record.awarded_at,
        terms=record.terms,
        lots=record.lots,
        tapes=record.tapes,
        head=record.head,
        count=record.count,
        entries=tuple(openable(each) if each.receipt in own else shut(each) for each in record.entries),
        contents={receipt: content for receipt, content in record.contents.items() if receipt in own},
        unread=dict(record.unread),
        cured=frozenset(code for code in record.cured if code.partition(".")[0] in own),
        awards=tuple(told(each, bidder, record) for each in awards),
        auction=auction and heard(auction, bidder),
        sides=sides,
        whole=sum_of(record_to_json(record)),
        barred=record.barred & {bidder},
        tied_lots=record.tied_lots,
    )


def openable(sealed: Sealed) -> Sealed:
    """An own entry with the parts of one group that opens it; with all of them where none does."""
    try:
        keys = keys_of(Envelope.from_bytes(sealed.envelope), sealed.parts)
    except NotAnEnvelope:
        return sealed
    group = next((group for group, key in keys.items() if key is not None), None)
    return replace(sealed, parts=tuple(part for part in sealed.parts if group in (None, part.group)))


def shut(sealed: Sealed) -> Sealed:
    """Another's entry: its envelope, and nothing that opens it or tells of its deposit."""
    return replace(sealed, parts=(), deposit=Decimal(0))


def told(award: Awarded, bidder: str, record: Record) -> Awarded:
    """An award as far as this bidder may know it: its own, or what the terms or the open auction made public."""
    own = bool(bidder) and award.bidder == bidder
    heard_it = record.auction is not None and bidder in record.auction.offers
    public = record.terms.cover_published or record.auction is not None  # who won an auction is told to every bidder
    return Awarded(
        lots=award.lots,
        offer=award.offer if own else "",
        bidder=award.bidder if own or public else "",
        amount=award.amount if own or public else None,
        cover=award.cover if record.terms.cover_published or heard_it else None,
    )


def heard(auction: Auction, bidder: str) -> Auction | None:
    """An open auction as those with a seat heard it; None for everybody else.

    How the winner's price falls on its lots was said to nobody but the winner.
    """
    if bidder not in auction.offers:
        return None
    winner = auction.winner
    own = winner is not None and winner.bidder == bidder
    return auction if own else replace(auction, prices={}, offers={})
