"""The figures of a settlement: awarded, kicked out, kept; counted by PostgreSQL, whatever the number of loans."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from portfolios.domain.settlement import ClosingTerms, Repriced
from portfolios.models import Lot, Settlement

TOTALS = """
    SELECT count(*), coalesce(sum(upb), 0), coalesce(sum(amount), 0),
           count(*) FILTER (WHERE answer = 'out'),
           coalesce(sum(upb) FILTER (WHERE answer = 'out'), 0),
           coalesce(sum(amount) FILTER (WHERE answer = 'out'), 0),
           count(*) FILTER (WHERE waits), coalesce(sum(upb) FILTER (WHERE waits), 0),
           count(*) FILTER (WHERE answer = 'contested'), count(*) FILTER (WHERE answer = 'cured')
    FROM (
        SELECT upb, answer, round(upb * price / 100, 2) AS amount, proposed_reason <> '' AND answer = '' AS waits
        FROM portfolios_settlementloan
        WHERE settlement_id = %(settlement)s AND (%(lot)s::bigint IS NULL OR lot_id = %(lot)s)
    ) loan
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Loans and USD of a settlement, or of one of its lots: awarded, out, and asked for without an answer yet."""

    loans: int
    upb: Decimal
    amount: Decimal
    out: int
    upb_out: Decimal
    amount_out: Decimal
    waiting: int
    upb_waiting: Decimal
    contested: int
    cured: int

    @property
    def kept(self) -> int:
        return self.loans - self.out

    @property
    def repriced(self) -> Repriced:
        """The price of the loans without those that left, by the kernel: P' = P − Σ UPB·p."""
        return Repriced(self.amount - self.amount_out, self.amount_out, self.upb - self.upb_out, self.upb_out)

    @property
    def share_out(self) -> Decimal:
        """Percent of the awarded balance that left."""
        return self.upb_out / self.upb * 100 if self.upb else Decimal(0)


def figures(settlement: Settlement, lot: Lot | None = None) -> Figures:
    """Figures of all loans, or of one lot's, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, {"settlement": settlement.pk, "lot": lot.pk if lot else None})
        return Figures(*cursor.fetchone())


def terms_of(settlement: Settlement) -> ClosingTerms:
    return ClosingTerms.from_json(settlement.terms)


def most_out(settlement: Settlement, found: Figures) -> Decimal:
    """USD of balance that the buyer may ask to leave out in all, as the sale announced."""
    return terms_of(settlement).most_out(found.upb)


def price_now(settlement: Settlement, found: Figures) -> Decimal:
    """USD: the award less what left, lots without loans included."""
    return Decimal(settlement.award.amount) - found.amount_out
