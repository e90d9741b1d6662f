"""The loans of a settlement as a table: the schedule of an agreement, and what the pages list."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from django.db import connection
from django.db.models import QuerySet

from loans.queries.fields import fields_by_row
from portfolios.models import Lot, Settlement, SettlementLoan

PAGE = 50
SCHEDULE = """
    SELECT lot.code, loan.loan_id, loan.upb::text, loan.price::text, round(loan.upb * loan.price / 100, 2)::text
    FROM portfolios_settlementloan loan JOIN portfolios_lot lot ON lot.id = loan.lot_id
    WHERE loan.settlement_id = %s AND loan.answer <> 'out' ORDER BY lot.code, loan.row_no
"""
COLUMNS = ("lot", "loan_id", "upb_usd", "price_percent", "price_usd")
SHOWS = ("all", "kept", "proposed", "out", "answered")
FIELDS = ("property_state", "credit_score", "ltv", "note_rate")


def schedule(settlement: Settlement) -> pl.DataFrame:
    """The loans that stay, by lot and row: `lot`, `loan_id`, and as text `upb_usd`, `price_percent`, `price_usd`."""
    with connection.cursor() as cursor:
        cursor.execute(SCHEDULE, [settlement.pk])
        return pl.DataFrame(cursor.fetchall(), schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


def schedule_csv(settlement: Settlement) -> bytes:
    """The schedule as the file that the agreement names by its hash."""
    return schedule(settlement).write_csv().encode()


def schedule_sha256(settlement: Settlement) -> str:
    return hashlib.sha256(schedule_csv(settlement)).hexdigest()


@dataclass(frozen=True, slots=True)
class LoanLine:
    """A loan in the list, with some fields of the tape; nothing of borrowers."""

    loan: SettlementLoan
    lot: Lot
    fields: dict[str, object]

    @property
    def place(self) -> str:
        return f"{self.loan.lot_id}-{self.loan.row_no}"


@dataclass(frozen=True, slots=True)
class LoansPage:
    """Fifty loans, how many there are in all, and where the next page begins."""

    lines: Sequence[LoanLine]
    total: int
    next: str
    rest: int


def of_kind(settlement: Settlement, shown: str, lot: str = "", text: str = "") -> QuerySet[SettlementLoan]:
    """Loans by what became of them, of one lot if named, whose number begins with a text."""
    loans = SettlementLoan.objects.filter(settlement=settlement)
    if shown == "proposed":
        loans = loans.exclude(proposed_reason="").filter(answer="")
    elif shown == "answered":
        loans = loans.filter(answer__in=["cured", "contested"])
    elif shown == "out":
        loans = loans.filter(answer="out")
    elif shown == "kept":
        loans = loans.exclude(answer="out")
    if lot:
        loans = loans.filter(lot__code=lot)
    return loans.filter(loan_id__startswith=text) if text else loans


def page(settlement: Settlement, *, shown: str, lot: str = "", text: str = "", after: str = "") -> LoansPage:
    """Fifty loans after a place, in four queries."""
    loans = of_kind(settlement, shown, lot, text).order_by("lot_id", "row_no")
    total = loans.count()
    loans = _after(loans, after)
    rows = list(loans.select_related("lot__bundle__run")[: PAGE + 1])
    rest = max(loans.count() - PAGE, 0) if len(rows) > PAGE else 0
    shown_rows = rows[:PAGE]
    following = f"{shown_rows[-1].lot_id}-{shown_rows[-1].row_no}" if rest else ""
    return LoansPage(_lines(shown_rows), total, following, rest)


def _after(loans: QuerySet[SettlementLoan], after: str) -> QuerySet[SettlementLoan]:
    lot, _, row = after.partition("-")
    if not (lot.isdecimal() and row.isdecimal()):
        return loans
    return loans.filter(lot_id=int(lot), row_no__gt=int(row)) | loans.filter(lot_id__gt=int(lot))


def _lines(rows: Sequence[SettlementLoan]) -> list[LoanLine]:
    fields: dict[tuple[int, int], dict[str, object]] = {}
    lots = {row.lot_id: row.lot for row in rows}
    for lot in lots.values():
        if lot.bundle is None:
            continue
        numbers = [row.row_no for row in rows if row.lot_id == lot.pk]
        found = fields_by_row(lot.bundle.run.version_id, numbers, FIELDS)
        fields |= {(lot.pk, row_no): values for row_no, values in found.items()}
    return [LoanLine(row, lots[row.lot_id], fields.get((row.lot_id, row.row_no), {})) for row in rows]
