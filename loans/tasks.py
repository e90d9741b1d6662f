"""Celery entry points of tape intake: load, one service call. A lost message is found again by the sweep."""

from celery import shared_task
from django.utils import timezone

from loans.domain.lifecycles import TapeStatus
from loans.services import intake, leases


@shared_task(name="loans.read")
def read(version_id: int) -> None:
    intake.read(version_id=version_id, clock=timezone.now)


@shared_task(name="loans.sweep", ignore_result=True)
def sweep() -> None:
    """Send again every upload that waits to be read although no worker holds it."""
    for version_id in leases.waiting(status=TapeStatus.READING, at=timezone.now()):
        read.delay(version_id)
