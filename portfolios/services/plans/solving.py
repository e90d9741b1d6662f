"""One solve in a process of its own, which is killed with its group when its time is over.

The solver's time limit is no promise (it overran 10 s to 48 s, measured), so only the kill is. Seconds here are those
of the machine since the start, not of a clock.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings

from portfolios.domain.pooling import Plan, Problem, plan_of
from portfolios.domain.pooling.packing import packed, unpacked_plan

MEGABYTES = 4_000
GAP = 1e-3
STARTING_SECONDS = 10.0  # to start Python and read the problem, on a busy machine
LOOK_SECONDS = 0.25
NOTE_CHARS = 300

State = Literal["proven", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Solve:
    """What became of a solve: a checked plan if there is one, how it ended, its seconds, the solver's last words.

    "proven": within the gap that was asked for; "stopped": its time was over first; "failed": it ended without a plan.
    """

    plan: Plan | None
    state: State
    seconds: float
    note: str = ""


def solve(
    problem: Problem, *, method: Literal["fast", "exact"], seconds: float, tick: Callable[[], None], gap: float = GAP
) -> Solve:
    """Solve in another process; "stopped" when it had to be killed. `tick` is called while it runs."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="plumbline-solve-") as name:
        folder = Path(name)
        (folder / "problem.npz").write_bytes(packed(problem))
        with (folder / "errors").open("wb") as errors:
            process = _started(folder, errors.fileno(), method, seconds, gap)
            try:
                code = _waited(process, begun + seconds + STARTING_SECONDS, tick)
            finally:
                _killed(process)
        plan, note = _answer(problem, folder), (folder / "errors").read_text(errors="replace")[-NOTE_CHARS:]
    taken = time.monotonic() - begun
    if plan is not None:
        return Solve(plan, "proven" if plan.gap is not None and plan.gap <= gap else "stopped", taken)
    return Solve(None, "stopped" if code is None else "failed", taken, note.strip())


def _started(folder: Path, errors: int, method: str, seconds: float, gap: float) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "portfolios.domain.pooling", method, str(folder / "problem.npz"),
        str(folder / "plan.npz"), str(seconds), str(gap), str(MEGABYTES),
    ]  # fmt: skip
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(  # noqa: S603
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ.get("PATH", ""), **threads},
        start_new_session=True,
    )


def _waited(process: subprocess.Popen[bytes], until: float, tick: Callable[[], None]) -> int | None:
    """The process' code; None when its time was over."""
    while time.monotonic() < until:
        try:
            return process.wait(timeout=LOOK_SECONDS)
        except subprocess.TimeoutExpired:
            tick()
    return None


def _killed(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    if process.stdin is not None:
        process.stdin.close()


def _answer(problem: Problem, folder: Path) -> Plan | None:
    """The plan that was written, added up and checked here; None for none, or for one that breaks a rule."""
    path = folder / "plan.npz"
    if not path.exists():
        return None
    found = unpacked_plan(path.read_bytes())
    try:
        return plan_of(problem, found.chosen, method=found.method, bound=found.bound)
    except ValueError:
        return None
