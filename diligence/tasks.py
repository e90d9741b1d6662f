"""Celery entry points of checking: load, one service call. Messages are hints; PostgreSQL says what is left to do."""

from celery import Task, shared_task
from django.conf import settings
from django.utils import timezone

from diligence.services import exports, finishing, parts, runs, watches
from loans.tasks import sweep as sweep_tapes


@shared_task(name="diligence.advance")
def advance(run_id: int) -> None:
    for chunk_id in runs.advance(run_id=run_id, clock=timezone.now):
        check_part.delay(chunk_id, run_id)


@shared_task(
    name="diligence.check_part",
    bind=True,
    time_limit=settings.CHUNK_TIME_LIMIT_SECONDS,
    soft_time_limit=settings.CHUNK_TIME_LIMIT_SECONDS - 2,
)
def check_part(self: Task, chunk_id: int, run_id: int) -> None:
    if parts.check(chunk_id=chunk_id, worker=self.request.hostname or "", at=timezone.now()):
        finish.delay(run_id)


@shared_task(name="diligence.finish")
def finish(run_id: int) -> None:
    finishing.finish(run_id=run_id, clock=timezone.now)


@shared_task(name="diligence.write_export")
def write_export(export_id: int) -> None:
    exports.write(export_id=export_id, clock=timezone.now)


@shared_task(name="diligence.tell")
def tell(watch_id: int) -> None:
    watches.tell(watch_id=watch_id, at=timezone.now())


@shared_task(name="diligence.sweep")
def sweep() -> None:
    """Send again what no worker holds. Runs every few seconds; doubled messages find nothing to do."""
    now = timezone.now()
    sweep_tapes()
    runs.fail_hopeless(at=now)
    waiting = runs.waiting_runs(at=now)
    for run_id in waiting["preparing"]:
        advance.delay(run_id)
    for run_id in waiting["checking"]:
        for chunk_id in runs.unsent_parts(run_id=run_id, at=now):
            check_part.delay(chunk_id, run_id)
    for run_id in waiting["finishing"]:
        finish.delay(run_id)
    for export_id in exports.waiting(at=now):
        write_export.delay(export_id)
    for watch_id in watches.waiting():
        tell.delay(watch_id)
