"""The clock sends what the worker knows."""

from django.conf import settings

from config import celery, clock


def test_every_task_that_is_due_is_one_that_the_worker_knows() -> None:
    celery.app.loader.import_default_modules()
    due = {entry["task"] for entry in clock.app.conf.beat_schedule.values()}
    assert due == set(settings.BEATS)
    assert due <= set(celery.app.tasks)


def test_both_send_to_the_same_place_in_the_same_words() -> None:
    for name in ("broker_url", "broker_transport_options", "task_serializer", "task_default_queue", "timezone"):
        assert clock.app.conf[name] == celery.app.conf[name]
