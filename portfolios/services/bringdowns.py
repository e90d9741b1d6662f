"""Bring-down checks: the buyer's criteria over the seller's tape, as announced or in its newest version."""

from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from diligence.models import Run
from diligence.services import runs
from loans.domain.lifecycles import TapeStatus
from loans.models import CriteriaVersion, TapeVersion
from portfolios.models import Lot, Settlement
from portfolios.policies import settlements as policies
from portfolios.services.settlements import locked, record


@transaction.atomic
def check(
    *,
    settlement: Settlement,
    lot: Lot,
    criteria: CriteriaVersion,
    version: TapeVersion | None = None,
    as_of: date,
    by: User,
    at: datetime,
) -> Run:
    """Start a check of a lot's tape by the buyer's criteria; without `version` of the tape as it was announced.

    The seller's tape is checked, and the buyer reads of it only what concerns the loans that it was awarded.
    """
    settlement = locked(settlement)
    policies.check_can_bring_down(by, settlement)
    if lot.bundle is None:
        raise NotAllowed(f"Lot {lot.code} has no tape that can be checked.")
    announced = lot.bundle.run.version
    chosen = version or announced
    if chosen.tape_id != announced.tape_id or chosen.status != TapeStatus.READY:
        raise NotAllowed("Choose a version of the lot's tape that is ready to be checked.")
    if not may_use(by, criteria):
        raise NotAllowed("Choose criteria that are published, your own or those open to everybody.")
    run = runs.start_allowed(version=chosen, criteria=criteria, as_of=as_of, by=by, at=at)
    settlement.runs.add(run)
    record(settlement, "bring_down", by=by, at=at, lot=lot.code, criteria=criteria.code, tape=chosen.sha256, run=run.pk)
    return run


def may_use(user: User, criteria: CriteriaVersion) -> bool:
    """Criteria in force that are the buyer's own, or nobody's in particular."""
    return criteria.published_at is not None and criteria.organization_id in (None, user.organization_id)
