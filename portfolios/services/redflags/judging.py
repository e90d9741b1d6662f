"""What people do about red flags: mark them seen, explain them, take an explanation back. Every step is an event."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios.domain.securities import FLAG_TRANSITIONS, FlagState
from portfolios.models import FlagEvent, RedFlag, Security
from portfolios.policies.redflags import check_can_judge
from portfolios.services.redflags.counts import recount

NOTE_CHARS = 2000


@transaction.atomic
def see(*, flag: RedFlag, by: User, at: datetime) -> RedFlag:
    """Mark a new flag as seen; one that was dealt with stays as it is."""
    flag = locked(flag)
    check_can_judge(by, flag)
    return flag if flag.state != FlagState.NEW else move(flag, FlagState.SEEN, by=by, at=at, note="")


@transaction.atomic
def explain(*, flag: RedFlag, by: User, at: datetime, note: str) -> RedFlag:
    """Say why a flag is no reason to act; it counts no longer while its numbers stay."""
    flag = locked(flag)
    check_can_judge(by, flag)
    if not note.strip():
        raise NotAllowed("An explanation needs a note that the next reader can follow.")
    return move(flag, FlagState.EXPLAINED, by=by, at=at, note=note)


@transaction.atomic
def reopen(*, flag: RedFlag, by: User, at: datetime, note: str) -> RedFlag:
    """Take an explanation back: it did not hold."""
    flag = locked(flag)
    check_can_judge(by, flag)
    return move(flag, FlagState.SEEN, by=by, at=at, note=note)


def locked(flag: RedFlag) -> RedFlag:
    """The flag as it is now, its pool locked so that no look runs meanwhile."""
    Security.objects.select_for_update().get(pk=flag.security_id)
    return RedFlag.objects.select_related("security").get(pk=flag.pk)


def move(flag: RedFlag, to: FlagState, *, by: User, at: datetime, note: str) -> RedFlag:
    """One step of the lifecycle with its event and the pool's counts."""
    if to not in FLAG_TRANSITIONS[FlagState(flag.state)]:
        raise NotAllowed(f"This flag is {flag.state}. Load the page again to see what was decided.")
    RedFlag.objects.filter(pk=flag.pk, state=flag.state).update(state=to)
    flag.state = to
    FlagEvent.objects.create(flag=flag, at=at, by=by, state=to, note=note.strip()[:NOTE_CHARS])
    recount(flag.security, flag.security.flags.all(), flag.security.month)
    return flag
