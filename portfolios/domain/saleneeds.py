"""What kinds of sales need, as data: a sentence, when it is needed, and what is asked of whoever records it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

KINDS = Path(__file__).resolve().parent.parent / "reference" / "sale_kinds.toml"


class Stage(StrEnum):
    """Before which step of a sale something is needed."""

    ANNOUNCEMENT = "announcement"
    AWARD = "award"


class Relation(StrEnum):
    """What a party that may not bid is to the seller."""

    AFFILIATE = "affiliate"
    CONTRACTOR = "contractor"
    CONTRACTORS_AFFILIATE = "contractors_affiliate"

    @property
    def words(self) -> str:
        return {"contractors_affiliate": "affiliate of a contractor"}.get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Need:
    """One need. `recorded` ones are seen to by a record; the others are found in the sale itself."""

    code: str
    sentence: str
    before: Stage
    recorded: bool
    who: str  # label for the person or body that gives it; empty where nobody is asked
    reference: str  # label of its reference
    text: str  # label of its wording, where the wording itself is needed
    each_bidder: bool
    days: int  # calendar days that it comes before bids are due; 0 where no rule counts them
    status: str  # stored, recalled or design: how sure it is
    source: str


@cache
def needs() -> Mapping[str, Need]:
    """All needs by code, in the order of the file."""
    rows = tomllib.loads(KINDS.read_text(encoding="utf-8"))["need"]
    return MappingProxyType({row["code"]: _need(row) for row in rows})


def _need(row: Mapping[str, str]) -> Need:
    return Need(
        code=row["code"],
        sentence=row["sentence"],
        before=Stage(row["before"]),
        recorded=bool(row.get("recorded", True)),
        who=row.get("who", ""),
        reference=row.get("reference", ""),
        text=row.get("text", ""),
        each_bidder=bool(row.get("each_bidder", False)),
        days=int(row.get("days", 0)),
        status=row["source"].partition(": ")[0],
        source=row["source"].partition(": ")[2],
    )


def notice_is_short(given: date, due: date) -> str:
    """The sentence for a notice that is given too late for its deadline, or nothing."""
    least = needs()["notice_30_days"].days
    earliest = given + timedelta(days=least)
    if due >= earliest:
        return ""
    days = (due - given).days
    return (
        f"Notice was given {days} days before bids are due, at least {least} are needed: "
        f"bids can be due from {earliest:%b %-d, %Y}."
    )


@dataclass(frozen=True, slots=True)
class Mix:
    """How many loans of a lot are restructured, are not, or do not say so."""

    lot: str
    restructured: int
    others: int
    unknown: int

    @property
    def problem(self) -> str:
        """The sentence for a lot that holds both, or does not say what it holds; nothing for a clean one."""
        if self.restructured and self.others:
            return f"Lot {self.lot} mixes {self.restructured:,} restructured loans with {self.others:,} others."
        if self.unknown:
            return f"Lot {self.lot} does not say of {self.unknown:,} loans whether they were modified."
        return ""
