"""Kinds of sales and the terms a seller announces; nothing of them changes once bidders were invited to bid on them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portfolios.domain.awards import TieRule
from portfolios.domain.bidform.certificates import certificates
from portfolios.domain.saleneeds import needs
from portfolios.domain.settlement import DayCount

AMOUNTS = ("deposit", "minimum_increment", "stalking_price", "break_up_fee", "expense_cap")
MOST = Decimal("1000000000000")  # no amount of a sale comes near one trillion
MOST_DAYS = 3650
REFERENCE = Path(__file__).resolve().parent.parent / "reference"
NEEDS = MappingProxyType({code: need.sentence for code, need in needs().items()})


@dataclass(frozen=True, slots=True)
class Reason:
    """Where the usual value of one term comes from, since when it is the usual one, and how sure that is."""

    since: date
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of sale: the terms it begins with, and what must be seen to before it is announced or awarded."""

    code: str
    title: str
    days_to_bid: int
    days_to_award: int
    days_to_settle: int
    needs: tuple[str, ...]
    needs_if_demanded: tuple[str, ...]  # instead of the others, where a receiver may demand the sale; none where not
    terms: Terms
    status: str
    source: str
    reasons: Mapping[str, Reason]  # of terms that have one of their own
    least_cost: bool  # bids are held against what the lots bring if they are not sold

    def needs_under(self, terms: Terms) -> tuple[str, ...]:
        """What a sale of this kind needs on its terms."""
        return self.needs_if_demanded if terms.demanded and self.needs_if_demanded else self.needs


@dataclass(frozen=True, slots=True)
class Terms:
    """The announced terms. Amounts are USD as text with cents, so that they read the same wherever they are hashed."""

    format: str = "sealed"  # sealed, or open: ascending after a sealed qualifying round
    k: int = 2
    tie_rule: TieRule = TieRule.RECEIPT
    linked: bool = True
    conditions: bool = False
    deposit: str = "0.00"
    deposit_percent: str = "0"
    best_and_final: bool = False
    cover_published: bool = False
    count_shown: bool = True
    servicing: str = "released"
    accrues: bool = True
    demanded: bool = False  # by the receiver, whose agreement lets it; otherwise the bank sells of its own accord
    minimum_increment: str = "0.00"
    extension_minutes: int = 0  # of an open auction: how much a late bid moves its end, and by nothing else
    stalking_horse: str = ""  # name of the bidder whose price was agreed before the others bid
    stalking_price: str = "0.00"
    break_up_fee: str = "0.00"  # owed to it where somebody else buys
    expense_cap: str = "0.00"
    day_count: DayCount = DayCount.THIRTY_360
    kick_out_percent: str = "5"  # of the awarded balance: at most so much may the buyer ask to leave out
    trailing_days: int = 120  # after settlement, for documents that follow
    claim_days: int = 365  # after settlement, for claims that a loan is taken back
    true_up_days: int = 60  # after settlement, for the final figures of the closing; 0 is no true-up
    certificates: dict[str, str] = field(default_factory=dict)  # what each bid certifies: wording by code

    def __post_init__(self) -> None:
        """ValueError, with the sentence for the seller, for terms that cannot be announced."""
        if self.format not in ("sealed", "open"):
            raise ValueError("A sale is sealed or open.")
        if self.servicing not in ("released", "retained"):
            raise ValueError("Servicing is released or retained.")
        if not 2 <= self.k <= 9:
            raise ValueError("At least two openers, and at most nine, open the bids together.")
        for name in AMOUNTS:
            _check_amount(getattr(self, name), name.replace("_", " "))
        if not 0 <= _number(self.deposit_percent, "deposit") <= 100:
            raise ValueError("The deposit is between 0 and 100 percent of the price.")
        if not 0 <= _number(self.kick_out_percent, "cap on kick-outs") <= 100:
            raise ValueError("The cap on kick-outs is between 0 and 100 percent of the awarded balance.")
        if not all(0 <= days <= MOST_DAYS for days in (self.trailing_days, self.claim_days, self.true_up_days)):
            raise ValueError("Documents, claims and final figures follow within at most ten years.")
        if not 0 <= self.extension_minutes <= 60:
            raise ValueError("A late bid moves the end of an auction by at most 60 minutes.")

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Terms:
        """Terms as stored; names that are not terms are left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in found.items() if name in known}
        if "tie_rule" in values:
            values["tie_rule"] = TieRule(values["tie_rule"])
        if "day_count" in values:
            values["day_count"] = DayCount(values["day_count"])
        return cls(**values)


def _check_amount(text: str, name: str) -> None:
    amount = _number(text, name)
    if amount >= MOST:
        raise ValueError(f"The {name} is below one trillion.")
    if amount < 0 or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"The {name} is at least 0, with at most two decimals.")


def _number(text: str, name: str) -> Decimal:
    try:
        amount = Decimal(text)
    except (InvalidOperation, TypeError) as error:
        raise ValueError(f"The {name} is not a number.") from error
    if not amount.is_finite():
        raise ValueError(f"The {name} is not a number.")
    return amount


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by code, in the order of the file. ValueError names what is not explained or does not fit together."""
    found = tomllib.loads((REFERENCE / "sale_kinds.toml").read_text(encoding="utf-8"))
    return MappingProxyType({row["code"]: _kind(row, found["default"]) for row in found["kind"]})


def _kind(row: dict[str, Any], defaults: Sequence[Mapping[str, Any]]) -> Kind:
    demanded = row.get("needs_if_demanded", [])
    if strange := {*row["needs"], *demanded} - NEEDS.keys():
        raise ValueError(f"sale_kinds.toml: {row['code']} needs {', '.join(sorted(strange))}, which nothing explains.")
    if (least := max((needs()[need].days for need in row["needs"]), default=0)) > row["days_to_bid"]:
        raise ValueError(f"sale_kinds.toml: {row['code']} needs {least} days before bids are due, more than usual.")
    return Kind(
        code=row["code"],
        title=row["title"],
        days_to_bid=row["days_to_bid"],
        days_to_award=row["days_to_award"],
        days_to_settle=row["days_to_settle"],
        needs=tuple(row["needs"]),
        needs_if_demanded=tuple(demanded),
        terms=replace(Terms.from_json(row), certificates=certificates(row["needs"])),
        status=row["status"],
        source=row["source"],
        least_cost=bool(row.get("least_cost", False)),
        reasons={
            each["term"]: Reason(each["since"], each["status"], each["source"])
            for each in defaults
            if each["kind"] == row["code"]
        },
    )
