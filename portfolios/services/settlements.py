"""A settlement from the second signature of an award: its loans, its dates, its history, and how it ends."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sales import SETTLEMENT_TRANSITIONS, LotStatus, SaleStatus
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.domain.settlement import ClosingTerms
from portfolios.domain.settlement.sharing import shared_out
from portfolios.models import Award, Lot, Sale, SaleEvent, Settlement, SettlementEvent, SettlementWork
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.parties import bidder_of, lot_prices
from portfolios.services import settlementmail

NOTE_CHARS = 4000
MANY = 10_000  # loans from which on plans that guess wrong take minutes
COPY_LOANS = """
    INSERT INTO portfolios_settlementloan
        (settlement_id, lot_id, row_no, loan_id, upb, price, proposed_reason, answer, answer_note)
    SELECT %(settlement)s, %(lot)s, row_no, loan_id, upb, 0, '', '', ''
    FROM portfolios_bundleloan
    WHERE bundle_id = %(bundle)s AND kicked_out = '' AND NOT (loan_id = ANY(%(dropped)s))
"""
SPREAD = """
    UPDATE portfolios_settlementloan loan
    SET price = round(%(price)s * 100 / whole.upb, 10)
    FROM (
        SELECT sum(upb) AS upb FROM portfolios_settlementloan WHERE settlement_id = %(settlement)s AND lot_id = %(lot)s
    ) whole
    WHERE loan.settlement_id = %(settlement)s AND loan.lot_id = %(lot)s AND whole.upb > 0
"""
CENTS_TO_THE_LARGEST = """
    WITH priced AS (
        SELECT row_no, upb, round(upb * price / 100, 2) AS amount FROM portfolios_settlementloan
        WHERE settlement_id = %(settlement)s AND lot_id = %(lot)s
    ), gap AS (SELECT %(price)s - sum(amount) AS usd FROM priced),
    largest AS (SELECT row_no, upb, amount FROM priced ORDER BY upb DESC, row_no LIMIT 1)
    UPDATE portfolios_settlementloan loan
    SET price = round((largest.amount + gap.usd) * 100 / largest.upb, 10)
    FROM largest, gap
    WHERE loan.settlement_id = %(settlement)s AND loan.lot_id = %(lot)s AND loan.row_no = largest.row_no
      AND gap.usd <> 0
"""


@transaction.atomic
def begin(*, award: Award, by: User, at: datetime) -> Settlement:
    """Open the settlement of a signed award, once: its loans at the price of their lot spread evenly, terms and dates
    as the sale announced them, the deposit that was received. A settlement that is there already is returned.
    """
    Award.objects.select_for_update().get(pk=award.pk)
    if known := Settlement.objects.filter(award=award).first():
        return known
    if award.confirmed_at is None:
        raise NotAllowed("The award needs its second signature first.")
    sale, bidder = award.sale, bidder_of(award)
    settlement = Settlement.objects.create(
        award=award,
        buyer_id=bidder.organization_id,
        begun_at=at,
        cut_off_on=sale.cut_off_on,
        settles_on=sale.settles_on,
        terms=ClosingTerms.from_json(sale.terms).to_json(),
        price=award.amount,
        deposit=deposit_share(award, bidder.deposit),
    )
    for lot, price in lot_prices(award):
        copy_loans(settlement, lot)
        spread_evenly(settlement, lot, price)
    return record(settlement, "begun", by=by, at=at, amount=str(award.amount), lots=[x.code for x in award.lots.all()])


def copy_loans(settlement: Settlement, lot: Lot) -> None:
    """The loans of a lot as it was last published: those of its bundle that are kept, less the dropped ones."""
    if lot.bundle_id is None:
        return
    dropped = list(lot.details.get("dropped", []))
    with connection.cursor() as cursor:
        cursor.execute(
            COPY_LOANS, {"settlement": settlement.pk, "lot": lot.pk, "bundle": lot.bundle_id, "dropped": dropped}
        )
        if cursor.rowcount >= MANY:
            cursor.execute("ANALYZE portfolios_settlementloan")


def spread_evenly(settlement: Settlement, lot: Lot, price: Decimal) -> None:
    """Give every loan of a lot the same price, so that they add up to the lot's price in USD (kernel `allocated`).

    The cents that rounding leaves over go to the largest loan.
    """
    values: dict[str, int | Decimal] = {"settlement": settlement.pk, "lot": lot.pk, "price": price}
    with connection.cursor() as cursor:
        cursor.execute(SPREAD, values)
        cursor.execute(CENTS_TO_THE_LARGEST, values)


def deposit_share(award: Award, received: Decimal) -> Decimal:
    """A bidder's deposit shared out over its awards by their amounts, in the order of their keys."""
    awards = sorted(
        (each for each in award.sale.awards.all() if bidder_of(each).pk == bidder_of(award).pk), key=lambda a: a.pk
    )
    shares = shared_out(received, [Decimal(each.amount) for each in awards])
    return shares[[each.pk for each in awards].index(award.pk)]


