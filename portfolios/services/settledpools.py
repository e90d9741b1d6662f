"""A settled lot becomes a pool of its buyer."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import connection, transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.issuing import highest_coupon, incomplete
from portfolios.models import Lot, Portfolio, Security, Settlement
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.figures import terms_of
from portfolios.services.collateral import IssuePreview, preview_of, tape_loans
from portfolios.services.securities import add_from_loans, check_coupon
from portfolios.services.settlements import locked, record


@transaction.atomic
def issue_settled(
    *,
    settlement: Settlement,
    lot: Lot,
    by: User,
    at: datetime,
    name: str,
    coupon: Decimal,
    issued_on: date,
    delay_days: int,
    program: str,
    forecast: dict[str, Any],
    portfolio: Portfolio | None = None,
) -> Security:
    """Make the loans of a settled lot that stayed a pool of the buyer, factor 1.00000000 in the issue month.

    Where the servicing was retained the seller services the pool and sends its months. Raises NotAllowed.
    """
    settlement = locked(settlement)
    policies.check_can_issue_lot(by, settlement, lot)
    check_month(settlement, issued_on)
    loans = settled_loans(settlement, lot, issued_on=issued_on)
    if problem := incomplete(loans):
        raise NotAllowed(problem)
    check_coupon(coupon, highest_coupon(loans))
    security = add_from_loans(
        organization=settlement.buyer,
        by=by,
        at=at,
        name=name,
        program=program,
        coupon=coupon,
        issued_on=issued_on,
        delay_days=delay_days,
        forecast=forecast,
        portfolio=portfolio,
        loans=loans,
        lot=lot,
        servicer=settlement.award.sale.seller if terms_of(settlement).servicing == "retained" else None,
    )
    record(settlement, "issued", by=by, at=at, lot=lot.code, note=f"Issued as {security.name}.", security=security.pk)
    return security


def check_month(settlement: Settlement, issued_on: date) -> None:
    """A pool is issued with the balances that were bought: not before the month of the settlement."""
    day = settlement.settles_on
    if day is not None and issued_on < day.replace(day=1):
        raise NotAllowed(f"The loans were settled in {day:%B %Y}. The pool cannot be issued before that month.")


def settled_loans(settlement: Settlement, lot: Lot, *, issued_on: date) -> pl.DataFrame:
    """The loans of a lot that stayed, with `LOAN_COLUMNS` and their servicing, on the first of the issue month."""
    if lot.bundle is None:
        raise NotAllowed(f"Lot {lot.code} holds no list of loans.")
    query = "SELECT row_no FROM portfolios_settlementloan WHERE settlement_id = %s AND lot_id = %s AND answer <> 'out'"
    with connection.cursor() as cursor:
        cursor.execute(query, [settlement.pk, lot.pk])
        rows = pl.Series("row_no", [row for (row,) in cursor.fetchall()], dtype=pl.Int64)
    return tape_loans(lot.bundle.run.version_id, rows, issued_on=issued_on)


def preview(settlement: Settlement, lot: Lot, today: date) -> IssuePreview:
    """The pool that a settled lot would be if it were issued this month."""
    return preview_of(settled_loans(settlement, lot, issued_on=today.replace(day=1)))
