"""The buyer's price loan by loan: what it sealed with its bid, or what it states before the first kick-out."""

from datetime import datetime
from decimal import Decimal

import polars as pl
from django.core.files.base import File
from django.db import connection, transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.settlement.pricelist import gap_sentence, priced, problems, read_prices
from portfolios.models import Lot, Settlement, SettlementLoan
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.parties import lot_prices, sealed_allocation
from portfolios.services import loanlists
from portfolios.services.settlements import change, locked, record


class BadList(NotAllowed):
    """A list of loans with problems; `problems` has a sentence each, `str()` the first."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(problems[0])
        self.problems = problems


@transaction.atomic
def allocate(*, settlement: Settlement, lot: Lot, upload: File, by: User, at: datetime) -> Settlement:
    """Take the buyer's prices for a lot: the file it sealed, when it sealed one, adding up to its bid to the cent.

    A list that was not sealed is taken only until the first loan is proposed to leave, so that nobody prices the loans
    that leave after knowing which they are. Raises BadList with every problem.
    """
    settlement = locked(settlement)
    policies.check_can_allocate(by, settlement)
    rows, sha256 = loanlists.read(upload)
    sealed = sealed_allocation(settlement.award, lot)
    check_may_send(settlement, lot, sealed, sha256)
    loans = loans_of(settlement, lot)
    prices = read_prices(rows)
    if isinstance(prices, str):
        raise BadList([prices])
    if wrong := problems(prices, loans):
        raise BadList(wrong)
    allocations = priced(prices, loans)
    if gap := gap_sentence(allocations, price_of(settlement, lot)):
        raise BadList([gap])
    frame = loans.select("row_no").with_columns(price=pl.Series([str(each.price) for each in allocations]))
    loanlists.update_from(frame, settlement_id=settlement.pk, lot_id=lot.pk, column="price", kind="numeric")
    told = {"sha256": sha256, "sealed": bool(sealed), "at": at.isoformat(), "by": by.name}
    settlement = change(settlement, allocations={**settlement.allocations, lot.code: told})
    return record(settlement, "allocated", by=by, at=at, lot=lot.code, sha256=sha256, sealed=bool(sealed))


def check_may_send(settlement: Settlement, lot: Lot, sealed: str, sha256: str) -> None:
    """The sealed list is the only one there is; without one, prices come before kick-outs."""
    if lot.bundle_id is None:
        raise NotAllowed(f"Lot {lot.code} has no list of loans; it is paid for as a whole.")
    if sealed and sealed != sha256:
        raise NotAllowed(
            f"The bid sealed another list for lot {lot.code}: its SHA-256 is {sealed[:12]}…, that of this file "
            f"{sha256[:12]}…. Send the file exactly as it was when the bid was sealed."
        )
    proposed = SettlementLoan.objects.filter(settlement=settlement).exclude(proposed_reason="")
    if not sealed and proposed.exists():
        raise NotAllowed("Loans were proposed to leave already, so prices that were not sealed come too late.")


def loans_of(settlement: Settlement, lot: Lot) -> pl.DataFrame:
    """`row_no`, `loan_id` and `upb` (text, USD) of a lot's awarded loans, by row."""
    query = """
        SELECT row_no, loan_id, upb::text FROM portfolios_settlementloan
        WHERE settlement_id = %s AND lot_id = %s ORDER BY row_no
    """
    with connection.cursor() as cursor:
        cursor.execute(query, [settlement.pk, lot.pk])
        schema = {"row_no": pl.Int64, "loan_id": pl.String, "upb": pl.String}
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def price_of(settlement: Settlement, lot: Lot) -> Decimal:
    """What the bid pays for a lot, USD."""
    return next(price for each, price in lot_prices(settlement.award) if each.pk == lot.pk)
