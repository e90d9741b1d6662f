"""Celery entry points of portfolios: load, one service call. PostgreSQL says what is left to do."""

from celery import shared_task
from django.utils import timezone

from portfolios.models import Security
from portfolios.services import redflags, work


@shared_task(name="portfolios.work_on")
def work_on(bundle_id: int) -> None:
    """Pick, add up or freeze a bundle, whatever waits for it."""
    work.do(bundle_id=bundle_id, clock=timezone.now)


@shared_task(name="portfolios.sweep", ignore_result=True)
def sweep() -> None:
    """Send again what no worker holds; doubled messages find nothing to do."""
    now = timezone.now()
    work.give_up_hopeless(at=now)
    for bundle_id in work.waiting(at=now):
        work_on.delay(bundle_id)


@shared_task(name="portfolios.watch_security", ignore_result=True)
def watch_security(security_id: int) -> None:
    """Evaluate the red flags of one pool, after its months, terms or limits changed."""
    security = Security.objects.filter(pk=security_id).first()
    if security is not None:
        redflags.watch(security=security, at=timezone.now())