def locked(settlement: Settlement) -> Settlement:
    """The settlement as it stands, held by this transaction."""
    related = ("award__sale__seller", "buyer")
    return Settlement.objects.select_for_update(of=("self",)).select_related(*related).get(pk=settlement.pk)


def move(settlement: Settlement, to: Status, **changes: object) -> Settlement:
    """Move to a status by one conditional UPDATE; NotAllowed when somebody moved it meanwhile."""
    if to not in SETTLEMENT_TRANSITIONS[Status(settlement.status)]:
        raise ValueError(f"A settlement never goes from {settlement.status} to {to}.")
    moved = Settlement.objects.filter(pk=settlement.pk, status=settlement.status).update(status=to, **changes)
    if not moved:
        raise NotAllowed("The settlement has moved on meanwhile. Load the page again to see where it stands.")
    return locked(settlement)


def change(settlement: Settlement, **changes: object) -> Settlement:
    """Write columns of a settlement that is locked."""
    Settlement.objects.filter(pk=settlement.pk).update(**changes)
    return locked(settlement)


def record(
    settlement: Settlement, kind: str, *, by: User | None, at: datetime, note: str = "", **facts: Any
) -> Settlement:
    """Add a line to the history of a settlement, and mail those whom the step concerns."""
    SettlementEvent.objects.create(
        settlement=settlement, at=at, by=by, kind=kind, note=note.strip()[:NOTE_CHARS], facts=facts
    )
    settlementmail.tell(settlement, kind, by=by, note=note.strip()[:NOTE_CHARS])
    return settlement


@transaction.atomic
def set_day(*, settlement: Settlement, settles_on: date, by: User, at: datetime) -> Settlement:
    """Move the day of settlement; a statement and an agreement drawn up for another day are void."""
    settlement = locked(settlement)
    policies.check_can_state(by, settlement)
    if settlement.status == Status.SIGNED:
        raise NotAllowed("The agreement names the day of settlement, and both sides signed it.")
    if settlement.cut_off_on and settles_on < settlement.cut_off_on:
        raise NotAllowed("Settlement is not before the cut-off date.")
    settlement = change(settlement, settles_on=settles_on, **NO_AGREEMENT, **NO_STATEMENT)
    return record(settlement, "dated", by=by, at=at, settles_on=settles_on.isoformat())


NO_STATEMENT: dict[str, Any] = {"statement": "", "totals": {}, "funds": None}
NO_AGREEMENT: dict[str, Any] = {
    "agreement": "",
    "agreement_sha256": "",
    "seller_signed_by": None,
    "seller_signed_at": None,
    "buyer_signed_by": None,
    "buyer_signed_at": None,
}
NOT_AGREED: dict[str, Any] = {
    "seller_agreed_by": None,
    "seller_agreed_at": None,
    "buyer_agreed_by": None,
    "buyer_agreed_at": None,
}


@transaction.atomic
def fail(*, settlement: Settlement, by: User, at: datetime, note: str) -> Settlement:
    """End a settlement without a sale, with the reason; its lots are unsold, and the next bid may be turned to."""
    settlement = locked(settlement)
    policies.check_can_fail(by, settlement)
    if not note.strip():
        raise NotAllowed("Say why the settlement ends; both sides read it.")
    settlement = move(settlement, Status.FAILED)
    drop_works(settlement)
    end_lots(settlement, LotStatus.UNSOLD)
    record(settlement, "failed", by=by, at=at, note=note)
    end_sale(settlement.award.sale, at=at)
    return settlement


def drop_works(settlement: Settlement) -> None:
    """Take back what a worker was asked to draw up; one that is at it finds its work gone and stores nothing."""
    SettlementWork.objects.filter(settlement=settlement).delete()


def end_lots(settlement: Settlement, to: LotStatus) -> None:
    settlement.award.lots.filter(status=LotStatus.AWARDED).update(status=to)


def end_sale(sale: Sale, *, at: datetime) -> None:
    """End the sale with its last settlement: settled where at least one award was paid for, else without an award."""
    stand = set(Settlement.objects.filter(award__sale=sale).values_list("status", flat=True))
    if not stand <= {Status.SETTLED, Status.FAILED}:
        return
    to = SaleStatus.SETTLED if Status.SETTLED in stand else SaleStatus.NO_AWARD
    if not Sale.objects.filter(pk=sale.pk, status=SaleStatus.AWARDED).update(status=to):
        return
    paid = Settlement.objects.filter(award__sale=sale, status=Status.SETTLED).aggregate(usd=Sum("price"))["usd"]
    SaleEvent.objects.create(sale=sale, at=at, kind=to, facts={"price": str(paid or 0)})
