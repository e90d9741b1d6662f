"""The wire and its confirmation: the buyer sends the money, the seller sees it come, the buyer sees the loans come."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.sales import LotStatus
from portfolios.domain.sales import SettlementStatus as Status
from portfolios.models import Settlement
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.sides import wire_of
from portfolios.services.settlements import change, end_lots, end_sale, locked, move, record

REFERENCE_CHARS = 60


@transaction.atomic
def fund(*, settlement: Settlement, reference: str, by: User, at: datetime) -> Settlement:
    """Say that the wire of the statement was sent, under the bank's reference; where nothing is due, say that.

    The buyer sends it; where the deposit is more than what is due, the seller sends the rest of it back.
    """
    settlement = locked(settlement)
    policies.check_can_fund(by, settlement)
    if not reference.strip() and wire_of(settlement):
        raise NotAllowed("Give the bank's reference, so that the other side can find the money.")
    sent = reference.strip()[:REFERENCE_CHARS]
    settlement = move(settlement, Status.FUNDED, funded_by=by, funded_at=at, wire_reference=sent)
    return record(settlement, "funded", by=by, at=at, reference=sent, wire=settlement.totals.get("wire", ""))


@transaction.atomic
def not_arrived(*, settlement: Settlement, note: str, by: User, at: datetime) -> Settlement:
    """Say that the money has not arrived: the wire is the other side's turn again."""
    settlement = locked(settlement)
    policies.check_can_confirm_money(by, settlement)
    if not note.strip():
        raise NotAllowed("Say what was looked for, and where.")
    cleared = {"funded_by": None, "funded_at": None, "wire_reference": "", "received_by": None, "received_at": None}
    settlement = move(settlement, Status.SIGNED, **cleared)
    return record(settlement, "not_arrived", by=by, at=at, note=note)


@transaction.atomic
def confirm_money(*, settlement: Settlement, by: User, at: datetime) -> Settlement:
    """Confirm for the side that is owed it that the money arrived in full."""
    settlement = locked(settlement)
    policies.check_can_confirm_money(by, settlement)
    settlement = change(settlement, confirmed_by=by, confirmed_at=at)
    record(settlement, "money", by=by, at=at, wire=settlement.totals.get("wire", ""))
    return settle(settlement, by=by, at=at)


@transaction.atomic
def confirm_loans(*, settlement: Settlement, by: User, at: datetime) -> Settlement:
    """Confirm for the buyer that loans and files arrived as the schedule lists them."""
    settlement = locked(settlement)
    policies.check_can_confirm_loans(by, settlement)
    settlement = change(settlement, received_by=by, received_at=at)
    record(settlement, "loans", by=by, at=at)
    return settle(settlement, by=by, at=at)


def settle(settlement: Settlement, *, by: User, at: datetime) -> Settlement:
    """With both confirmations the award is settled, its lots with it, and the sale with its last award."""
    if not (settlement.confirmed_by_id and settlement.received_by_id):
        return settlement
    settlement = move(settlement, Status.SETTLED)
    end_lots(settlement, LotStatus.SETTLED)
    record(settlement, "settled", by=by, at=at, price=str(settlement.price), funds=str(settlement.funds))
    end_sale(settlement.award.sale, at=at)
    return settlement
