"""The servicing goes over: its day, and the notices that borrowers get before and after it."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.settlement.following import notices
from portfolios.models import Settlement
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.days import local_day
from portfolios.queries.settlements.figures import terms_of
from portfolios.services.settlements import change, locked, record


@transaction.atomic
def set_transfer(*, settlement: Settlement, transfers_on: date, by: User, at: datetime) -> Settlement:
    """Set the day on which the servicing goes over; where it is retained there is none."""
    settlement = locked(settlement)
    policies.check_can_transfer(by, settlement)
    if terms_of(settlement).servicing == "retained":
        raise NotAllowed("The seller keeps the servicing, so nothing goes over.")
    if settlement.settles_on and transfers_on < settlement.settles_on:
        raise NotAllowed("The servicing goes over on the day of settlement or later.")
    settlement = change(settlement, transfers_on=transfers_on)
    return record(settlement, "transfer", by=by, at=at, transfers_on=transfers_on.isoformat())


@transaction.atomic
def sent(*, settlement: Settlement, code: str, on: date, by: User, at: datetime) -> Settlement:
    """Record that one's side sent its notice to the borrowers."""
    settlement = locked(settlement)
    notice = next((each for each in notices() if each.code == code), None)
    if notice is None or settlement.transfers_on is None:
        raise NotAllowed("Set the transfer date first; the notices are counted from it.")
    (policies.check_for_seller if notice.by == "seller" else policies.check_for_buyer)(by, settlement)
    if on > local_day(settlement, at):
        raise NotAllowed("A notice is recorded once it was sent.")
    settlement = change(settlement, notices={**settlement.notices, code: on.isoformat()})
    return record(settlement, "notice", by=by, at=at, note=notice.title, on=on.isoformat())
