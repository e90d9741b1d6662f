"""What is for sale: each lot with the figures of its loans, and the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portfolios.domain.sales import LotStatus
from portfolios.models import Lot, Sale

WHOLE = "Whole portfolio"
AVERAGES = ("score", "ltv", "rate", "late")


@dataclass(frozen=True, slots=True)
class LotRow:
    """A lot in the table: UPB in USD; score, LTV, note rate (percent) and late share (percent) weighted by UPB."""

    code: str
    name: str
    loans: int
    upb: Decimal
    score: float | None
    ltv: float | None
    rate: float | None
    late: float | None
    lot: Lot | None = None

    @property
    def title(self) -> str:
        return f"{self.code}. {self.name}" if self.code else self.name

    @property
    def withdrawn(self) -> bool:
        return self.lot is not None and self.lot.status == LotStatus.WITHDRAWN


@dataclass(frozen=True, slots=True)
class Lots:
    """All lots in order, and what those on offer add up to."""

    rows: tuple[LotRow, ...]
    whole: LotRow

    @property
    def offered(self) -> tuple[LotRow, ...]:
        return tuple(row for row in self.rows if not row.withdrawn)

    @property
    def tells_late(self) -> bool:
        return self.whole.late is not None


def lots_of(sale: Sale) -> Lots:
    """The lots of a sale; withdrawn ones stay in the list and out of the sum."""
    rows = tuple(row_of(lot) for lot in sale.lots.select_related("bundle").order_by("code"))
    return Lots(rows, whole([row for row in rows if not row.withdrawn]))


def row_of(lot: Lot) -> LotRow:
    totals: dict[str, Any] = lot.summary.get("totals", {})
    figures: dict[str, Any] = {name: totals.get(name) for name in AVERAGES}
    return LotRow(lot.code, lot.name, lot.loan_count, lot.upb, **figures, lot=lot)


def whole(rows: Sequence[LotRow]) -> LotRow:
    """What lots add up to. An average counts the lots that have the figure."""
    loans, upb = sum(row.loans for row in rows), sum((row.upb for row in rows), Decimal(0))
    figures: dict[str, Any] = {name: average(rows, name) for name in AVERAGES}
    return LotRow("", WHOLE, loans, upb, **figures)


def average(rows: Sequence[LotRow], name: str) -> float | None:
    """A figure over lots, weighted by their UPB."""
    known = [(float(value), float(row.upb)) for row in rows if (value := getattr(row, name)) is not None]
    weight = sum(upb for _, upb in known)
    return sum(value * upb for value, upb in known) / weight if weight else None
