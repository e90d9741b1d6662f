"""The Celery application; its settings are the CELERY_* names of the Django settings."""

import gc
import os
import signal
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

from config.embedded.processes import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# The parent of the pool must not run a Polars query before it forks: its threads would not exist in the children, and
# the first query there would wait for ever. The rulebook's system check runs one, so checks are left to `manage.py`.
os.environ.setdefault("CELERY_SKIP_CHECKS", "true")

app = Celery("plumbline", task_cls="config.hints:Hint")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def end_with_worker(**kwargs: Any) -> None:
    """A killed worker takes its pool along; else its children would go on beside those of the worker started next."""
    end_with_parent(signal.SIGKILL)


@worker_process_init.connect
def keep_what_is_loaded(**kwargs: Any) -> None:
    """What is loaded by now is never garbage; looking through it, once a tape, took a tenth of a second each time."""
    gc.freeze()


@app.task(name="config.clear_sessions")
def clear_sessions() -> None:
    """Remove sessions that have ended."""
    from django.core.management import call_command

    call_command("clearsessions")
