"""Forms of shared-loss agreements as dated data: where their tiers begin, and from which date they were used."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portfolios.domain.factor import cents
from portfolios.domain.shared_loss import Tier, check_tiers, split_of

FOLDER = Path(__file__).resolve().parent.parent / "reference" / "shared_loss"
FORCED_MONTHS = 6  # before the termination the receiver may demand that what is left is sold
CERTIFICATE_DAY = 15  # of the following month


@dataclass(frozen=True, slots=True)
class Form:
    """One form of agreement. `asks` are amounts that each agreement of this form states for itself, USD."""

    code: str
    title: str
    since: date
    until: date | None
    years: int
    asks: tuple[str, ...]
    starts: tuple[tuple[str, Decimal], ...]  # where each tier begins, as written, and its percent
    status: str
    source: str


@cache
def forms() -> Mapping[str, Form]:
    """All forms by code, the oldest first."""
    found = [_form(tomllib.loads(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("*.toml")]
    return MappingProxyType({form.code: form for form in sorted(found, key=lambda form: (form.since, form.code))})


def _form(row: Mapping[str, Any]) -> Form:
    return Form(
        code=row["code"],
        title=row["title"],
        since=row["from"],
        until=row.get("to"),
        years=row["years"],
        asks=tuple(row["asks"]),
        starts=tuple((tier["start"], Decimal(tier["percent"])) for tier in row["tier"]),
        status=row["status"],
        source=row["source"],
    )


def tiers_of(form: Form, covered: Decimal, stated: Mapping[str, Decimal]) -> tuple[Tier, ...]:
    """The tiers of an agreement in USD; ValueError, with the sentence, where its amounts make no tiers.

    A tier that begins where the next one does has no room and is left out: a first-loss tranche may be 0.
    """
    steps = [(_start(start, covered, stated), percent) for start, percent in form.starts]
    kept = [step for step, after in zip(steps, [*steps[1:], None], strict=True) if after is None or step[0] != after[0]]
    tiers = tuple(Tier(start, percent) for start, percent in kept)
    check_tiers(tiers)
    return tiers


def _start(written: str, covered: Decimal, stated: Mapping[str, Decimal]) -> Decimal:
    if written.endswith("%"):
        return cents(covered * Decimal(written.removesuffix("%")) / 100)
    return stated[written] if written in stated else Decimal(written)


def forced_sale_on(terminates_on: date) -> date:
    """From when the receiver may demand the sale of what is left: six months before the agreement ends."""
    months = terminates_on.year * 12 + terminates_on.month - 1 - FORCED_MONTHS
    year, month = divmod(months, 12)
    return date(year, month + 1, min(terminates_on.day, _days(year, month + 1)))


def _days(year: int, month: int) -> int:
    after = date(year + month // 12, month % 12 + 1, 1)
    return (after - date(year, month, 1)).days


@dataclass(frozen=True, slots=True)
class CostShare:
    """What a price costs whom, USD. `loss` is the portfolio loss: book balance and costs of selling, less the price."""

    price: Decimal
    costs: Decimal
    loss: Decimal
    bank: Decimal
    receiver: Decimal

    @property
    def net_to_bank(self) -> Decimal:
        """What the bank is left with: the price and what the receiver pays, less what selling cost."""
        return self.price + self.receiver - self.costs


def cost_share(*, book: Decimal, price: Decimal, costs: Decimal, before: Decimal, tiers: tuple[Tier, ...]) -> CostShare:
    """The portfolio loss of a sale, on top of the losses before it, split between the bank and the receiver."""
    loss = book + costs - price
    split = split_of(loss, before, tiers)
    return CostShare(price, costs, loss, split.bank, split.receiver)
