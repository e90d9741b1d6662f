"""The record of what was received: each entry's hash covers the one before, so nothing slips in, out or aside."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from portfolios.domain.sealing.canonical import canonical

GENESIS = hashlib.sha256(b"plumbline sale chain 1").hexdigest()


class Broken(Exception):
    """The chain does not hold; `position` is that of the first entry that does not fit, from 1."""

    def __init__(self, position: int, sentence: str) -> None:
        super().__init__(sentence)
        self.position = position


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record: what happened, the envelope's receipt, by whom, and when (UTC, ISO)."""

    kind: str
    receipt: str
    bidder: str
    at: str
    hash: str = ""


def chained(before: str, entry: Entry) -> str:
    """The hash of an entry behind the one before."""
    line = {"before": before, "kind": entry.kind, "receipt": entry.receipt, "bidder": entry.bidder, "at": entry.at}
    return hashlib.sha256(canonical(line)).hexdigest()


def verified(entries: Iterable[Entry], *, head: str | None = None, start: str = GENESIS) -> str:
    """The hash of the last entry; Broken with the position where the record was changed, or is not what `head` says."""
    last, position = start, 0
    for position, entry in enumerate(entries, start=1):
        last = chained(last, entry)
        if last != entry.hash:
            raise Broken(position, f"Entry {position} does not follow from the one before it: the record was changed.")
    if head is not None and head != last:
        raise Broken(position + 1, f"The record ends after {position} entries at another hash than was published.")
    return last
