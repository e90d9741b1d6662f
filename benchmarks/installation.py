"""A whole installation in a temporary folder (PostgreSQL, broker, worker), and services called as the web does."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.machine import Used, used_by
from config.embedded import Stack
from config.embedded.processes import Part, run_to_end
from config.supervisor import parts
from config.supervisor.paths import manage

POLL_SECONDS = 0.05  # each look is a query, and counts as PostgreSQL's
PATIENCE_SECONDS = 900


@dataclass
class Installation:
    """The running parts by name. `used` tells what each has used so far."""

    folder: Path
    parts: dict[str, Part] = field(default_factory=dict)

    def used(self) -> dict[str, Used]:
        """CPU and peak memory by part, their children included."""
        return {name: used_by(part.process.pid) for name, part in self.parts.items() if part.process}


@contextmanager
def installation(*, worker: bool = True) -> Iterator[Installation]:
    """Start everything, point Django at it, and take it all away at the end."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
    folder.chmod(0o711)  # so that the data is inside, also where PostgreSQL runs as another account
    stack = Stack(folder / "var", given={})
    try:
        environment = {**_given(), **stack.start(), "PLUMBLINE_VAR": str(folder / "var")}
        os.environ.update(environment)
        run_to_end(manage("boot"), log=folder / "boot.log", environment=environment)
        _setup_django()
        running = Installation(folder, {part.name: part for part in stack.parts})
        if worker:
            running.parts["worker"] = part = parts.worker(environment, folder)
            part.start()
            _wait_for_worker()
        yield running
    finally:
        if worker and "running" in locals() and "worker" in running.parts:
            running.parts["worker"].stop()
        stack.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _given() -> dict[str, str]:
    """The environment without what Polars put there when it was imported: run.py gives a worker other words for it."""
    return {name: value for name, value in os.environ.items() if name != "_RJEM_MALLOC_CONF"}


def _setup_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()


def _wait_for_worker() -> None:
    from config.celery import app

    until(lambda: app.control.ping(timeout=0.5) or None)


def until(look: Callable[[], Any]) -> Any:
    """What `look` gives as soon as it gives anything but None; raises TimeoutError after fifteen minutes."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found = look()
        if found is not None:
            return found
        time.sleep(POLL_SECONDS)
    raise TimeoutError("the worker did not get there")


def lender() -> Any:
    """A lender's uploader, made once."""
    from accounts.models import Organization, User

    organization, _ = Organization.objects.get_or_create(
        slug="bench", defaults={"name": "Benchmark Lender", "kind": "lender"}
    )
    known = User.objects.filter(email="bench@example.com").first()
    return known or User.objects.create_user(
        "bench@example.com", None, name="Bench", organization=organization, roles=["uploader", "manager"]
    )
