"""One solve in a process of its own, which is killed with its group when its time is over.

The solver's time limit is no promise (it overran 10 s to 48 s, measured), so only the kill is. Seconds here are those
of the machine since the start, not of a clock.
"""

import logging
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

from portfolios.domain.pooling import Plan, Problem, plan_of, tolerance_of
from portfolios.domain.pooling.packing import packed, packed_plan, unpacked_plan

MEGABYTES = 4_000
STARTING_SECONDS = 10.0  # to start Python and read the problem, on a busy machine
LOOK_SECONDS = 0.25
LAST_WORDS = 4_000  # characters of what a solver printed that go to the log

logger = logging.getLogger(__name__)

State = Literal["proven", "stopped", "failed"]


@dataclass(frozen=True, slots=True)
class Solve:
    """What became of a solve: a checked plan if there is one, how it ended, its seconds, and why, in one sentence.

    "proven": within the tolerance of its bound; "stopped": its time was over before that, and the plan, if there is
    one, is the best until then with the bound until then; "failed": it ended without a plan.
    """

    plan: Plan | None
    state: State
    seconds: float
    note: str = ""


def solve(
    problem: Problem,
    *,
    method: Literal["fast", "exact"],
    seconds: float,
    tick: Callable[[], None],
    start: Plan | None = None,
) -> Solve:
    """Solve in another process, which is killed when its time is over. `tick` is called while it runs.

    The exact solve goes on from `start`; what it found until a kill counts.
    """
    begun, tolerance = time.monotonic(), tolerance_of(problem)
    with tempfile.TemporaryDirectory(prefix="plumbline-solve-") as name:
        folder = Path(name)
        (folder / "problem.npz").write_bytes(packed(problem))
        if start is not None:
            (folder / "plan.npz").write_bytes(packed_plan(start))
        with (folder / "errors").open("wb") as errors:
            process = _started(folder, errors.fileno(), method, seconds, tolerance)
            try:
                code = _waited(process, begun + seconds + STARTING_SECONDS, tick)
            finally:
                _killed(process)
        plan, words = _answer(problem, folder, start), (folder / "errors").read_text(errors="replace")
    taken = time.monotonic() - begun
    if plan is not None and plan.bound is not None and plan.bound - plan.earned <= tolerance:
        return Solve(plan, "proven", taken)
    if code in (None, 0):
        return Solve(plan, "stopped", taken)
    logger.error("The %s solver ended with code %s after %.1f s: %s", method, code, taken, words[-LAST_WORDS:].strip())
    return Solve(plan, "failed", taken, why(code, words))


def why(code: int, words: str) -> str:
    """Why a solver ended before its time, for a person. What it printed itself goes to the log."""
    if code == -signal.SIGKILL or "MemoryError" in words or "bad_alloc" in words:
        return "The machine had too little memory for it. A plan of fewer loans needs less."
    if code == -signal.SIGXCPU:
        return "It had used up its time on the processor."
    return "The reason is on our side; staff can see it in the log."


def _started(folder: Path, errors: int, method: str, seconds: float, tolerance: int) -> subprocess.Popen[bytes]:
    command = [
        sys.executable, "-m", "portfolios.domain.pooling", method, str(folder / "problem.npz"),
        str(folder / "plan.npz"), str(seconds), str(tolerance), str(MEGABYTES),
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


def _answer(problem: Problem, folder: Path, start: Plan | None) -> Plan | None:
    """The plan that was written, added up and checked here; None for none or no news, or for one that breaks a rule."""
    path = folder / "plan.npz"
    if not path.exists():
        return None
    found = unpacked_plan(path.read_bytes())
    if start is not None and (found.earned, found.bound) == (start.earned, start.bound):
        return None
    try:
        return plan_of(problem, found.chosen, method=found.method, bound=found.bound)
    except ValueError:
        return None
