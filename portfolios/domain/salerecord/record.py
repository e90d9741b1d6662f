"""A sale as published, and which entries of its record count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portfolios.domain.sales import EntryKind
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
    cured: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def entry(self) -> Entry:
        """The line of the chain."""
        return Entry(self.kind, self.receipt, self.bidder, self.at, self.hash)


@dataclass(frozen=True, slots=True)
class Record:
    """A sale as published. `tapes` are the hashes of all versions that were published, the one to price last."""

    sale: str
    round: int
    deadline: str
    opened_at: str
    terms: Terms
    lots: tuple[tuple[str, Decimal], ...]
    tapes: tuple[str, ...]
    head: str
    count: int
    entries: tuple[Sealed, ...]
    contents: Mapping[str, Mapping[str, Any]]  # by receipt
    awards: tuple[tuple[str, Decimal], ...]  # receipt and amount


def standing(entries: Iterable[Sealed], round_: int) -> list[Sealed]:
    """The entry that counts for each bidder of a round, and the reserve; withdrawn ones are left out."""
    last: dict[str, Sealed] = {}
    for each in entries:
        if each.round == round_:
            last[each.bidder] = each
    return [each for each in last.values() if each.kind != EntryKind.WITHDRAWAL]
