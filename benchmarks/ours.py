"""Our whole path: from "the upload is received" to "the results are complete", in real workers with real PostgreSQL."""

import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.installation import Installation, lender, until
from benchmarks.machine import Used
from benchmarks.tapes import AS_OF

WATCH_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Path60:
    """Seconds by the clock of each step, CPU seconds by part, the largest worker process in MB, what came out."""

    loans: int
    findings: int
    read_s: float
    prepare_s: float
    check_s: float
    total_s: float
    worker_cpu_s: float
    postgres_cpu_s: float
    worker_peak_mb: float

    @property
    def cpu_s(self) -> float:
        """CPU seconds of all that worked on the tape."""
        return self.worker_cpu_s + self.postgres_cpu_s

    def as_json(self) -> dict[str, Any]:
        return {name: round(value, 2) for name, value in {**asdict(self), "cpu_s": self.cpu_s}.items()}


def whole_path(tape: Path, running: Installation) -> Path60:
    """Upload a tape, confirm the proposed columns as soon as they are there, wait for the last finding."""
    from diligence import tasks as diligence_tasks
    from loans import tasks as loans_tasks

    version = received(tape)
    before = running.used()
    with _Watch(running) as watch:
        begun = time.perf_counter()
        loans_tasks.read.delay(version.pk)
        until(lambda: _has_status(version, "mapping"))
        read = time.perf_counter()
        run = started(version)
        diligence_tasks.advance.delay(run.pk)
        until(lambda: _is_done(run))
        done = time.perf_counter()
    after = running.used()
    return _result(run, after, before, watch.peak_mb, read - begun, done - begun)


def received(tape: Path) -> Any:
    from django.core.files import File
    from django.utils import timezone

    from loans.services import tapes

    with tape.open("rb") as source:
        upload: Any = File(source, name=f"{time.time_ns()}.csv")
        return tapes.receive(upload=upload, by=lender(), at=timezone.now()).version


def started(version: Any) -> Any:
    from django.utils import timezone

    from diligence.services import runs
    from loans.domain.mapping import Mapping

    return runs.start(
        version=version, criteria=None, as_of=AS_OF, by=lender(), at=timezone.now(),
        mapping=Mapping.from_json(version.mapping), accept_missing=True,
    )  # fmt: skip


def _has_status(thing: Any, wanted: str) -> bool | None:
    status = type(thing).objects.values_list("status", flat=True).get(pk=thing.pk)  # not the whole row: it is large
    if status not in (wanted, "unreadable", "failed"):
        return None
    thing.refresh_from_db()
    if status != wanted:
        raise RuntimeError(thing.problem)
    return True


def _is_done(run: Any) -> bool | None:
    return _has_status(run, "done")


def _result(
    run: Any, after: dict[str, Used], before: dict[str, Used], peak_mb: float, read_s: float, total_s: float
) -> Path60:
    from diligence.models import Finding

    return Path60(
        loans=run.loan_count,
        findings=Finding.objects.filter(run=run).count(),
        read_s=read_s,
        prepare_s=(run.checking_at - run.started_at).total_seconds(),
        check_s=(run.finished_at - run.checking_at).total_seconds(),
        total_s=total_s,
        worker_cpu_s=after["worker"].cpu - before["worker"].cpu,
        postgres_cpu_s=after["PostgreSQL"].cpu - before["PostgreSQL"].cpu,
        worker_peak_mb=peak_mb,
    )


class _Watch:
    """Looks at the worker's memory while it works: a process that ends takes its high-water mark with it."""

    def __init__(self, running: Installation) -> None:
        self.running, self.peak_mb = running, 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(WATCH_SECONDS):
            self.peak_mb = max(self.peak_mb, self.running.used()["worker"].peak_mb)
