"""Steps of a bundle that end with figures: done at once where the tape is small, else by a worker under a lease.

PostgreSQL says what waits; a message is only a hint. Loans are picked part by part, each part in a transaction that
also notes it, so that a worker that is killed leaves the rest to the next one: no loan twice and none missing.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.policies import NotAllowed
from loans.services.intake import Clock
from portfolios.domain.lifecycles import PICKS, Step
from portfolios.models import Bundle
from portfolios.models.bundles import BundleWork
from portfolios.services import freezing, measures, moves, picks

AT_ONCE = 10_000  # loans of a tape up to which nobody waits long enough to be told of a worker
LEASE = timedelta(seconds=180)  # renewed with every part and every figure
MAX_ATTEMPTS = 5
HOPELESS = (
    "The bundle could not be added up in {attempts} tries, for a reason on our side. Staff can see the cause in the "
    "log; nothing is lost, and it can be tried again after that."
)

UNMEASURED: dict[str, Any] = {"measured_at": None}
EMPTY: dict[str, Any] = UNMEASURED | {
    "loan_count": 0, "upb": 0, "kicked_out": 0, "kicked_out_upb": 0, "open_fatal": 0, "open_fatal_upb": 0,
    "summary": {}, "rules": [], "found": {}, "limits": [], "delivered_limits": [], "checks": [], "suggested": {},
}  # fmt: skip
# What a step makes untrue at once, before its figures are there; submitting and approving change no list.
OUT_OF_DATE = {
    Step.CREATED: EMPTY,
    Step.PICKED_AGAIN: EMPTY,
    Step.KICKED_OUT: UNMEASURED,
    Step.TAKEN_BACK: UNMEASURED,
    Step.ADDED_UP: UNMEASURED,
}


class Lost(Exception):
    """The step is another worker's by now, or was taken back."""


def ask(
    bundle: Bundle,
    step: Step,
    *,
    by: User,
    at: datetime,
    note: str = "",
    due_on: date | None = None,
    at_once: bool = True,
) -> Bundle:
    """Have a step done, in the transaction in which it was decided.

    The figures of a small tape are there at once, unless `at_once` leaves them to a worker, as for one of many bundles.
    """
    fresh = {"parts_done": 0, "lease_until": None, "attempts": 0, "problem": ""}
    asked = {"step": step, "by": by, "at": at, "note": note, "due_on": due_on, **fresh}
    BundleWork.objects.update_or_create(bundle=bundle, defaults=asked)
    if gone := OUT_OF_DATE.get(step):
        Bundle.objects.filter(pk=bundle.pk).update(**gone)
    return begin(bundle, at=at) if at_once else moves.locked(bundle)


def again(bundle: Bundle, *, at: datetime) -> Bundle:
    """Try a step again that was given up."""
    BundleWork.objects.filter(bundle=bundle).update(lease_until=None, attempts=0, problem="")
    return begin(bundle, at=at)


def begin(bundle: Bundle, *, at: datetime) -> Bundle:
    """Do what was asked for if the tape is small; else leave it to a worker."""
    if bundle.run.loan_count > AT_ONCE:
        return moves.locked(bundle)
    held = claim(bundle_id=bundle.pk, at=at)
    if held is None:
        raise Lost
    return carry_out(held, clock=lambda: at)


def do(*, bundle_id: int, clock: Clock) -> bool:
    """Do what waits for a bundle; False when nothing does, or another worker does it.

    What the figures do not allow is not done, and the bundle says why.
    """
    held = claim(bundle_id=bundle_id, at=clock())
    if held is None:
        return False
    try:
        carry_out(held, clock=clock)
    except Lost:
        return False
    except NotAllowed as refusal:
        give_up(held, str(refusal))
    except Exception:
        release(held)
        raise
    return True


def claim(*, bundle_id: int, at: datetime) -> BundleWork | None:
    """Take what waits for a bundle; None when somebody else works on it, it is done, or it was given up."""
    waiting = free(at).filter(pk=bundle_id, attempts__lt=MAX_ATTEMPTS)
    if not waiting.update(lease_until=at + LEASE, attempts=F("attempts") + 1):
        return None
    related = ("by", "bundle__run__version__tape", "bundle__run__rulebook", "bundle__criteria")
    return BundleWork.objects.select_related(*related).filter(pk=bundle_id).first()


def free(at: datetime) -> QuerySet[BundleWork]:
    """What waits and no worker holds."""
    return BundleWork.objects.filter(Q(lease_until=None) | Q(lease_until__lt=at), problem="")


def mine(held: BundleWork) -> QuerySet[BundleWork]:
    """The row of a step as long as its lease is the one that was taken."""
    return BundleWork.objects.filter(pk=held.pk, lease_until=held.lease_until)


def renew(held: BundleWork, *, at: datetime, **progress: object) -> None:
    """Hold the lease longer and note how far the step is; raises Lost when it is another worker's by now."""
    if not mine(held).update(lease_until=at + LEASE, **progress):
        raise Lost
    held.lease_until = at + LEASE


def carry_out(held: BundleWork, *, clock: Clock) -> Bundle:
    """Pick if the step picks, add up, store the figures, and end the step."""
    bundle = held.bundle
    if held.step in PICKS:
        pick(held, clock=clock)
    values = measures.measured(bundle, tick=lambda: renew(held, at=clock()))
    store(held, values)
    approved = held.step == Step.APPROVED
    frozen_hash = freezing.frozen_hash(bundle, at=held.at, tick=lambda: renew(held, at=clock())) if approved else ""
    return finish(held, frozen_hash=frozen_hash)


def pick(held: BundleWork, *, clock: Clock) -> None:
    """Copy the picked loans of each part that is not picked yet."""
    if not held.parts_done:
        with transaction.atomic():
            picks.clear(held.bundle)
            renew(held, at=clock())
    for number, rows in picks.parts(held.bundle, first=held.parts_done):
        with transaction.atomic():
            picks.store(rows)
            renew(held, at=clock(), parts_done=number + 1)


@transaction.atomic
def store(held: BundleWork, values: dict[str, object]) -> None:
    """Keep the figures, as of when the step was asked for."""
    if not mine(held).select_for_update().exists():
        raise Lost
    Bundle.objects.filter(pk=held.pk).update(**values, measured_at=held.at)


@transaction.atomic
def finish(held: BundleWork, *, frozen_hash: str) -> Bundle:
    """End the step and take its row away, both or neither."""
    moves.hold(held.pk)
    if not mine(held).delete()[0]:
        raise Lost
    return moves.end(moves.locked(held.bundle), held, frozen_hash=frozen_hash)


def release(held: BundleWork) -> None:
    """Give the lease back, so that the next try need not wait for its end."""
    mine(held).update(lease_until=None)


def give_up(held: BundleWork, problem: str) -> None:
    mine(held).update(lease_until=None, problem=problem)


def give_up_hopeless(*, at: datetime) -> int:
    """End what was tried too often; returns how many steps there were."""
    tried = free(at).filter(attempts__gte=MAX_ATTEMPTS)
    return tried.update(problem=HOPELESS.format(attempts=MAX_ATTEMPTS))


def waiting(*, at: datetime) -> list[int]:
    """Bundles with a step that waits although no worker holds it."""
    return list(free(at).filter(attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True))
