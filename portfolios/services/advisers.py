"""The adviser of a sale that the receiver demanded: named by the seller, approved or refused by the receiver."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.advisers import AdviserStatus
from portfolios.domain.localtimes import day_in
from portfolios.models import Sale, SaleAdviser, SaleDocument
from portfolios.policies import advisers as policies
from portfolios.queries.advisers import bids, speaks_for_receiver, standing_adviser
from portfolios.services.sales import record
from portfolios.services.sealedrecord import locked


@transaction.atomic
def name_adviser(*, sale: Sale, name: str, firm: str, by: User, at: datetime) -> SaleAdviser:
    """Name an adviser. One who is named or approved already is let go first, so that one stands at a time."""
    sale = locked(sale)
    policies.check_can_name(by, sale)
    adviser = SaleAdviser(sale=sale, name=name.strip(), firm=firm.strip(), named_by=by, named_at=at)
    if not adviser.name or not adviser.firm:
        raise NotAllowed("Say who advises, and for which firm.")
    if standing := standing_adviser(sale):
        raise NotAllowed(f"{standing} is the adviser. Let it go before you name another.")
    if bids(sale, adviser):
        raise NotAllowed(f"{adviser.firm} is invited to bid, so it cannot advise on the sale.")
    adviser.save()
    record(sale, "adviser_named", by=by, at=at, public=False, adviser=str(adviser))
    return adviser


@transaction.atomic
def decide(
    *,
    adviser: SaleAdviser,
    approved: bool,
    by: User,
    at: datetime,
    on: date,
    said_by: str = "",
    reference: str = "",
    document: SaleDocument | None = None,
    note: str = "",
) -> SaleAdviser:
    """The receiver's word on an adviser, given here by its own person, or recorded by the seller from its letter."""
    sale = locked(adviser.sale)
    policies.check_can_decide(by, sale)
    adviser = SaleAdviser.objects.get(pk=adviser.pk)
    if adviser.status != AdviserStatus.NAMED:
        raise NotAllowed("The receiver has decided on this adviser, or it is no longer named.")
    if on > day_in(at, sale.time_zone):
        raise NotAllowed("This day is still to come. Record the decision once it was given.")
    itself = speaks_for_receiver(sale, by)
    said_by = str(by) if itself else said_by.strip()
    check_evidence(itself or bool(reference.strip() or document), said_by, approved or bool(note.strip()))
    adviser.status = AdviserStatus.APPROVED if approved else AdviserStatus.REFUSED
    adviser.decided_by, adviser.decided_at, adviser.decided_on = by, at, on
    adviser.said_by, adviser.reference, adviser.document = said_by, reference.strip(), document
    adviser.note = note.strip()
    adviser.save()
    facts = {"adviser": str(adviser), "said_by": said_by, "reference": adviser.reference, "on": on.isoformat()}
    record(sale, f"adviser_{adviser.status}", by=by, at=at, note=adviser.note, public=False, **facts)
    return adviser


def check_evidence(shown: bool, said_by: str, reasoned: bool) -> None:
    """NotAllowed for a decision that nobody could look up later."""
    if not said_by:
        raise NotAllowed("Say who decided for the receiver.")
    if not shown:
        raise NotAllowed("Give the reference of the receiver's letter, or choose the document.")
    if not reasoned:
        raise NotAllowed("Say why the receiver refused the adviser.")


@transaction.atomic
def end(*, adviser: SaleAdviser, note: str, by: User, at: datetime) -> SaleAdviser:
    """Let an adviser go, with the reason. Before the award the receiver approves another."""
    sale = locked(adviser.sale)
    policies.check_can_name(by, sale)
    adviser = SaleAdviser.objects.get(pk=adviser.pk)
    if adviser.status not in (AdviserStatus.NAMED, AdviserStatus.APPROVED):
        raise NotAllowed("This adviser does not stand any more.")
    if not note.strip():
        raise NotAllowed("Say why the adviser goes.")
    adviser.status, adviser.note, adviser.ended_at = AdviserStatus.ENDED, note.strip(), at
    adviser.save()
    record(sale, "adviser_ended", by=by, at=at, note=adviser.note, public=False, adviser=str(adviser))
    return adviser
