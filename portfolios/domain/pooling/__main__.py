"""`python -m portfolios.domain.pooling fast|exact PROBLEM PLAN SECONDS TOLERANCE MEGABYTES`: a solve to be killed.

The exact solve goes on from the plan that stands in PLAN, or from the greedy one, and writes every better plan and
lower bound there at once, so that a kill loses only its last step. TOLERANCE is in cents. The solver's own time limit
is no promise, so whoever starts this kills it. It also ends by itself: when its memory or its processor time is used
up, and when whoever started it is gone and the pipe to it closes.
"""

import os
import resource
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portfolios.domain.pooling import Plan, Problem

GRACE_SECONDS = 30


def main(method: str, problem: Path, plan: Path, seconds: float, tolerance: int, megabytes: int) -> None:
    """Solve, and write every plan that is better than the one before."""
    _bound(seconds, megabytes)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from portfolios.domain.pooling.packing import packed_plan, unpacked

    for found in _plans(method, unpacked(problem.read_bytes()), plan, seconds, tolerance):
        beside = plan.with_suffix(".part")
        beside.write_bytes(packed_plan(found))
        beside.replace(plan)


def _plans(method: str, problem: "Problem", plan: Path, seconds: float, tolerance: int) -> "Iterator[Plan]":
    from portfolios.domain.pooling import fast, greedy, proved
    from portfolios.domain.pooling.packing import unpacked_plan

    until = time.monotonic() + seconds
    if method == "fast":
        yield fast(problem)
        return
    start = unpacked_plan(plan.read_bytes()) if plan.exists() else greedy(problem)
    yield from proved(problem, start, tolerance=tolerance, left=lambda: until - time.monotonic())


def _bound(seconds: float, megabytes: int) -> None:
    cpu = 2 * int(seconds) + GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _end_with_parent() -> None:
    while os.read(0, 4096):  # a buffered read would hold its lock while the process ends
        pass
    os._exit(1)


if __name__ == "__main__":
    method, problem, plan, seconds, tolerance, megabytes = sys.argv[1:]
    main(method, Path(problem), Path(plan), float(seconds), int(tolerance), int(megabytes))
