"""Kick-outs: the buyer asks with a reason, the seller answers each, the price follows, both agree to what is left."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from accounts.policies import NotAllowed
from config.ui import numbers
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.models import Settlement, SettlementLoan
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.bringdowns import suggested
from portfolios.queries.settlements.figures import Figures, figures, most_out, price_now
from portfolios.queries.settlements.sides import is_seller
from portfolios.services.settlements import (
    NO_AGREEMENT,
    NO_STATEMENT,
    NOT_AGREED,
    change,
    drop_works,
    locked,
    move,
    record,
)

ANSWERS = ("out", "cured", "contested")
TEXT_CHARS = 200
Places = Sequence[tuple[int, int]]  # (lot, row_no)
FITTING = """
    UPDATE portfolios_settlementloan loan SET proposed_reason = left(fits.reason, 200)
    FROM (
        SELECT lot_id, row_no, reason,
               sum(upb) OVER (ORDER BY place) AS so_far
        FROM unnest(%(lots)s::bigint[], %(rows)s::bigint[], %(reasons)s::text[]) WITH ORDINALITY
             AS asked(lot_id, row_no, reason, place)
        JOIN portfolios_settlementloan USING (lot_id, row_no)
        WHERE settlement_id = %(settlement)s AND proposed_reason = ''
    ) fits
    WHERE loan.settlement_id = %(settlement)s AND loan.lot_id = fits.lot_id AND loan.row_no = fits.row_no
      AND fits.so_far <= %(room)s
