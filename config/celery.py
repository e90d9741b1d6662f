"""The Celery application; its settings are the CELERY_* names of the Django settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("plumbline")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.task(name="config.clear_sessions")
def clear_sessions() -> None:
    """Remove sessions that have ended."""
    from django.core.management import call_command

    call_command("clearsessions")
