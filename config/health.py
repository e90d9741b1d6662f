"""Is the process alive (`/healthz`), and can it do its work (`/readyz`)?"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.celery import app

Probe = Callable[[], bool]


def database_answers() -> bool:
    """True when PostgreSQL answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def cache_answers() -> bool:
    """True when the cache gives back what was put in."""
    cache.set("healthz", "1", timeout=10)
    return bool(cache.get("healthz") == "1")


def worker_answers() -> bool:
    """True when at least one worker replies within a second."""
    return bool(app.control.ping(timeout=1.0, limit=1))


def _report(**probes: Probe) -> JsonResponse:
    parts = {name: _ask(probe) for name, probe in probes.items()}
    return JsonResponse(parts, status=200 if all(part == "ok" for part in parts.values()) else 503)


def _ask(probe: Probe) -> str:
    try:
        return "ok" if probe() else "no answer"
    except Exception as error:  # a probe may fail in any way its driver knows; the reader needs the kind only
        return type(error).__name__


@never_cache
@require_safe
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """Database and cache."""
    return _report(database=database_answers, cache=cache_answers)


@never_cache
@require_safe
@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, cache and a worker."""
    return _report(database=database_answers, cache=cache_answers, worker=worker_answers)
