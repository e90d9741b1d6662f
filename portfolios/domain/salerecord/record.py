"""A sale as published, and which entries of its record count."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portfolios.domain.auctionrecord import Auction
from portfolios.domain.sales import EntryKind, PriceUnit
from portfolios.domain.saleterms import Terms
from portfolios.domain.sealing import Entry, Part

RESERVE = "reserve"
MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


def moment(at: datetime) -> str:
    """A moment as the record writes it: UTC, to the microsecond."""
    return at.astimezone(UTC).strftime(MOMENT)


def moment_of(text: str) -> datetime:
    """The moment behind its text."""
    return datetime.strptime(text, MOMENT).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry of the record with its envelope (empty for a withdrawal) and the parts that openers gave for it."""

    kind: str
    bidder: str
    round: int
    seq: int
    at: str
    receipt: str
    hash: str
    envelope: bytes
    deposit: Decimal = Decimal(0)
    parts: tuple[Part, ...] = ()

    @property
    def entry(self) -> Entry:
        """The line of the chain."""
        return Entry(self.kind, self.receipt, self.bidder, self.at, self.hash)


@dataclass(frozen=True, slots=True)
class Offered:
    """A lot as offered: its code, name, cut-off balance in USD, and what a price of it is in."""

    code: str
    name: str
    upb: Decimal
    unit: PriceUnit = PriceUnit.PERCENT


@dataclass(frozen=True, slots=True)
class Record:
    """A sale as published.

    `deadlines` has one for each round. `tapes` are the hashes of all versions that were published, the one to price
    last. `decided_at` is when the awards were worked out. An offer is named by its envelope's receipt and its number in
    it, with a point between.
    """

    sale: str
    deadlines: tuple[str, ...]
    opened_at: str
    decided_at: str
    terms: Terms
    lots: tuple[Offered, ...]
    tapes: tuple[str, ...]
    head: str
    count: int
    entries: tuple[Sealed, ...]
    contents: Mapping[str, Mapping[str, Any]]  # by receipt
    unread: Mapping[str, str]  # by receipt: why an envelope could not be opened
    cured: frozenset[str]  # offers whose defects the seller excused
    awards: tuple[tuple[str, Decimal], ...]  # offer and amount, as two people signed them
    awarded_at: str = ""  # empty while nothing was awarded
    auction: Auction | None = None  # once it is over
    barred: frozenset[str] = frozenset()  # bidders whom the seller barred before the bids were opened
    tied_lots: frozenset[str] = frozenset()  # what the round that a tie asked for is about; empty for any other

    @property
    def round(self) -> int:
        """The round that bids were last taken in, from 1."""
        return len(self.deadlines)

    def deadline_of(self, round_: int) -> str:
        return self.deadlines[round_ - 1]

    def position_of(self, sealed: Sealed) -> int:
        """The place of an entry in the record, from 1."""
        return self.entries.index(sealed) + 1


def withdrawal_receipt(sale: str, round_: int, bidder: str, seq: int) -> str:
    """The receipt of a withdrawal, which has no envelope: a hash of what it says."""
    said = f"{sale}|{round_}|{bidder}|{seq}|withdrawal"
    return hashlib.sha256(said.encode()).hexdigest()


def deciding(record: Record) -> list[Sealed]:
    """The entries that the awards are worked out from: those that stood at the end of each round.

    A first bid holds on in a further round, where it can be bettered and not taken back: by then others know it.
    """
    rounds = range(1, record.round + 1)
    return [each for round_ in rounds for each in standing(record.entries, round_)]


def standing(entries: Iterable[Sealed], round_: int) -> list[Sealed]:
    """The entry that counts for each bidder of a round, and the reserve; withdrawn ones are left out."""
    last: dict[str, Sealed] = {}
    for each in entries:
        if each.round == round_:
            last[each.bidder] = each
    return [each for each in last.values() if each.kind != EntryKind.WITHDRAWAL]
