"""Leases on a tape version: one conditional UPDATE decides which worker does a step; the clock of the caller counts."""

from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet

from loans.domain.lifecycles import TapeStatus
from loans.models import TapeVersion

LEASE = timedelta(seconds=60)  # renewed with every batch, so it only bounds how long a killed worker delays a step
MAX_ATTEMPTS = 5


class Lost(Exception):
    """The lease ran out while its worker was busy, and another worker does the step now."""


def claim(version_id: int, *, status: TapeStatus, at: datetime) -> TapeVersion | None:
    """Take the lease of a version that waits in `status`; None when somebody else works on it or it moved on."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    taken = TapeVersion.objects.filter(free, pk=version_id, status=status).update(
        lease_until=at + LEASE, attempts=F("attempts") + 1
    )
    return TapeVersion.objects.select_related("tape").get(pk=version_id) if taken else None


def renew(version: TapeVersion, *, at: datetime, **progress: object) -> None:
    """Hold the lease longer and note how far the step is; raises Lost when it ran out and another worker took it."""
    mine = TapeVersion.objects.filter(pk=version.pk, lease_until=version.lease_until)
    if not mine.update(lease_until=at + LEASE, **progress):
        raise Lost
    version.lease_until = at + LEASE


def waiting(*, status: TapeStatus, at: datetime) -> list[int]:
    """Versions that stand in `status` although no worker holds their lease."""
    return free(TapeVersion.objects.filter(status=status), at=at)


def free(versions: QuerySet[TapeVersion], *, at: datetime) -> list[int]:
    """Of some versions those whose step no worker holds."""
    unheld = Q(lease_until=None) | Q(lease_until__lt=at)
    return list(versions.filter(unheld).values_list("pk", flat=True))
