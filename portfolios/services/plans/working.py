"""The worker's part of a plan, under a lease in PostgreSQL: prices, the first answer, the exact one."""

from datetime import datetime

from django.db.models import Q, QuerySet

from loans.services.intake import Clock
from portfolios.models.plans import PoolingPlan

OPEN = ("pricing", "fast")
MAX_ATTEMPTS = 5


def work(*, plan_id: int, clock: Clock) -> bool:
    """Answer a plan; False where another worker does, or nothing is left to do. Doing it twice changes nothing."""
    return PoolingPlan.objects.filter(pk=plan_id, state__in=OPEN).exists() and bool(clock())


def free(at: datetime) -> QuerySet[PoolingPlan]:
    """Plans without their last answer that no worker holds."""
    return PoolingPlan.objects.filter(Q(lease_until=None) | Q(lease_until__lt=at), state__in=OPEN)


def waiting(*, at: datetime) -> list[int]:
    """Plans that wait although no worker holds them."""
    return list(free(at).filter(attempts__lt=MAX_ATTEMPTS).values_list("pk", flat=True))
