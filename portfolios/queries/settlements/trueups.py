"""The true-ups of a settlement, and the page of one: what changed, part by part and loan by loan."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from loans.domain.harmless import harmless_frame
from loans.services.files import read_parquet
from portfolios.domain.settlement.trueup import OVER, PARTS
from portfolios.models import Settlement, TrueUp

PAGE = 50
PEOPLE = ("stated_by", "seller_agreed_by", "buyer_agreed_by", "paid_by", "confirmed_by")
LABELS = {
    "principal": ("Price of the loans", 1),
    "accrued": ("Accrued interest", 1),
    "collected": ("Collected after cut-off", -1),
    "advances": ("Advances", 1),
    "escrow": ("Escrow balances", -1),
    "total": ("Funds due", 1),
}


def open_true_up(settlement: Settlement) -> TrueUp | None:
    """The one that is not over yet; at most one is."""
    return TrueUp.objects.filter(settlement=settlement).exclude(state__in=OVER).first()


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part of the statement as it was paid by, as it is finally, and the change, in USD that the buyer pays."""

    label: str
    before: Decimal
    after: Decimal
    change: Decimal
    is_sum: bool


def part_rows(true_up: TrueUp) -> list[PartRow]:
    """The working of a true-up; none before it is drawn up."""
    if not true_up.totals:
        return []
    return [_row(name, true_up.totals[name]) for name in PARTS]


def _row(name: str, told: dict[str, str]) -> PartRow:
    label, sign = LABELS[name]
    before, after, change = (sign * Decimal(told[when]) for when in ("before", "after", "change"))
    return PartRow(label, before, after, change, is_sum=name == "total")


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """Fifty changed lines, how many there are in all, and where the next page begins."""

    lines: Sequence[dict[str, Any]]
    total: int
    next: int
    rest: int


def changed_page(true_up: TrueUp, *, after: str = "") -> ChangedPage | None:
    """The lines that changed, in the order of the statement; None before it is drawn up."""
    if not true_up.statement:
        return None
    changed = changed_lines(true_up)
    start = min(int(after), changed.height) if after.isdecimal() else 0
    lines = changed.slice(start, PAGE).to_dicts()
    end = start + len(lines)
    return ChangedPage(lines, changed.height, end, changed.height - end)


def changed_lines(true_up: TrueUp) -> pl.DataFrame:
    moved = pl.any_horizontal(pl.col(f"{name}_change") != 0 for name in PARTS)
    return read_parquet(true_up.statement).filter(moved | (pl.col("note") != ""))


def csv_of(true_up: TrueUp) -> bytes:
    """Every line as it stands finally, with its changes; no cell is taken for a formula."""
    return harmless_frame(read_parquet(true_up.statement)).write_csv().encode()
