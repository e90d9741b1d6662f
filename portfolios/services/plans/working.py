"""The worker's part of a plan, under a lease in PostgreSQL: prices, the first answer, the exact one.

Nothing is remembered between tries: a worker that is killed leaves the plan to the next one, which prices the same
loans from the same grids again and comes to the same answer.
"""

import time
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from loans.services.intake import Clock
from portfolios.models.plans import PoolingPlan
from portfolios.services.plans import answers
from portfolios.services.plans.answering import EXACT_SECONDS, answered
from portfolios.services.plans.answers import Answer
from portfolios.services.plans.loading import Prepared, Unplannable, prepared

OPEN = ("pricing", "fast")
LEASE = timedelta(seconds=120)
RENEW = timedelta(seconds=30)
MAX_ATTEMPTS = 4
HOPELESS = (
    "The plan could not be answered in {attempts} tries, for a reason on our side. Staff can see the cause in the log."
)


class Lost(Exception):
    """The plan is another worker's by now, or was accepted meanwhile."""


def work(*, plan_id: int, clock: Clock) -> bool:
    """Answer a plan; False where another worker does, or nothing is left to do. Doing it twice changes nothing."""
    held = claim(plan_id=plan_id, at=clock())
    if held is None:
        return False
    try:
        _answer(held, clock)
    except Lost:
        return False
    except Unplannable as refusal:
        _mine(held).update(state="failed", problem=str(refusal), lease_until=None)
    except Exception:
        _mine(held).update(lease_until=None)
        raise
    return True


def claim(*, plan_id: int, at: datetime) -> PoolingPlan | None:
    """Take a plan that waits for an answer; None when a worker has it, it has its last answer, or it was given up."""
    waits = free(at).filter(pk=plan_id, attempts__lt=MAX_ATTEMPTS)
    if not waits.update(lease_until=at + LEASE, attempts=F("attempts") + 1):
        return None
    related = ("run__version__tape", "run__rulebook", "run__criteria", "created_by")
    return PoolingPlan.objects.select_related(*related).get(pk=plan_id)


def free(at: datetime) -> QuerySet[PoolingPlan]:
    """Plans without their last answer that no worker holds."""
    return PoolingPlan.objects.filter(Q(lease_until=None) | Q(lease_until__lt=at), state__in=OPEN)


def waiting(*, at: datetime) -> list[int]:
    """Plans that wait although no worker holds them."""
    return list(free(at).filter(attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True))


def give_up_hopeless(*, at: datetime) -> int:
    """End what was tried too often: a plan keeps its first answer if it has one; returns how many there were."""
    tried = free(at).filter(attempts__gte=MAX_ATTEMPTS)
    sentence = HOPELESS.format(attempts=MAX_ATTEMPTS)
    ended = tried.filter(state="fast").update(state="done", problem=sentence)
    return ended + tried.filter(state="pricing").update(state="failed", problem=sentence)


def _mine(held: PoolingPlan) -> QuerySet[PoolingPlan]:
    """The plan as long as its lease is the one that was taken and nobody accepted it."""
    return PoolingPlan.objects.filter(pk=held.pk, lease_until=held.lease_until, state__in=OPEN)


def _renew(held: PoolingPlan, at: datetime) -> None:
    """Hold the lease longer when it is time to; raises Lost when it is another worker's by now."""
    if held.lease_until is not None and held.lease_until - at > LEASE - RENEW:
        return
    if not _mine(held).update(lease_until=at + LEASE):
        raise Lost
    held.lease_until = at + LEASE


def _answer(held: PoolingPlan, clock: Clock) -> None:
    begun = time.monotonic()
    ready = prepared(held)
    pricing = time.monotonic() - begun
    seconds = float(held.settings.get("seconds") or EXACT_SECONDS)
    for answer in answered(ready, seconds=seconds, tick=lambda: _renew(held, clock())):
        timed = replace(answer, seconds={"pricing": pricing} | answer.seconds)
        _store(held, ready, timed, state="fast" if answer.exact is None else "done")


def _store(held: PoolingPlan, ready: Prepared, answer: Answer, *, state: str) -> None:
    """Keep an answer, or nothing of it when the plan is not this worker's any more."""
    values = answers.values_of(ready, answer)
    last = {"lease_until": None} if state == "done" else {}
    if not answers.stored(held, _mine(held), values | {"state": state} | last, ready):
        raise Lost
