"""Celery entry points of tape intake: load, one service call. A lost message is found again by the sweep."""

from celery import shared_task
from django.utils import timezone

from loans.domain.lifecycles import TapeStatus
from loans.services import differences, intake, leases


@shared_task(name="loans.read")
def read(version_id: int) -> None:
    intake.read(version_id=version_id, clock=timezone.now)


@shared_task(name="loans.compare")
def compare(version_id: int) -> None:
    differences.compare(version_id=version_id, clock=timezone.now)


@shared_task(name="loans.sweep", ignore_result=True)
def sweep() -> None:
    """Send again every step that waits although no worker holds it: uploads to be read, versions to be compared."""
    now = timezone.now()
    intake.fail_hopeless(at=now)
    for version_id in leases.waiting(status=TapeStatus.READING, at=now):
        read.delay(version_id)
    for version_id in leases.free(differences.lacking(), at=now):
        compare.delay(version_id)
