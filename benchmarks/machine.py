"""What a figure was measured on, and what processes have used."""

import os
import platform
import resource
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import psutil

PACKAGES = ("polars", "django", "psycopg", "celery")


def machine() -> dict[str, object]:
    """Cores, memory, load and versions: without them no figure means anything."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "load_before": [round(load, 1) for load in os.getloadavg()],
        "processor": _processor(),
        "python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def own_cpu() -> float:
    """CPU seconds of this process so far, all threads."""
    use = resource.getrusage(resource.RUSAGE_SELF)
    return use.ru_utime + use.ru_stime


@dataclass(frozen=True, slots=True)
class Used:
    """CPU seconds and the largest resident memory of one process, MB, among a tree of processes."""

    cpu: float
    peak_mb: float


def used_by(pid: int) -> Used:
    """What a process, its children and the children it has buried have used so far."""
    cpu, peak = 0.0, 0.0
    parent = psutil.Process(pid)
    for process in (parent, *parent.children(recursive=True)):
        try:
            times = process.cpu_times()
            cpu += times.user + times.system + times.children_user + times.children_system
            peak = max(peak, _peak_mb(process.pid))
        except (psutil.NoSuchProcess, FileNotFoundError):
            continue
    return Used(cpu, peak)


def _peak_mb(pid: int) -> float:
    """The high-water mark of resident memory; the kernel keeps it, so nothing is missed between two looks."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0
