"""`python -m portfolios.domain.pooling fast|exact PROBLEM PLAN SECONDS GAP MEGABYTES`: one solve that can be killed.

The solver's own time limit is no promise, so whoever starts this kills it. It also ends by itself: when its memory or
its processor time is used up, and when whoever started it is gone and the pipe to it closes.
"""

import os
import resource
import sys
import threading
from pathlib import Path

GRACE_SECONDS = 30
NO_PLAN = 3


def main(method: str, problem: Path, plan: Path, seconds: float, gap: float, megabytes: int) -> int:
    """Solve and write the plan; 3 where there is none."""
    _bound(seconds, megabytes)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from portfolios.domain.pooling import NoPlan, fast, solved
    from portfolios.domain.pooling.packing import packed_plan, unpacked

    asked = unpacked(problem.read_bytes())
    try:
        found = fast(asked) if method == "fast" else solved(asked, seconds=seconds, gap=gap)
    except NoPlan as none:
        sys.stderr.write(f"{none}\n")
        return NO_PLAN
    beside = plan.with_suffix(".part")
    beside.write_bytes(packed_plan(found))
    beside.replace(plan)
    return 0


def _bound(seconds: float, megabytes: int) -> None:
    cpu = 2 * int(seconds) + GRACE_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    method, problem, plan, seconds, gap, megabytes = sys.argv[1:]
    sys.exit(main(method, Path(problem), Path(plan), float(seconds), float(gap), int(megabytes)))
