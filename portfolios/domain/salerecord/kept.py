"""What somebody holds from its letters beside what a record says: no file can prove that it is the one of the sale."""

from collections.abc import Collection
from dataclasses import dataclass

from portfolios.domain.salerecord.findings import Finding, held


@dataclass(frozen=True, slots=True)
class Kept:
    """The head that was sent out, the hash of the announced terms, and receipts; empty where nothing was given."""

    head: str = ""
    terms: str = ""
    receipts: tuple[str, ...] = ()


def compared(name: str, kept: str, here: str, what: str) -> Finding:
    """What was kept beside what the record says; not checked where nothing was given."""
    if not kept:
        return Finding(name, None, f"Compare {what} with {here or 'none'} (--{name}).")
    return held(name, [] if kept == here else [f"It does not have {what}."], f"It has {what}.")


def receipts_held(kept: Collection[str], here: Collection[str]) -> Finding:
    """Whether every receipt that was kept is in the record."""
    missing = [f"The receipt {each} is not in it." for each in kept if each not in here]
    return held("receipt", missing, "Every receipt you gave is in it.")