"""


def chosen(settlement: Settlement, places: Places) -> QuerySet[SettlementLoan]:
    """Loans of a settlement by lot and row."""
    picked = Q()
    for lot_id in {lot_id for lot_id, _ in places}:
        picked |= Q(lot_id=lot_id, row_no__in=[row for lot, row in places if lot == lot_id])
    loans = SettlementLoan.objects.filter(settlement=settlement)
    return loans.filter(picked) if places else loans.none()


@transaction.atomic
def propose(*, settlement: Settlement, places: Places, reason: str, by: User, at: datetime) -> int:
    """Ask to leave loans out, for one reason, within the announced cap or not at all; how many were asked for."""
    settlement = locked(settlement)
    policies.check_can_propose(by, settlement)
    if not reason.strip():
        raise NotAllowed("Say why these loans should leave; the seller answers to it.")
    loans = chosen(settlement, places).filter(proposed_reason="")
    asked = loans.aggregate(upb=Sum("upb"))["upb"]
    if asked is None:
        raise NotAllowed("Choose at least one loan that is not proposed yet.")
    check_cap(settlement, asked)
    count = loans.update(proposed_reason=reason.strip()[:TEXT_CHARS])
    unagree(settlement)
    record(settlement, "proposed", by=by, at=at, note=reason, loans=count, upb=str(asked))
    return count


def check_cap(settlement: Settlement, more: Decimal) -> None:
    """NotAllowed where what left, what is asked for and `more` (USD of balance) are over the announced cap."""
    found = figures(settlement)
    room, most = room_left(settlement, found), most_out(settlement, found)
    if more > room:
        raise NotAllowed(
            f"The sale announced that at most {numbers.money_cents(most)} of balance leave. "
            f"{numbers.money_cents(max(room, Decimal(0)))} of it is left, and these loans hold "
            f"{numbers.money_cents(more)}. Choose those that matter most."
        )


def room_left(settlement: Settlement, found: Figures) -> Decimal:
    """USD of balance that may still be asked for: contested and cured loans do not count against the cap."""
    return most_out(settlement, found) - found.upb_out - found.upb_waiting


@transaction.atomic
def propose_suggested(*, settlement: Settlement, by: User, at: datetime) -> tuple[int, int]:
    """Ask for every loan that the bring-down checks suggest, new findings first and larger balances first, as far as
    the cap goes. Loans asked for, and suggested loans that the cap left no room for.
    """
    settlement = locked(settlement)
    policies.check_can_propose(by, settlement)
    found = suggested(settlement)
    if found.is_empty():
        raise NotAllowed("No bring-down check suggests a loan to leave out.")
    with connection.cursor() as cursor:
        cursor.execute(
            FITTING,
            {
                "settlement": settlement.pk,
                "lots": found["lot_id"].to_list(),
                "rows": found["row_no"].to_list(),
                "reasons": found["reason"].to_list(),
                "room": room_left(settlement, figures(settlement)),
            },
        )
        count = int(cursor.rowcount)
    if not count:
        raise NotAllowed("The cap on kick-outs leaves no room for the next suggested loan.")
    unagree(settlement)
    record(settlement, "proposed", by=by, at=at, note="Suggested by the bring-down checks", loans=count)
    return count, found.height - count


@transaction.atomic
def take_back(*, settlement: Settlement, places: Places, by: User, at: datetime) -> int:
    """Let loans stay that the buyer had asked to leave out; those that left already stay out."""
    settlement = locked(settlement)
    policies.check_can_propose(by, settlement)
    loans = chosen(settlement, places).exclude(proposed_reason="").exclude(answer="out")
    count = loans.update(proposed_reason="", answer="", answer_note="")
    if not count:
        raise NotAllowed("Choose at least one loan that is proposed and has not left.")
    unagree(settlement)
    record(settlement, "taken_back", by=by, at=at, loans=count)
    return count


@transaction.atomic
def answer(
    *, settlement: Settlement, places: Places | None, answer: str, note: str, by: User, at: datetime
) -> Settlement:
    """Answer proposed loans: out, cured or contested; None means all that wait. The price follows those that leave."""
    settlement = locked(settlement)
    policies.check_can_answer(by, settlement)
    if answer not in ANSWERS:
        raise NotAllowed("Choose an answer: out, cured or contested.")
    if answer != "out" and not note.strip():
        raise NotAllowed("Say how the loans were cured, or why they stay; the buyer reads it.")
    loans = SettlementLoan.objects.filter(settlement=settlement) if places is None else chosen(settlement, places)
    loans = loans.exclude(proposed_reason="").exclude(answer="out")
    loans = loans.filter(answer="") if places is None else loans
    count = loans.update(answer=answer, answer_note=note.strip()[:TEXT_CHARS])
    if not count:
        raise NotAllowed("Choose at least one loan that waits for an answer.")
    settlement = reprice(unagree(settlement))
    return record(
        settlement, "answered", by=by, at=at, note=note, answer=answer, loans=count, price=str(settlement.price)
    )


def reprice(settlement: Settlement) -> Settlement:
    """The award less what the buyer allocated to the loans that left."""
    return change(settlement, price=price_now(settlement, figures(settlement)), **NO_STATEMENT)


def unagree(settlement: Settlement) -> Settlement:
    """A changed list takes back what either side had agreed to."""
    return change(settlement, **NOT_AGREED)


@transaction.atomic
def agree(*, settlement: Settlement, by: User, at: datetime) -> Settlement:
    """Agree for one's side to the loans and the price as they stand; with the second side the list is closed."""
    settlement = locked(settlement)
    policies.check_can_agree(by, settlement)
    if waiting := figures(settlement).waiting:
        loans = "1 proposed loan waits" if waiting == 1 else f"{waiting:,} proposed loans wait"
        raise NotAllowed(f"{loans} for the seller's answer.")
    if nothing_left(settlement):
        raise NotAllowed("Every loan left, so there is nothing to sell. End the settlement without a sale.")
    side = "seller" if is_seller(by, settlement) else "buyer"
    settlement = change(settlement, **{f"{side}_agreed_by": by, f"{side}_agreed_at": at})
    record(settlement, f"{side}_agreed", by=by, at=at, price=str(settlement.price))
    if settlement.seller_agreed_by_id and settlement.buyer_agreed_by_id:
        settlement = move(settlement, Status.AGREED)
        record(settlement, "agreed", by=by, at=at, price=str(settlement.price), loans=figures(settlement).kept)
    return settlement


def nothing_left(settlement: Settlement) -> bool:
    """Whether every loan was kicked out and no lot is sold as a whole."""
    found = figures(settlement)
    return bool(found.loans) and not found.kept and not settlement.award.lots.filter(bundle=None).exists()


@transaction.atomic
def reopen(*, settlement: Settlement, by: User, at: datetime, note: str) -> Settlement:
    """Open the list again, with the reason; what was agreed and signed is void."""
    settlement = locked(settlement)
    policies.check_can_reopen(by, settlement)
    if not note.strip():
        raise NotAllowed("Say why the list is opened again.")
    settlement = move(settlement, Status.DILIGENCE, **NOT_AGREED, **NO_AGREEMENT, **NO_STATEMENT)
    drop_works(settlement)
    return record(settlement, "reopened", by=by, at=at, note=note)
