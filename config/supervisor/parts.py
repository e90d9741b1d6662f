"""The processes of the application itself: web, worker and beat."""

import os
import shutil
import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from config.embedded.processes import Part
from config.supervisor.paths import ROOT

WEB_PROCESSES, WEB_THREADS = 2, 4
GRACE_SECONDS = 3
WITHOUT_CHECKS = {"CELERY_SKIP_CHECKS": "1"}  # manage.py boot has run them
# Polars gives pages back to the system after ten seconds instead of at once: the next batch wants them again, and a
# tenth of a check was spent on getting them. It costs about 100 MB.
KEEPS_PAGES = {"_RJEM_MALLOC_CONF": "dirty_decay_ms:10000,muzzy_decay_ms:10000"}


def web(environment: Mapping[str, str], var: Path, port: int) -> Part:
    """gunicorn with threads, on the loopback address."""
    options = {
        "config": "python:config.gunicorn",
        "bind": f"127.0.0.1:{port}",
        "worker-class": "gthread",
        "workers": WEB_PROCESSES,
        "threads": WEB_THREADS,
        "graceful-timeout": GRACE_SECONDS,
        "timeout": 120,
        "max-requests": 5000,
        "max-requests-jitter": 500,
    }
    flags = [word for key, value in options.items() for word in (f"--{key}", str(value))]
    return Part(
        name="web",
        command=[*_program("gunicorn"), "config.wsgi", "--no-control-socket", *flags],
        log=var / "log" / "web.log",
        death_signal=signal.SIGKILL,  # the next start wants its port
        environment={"PLUMBLINE_DB_POOL": str(2 * WEB_THREADS), **environment, "TMPDIR": str(scratch(var, "web"))},
        directory=ROOT,
        before=lambda: empty(scratch(var, "web")),
        ready=lambda: answers(port),
    )


def worker(environment: Mapping[str, str], var: Path) -> Part:
    """Celery's prefork pool, at least two processes. SIGQUIT gives back what does not end within seconds."""
    processes = max(2, os.cpu_count() or 1)
    options = ["--concurrency", str(processes), "--without-gossip", "--without-mingle"]
    return Part(
        name="worker",
        command=[*_program("celery"), "-A", "config.celery:app", "worker", *options],
        log=var / "log" / "worker.log",
        stop_signal=signal.SIGQUIT,
        death_signal=signal.SIGKILL,  # without a broker a worker would wait for one instead of ending
        environment={**KEEPS_PAGES, **environment, **WITHOUT_CHECKS, "TMPDIR": str(scratch(var, "worker"))},
        directory=ROOT,
        before=lambda: empty(scratch(var, "worker")),
    )


def beat(environment: Mapping[str, str], var: Path) -> Part:
    """Celery's clock; exactly one may run."""
    schedule = str(var / "beat")
    return Part(
        name="beat",
        command=[*_program("celery"), "-A", "config.clock:app", "beat", "--schedule", schedule, "--pidfile="],
        log=var / "log" / "beat.log",
        death_signal=signal.SIGKILL,
        environment=environment,
        directory=ROOT,
    )


def scratch(var: Path, name: str) -> Path:
    """The folder for temporary files of a part: what it has of an upload or a tape while it works on it."""
    return var / "tmp" / name


def empty(folder: Path) -> None:
    """Take away what a part that was killed left behind; borrowers' data would lie there for ever."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def answers(port: int) -> bool:
    """True when the web server says that it, the database and the cache are well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _program(name: str) -> tuple[str, ...]:
    """By its module: the scripts of an environment name the folder that it was made in, and folders are moved."""
    return (sys.executable, "-m", name)
