"""The stages that need no database, each in a process of its own: `python -m benchmarks.stages floor TAPE`."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from benchmarks.machine import own_cpu
from benchmarks.tapes import AS_OF

Facts = dict[str, object]


def floor(tape: Path) -> Facts:
    """Polars reads the file, every cell as text."""
    frame = pl.read_csv(tape, infer_schema=False)
    return {"loans": frame.height, "columns": frame.width}


def check(tape: Path) -> Facts:
    """The engine over the file, as check_tape runs it: match, cast, every rule, findings and totals."""
    from diligence.domain import pipeline
    from diligence.domain.rulebook import shipped_rulebook

    with tempfile.TemporaryDirectory() as folder:
        job = pipeline.Job(tape, tape.name, Path(folder), shipped_rulebook(), AS_OF)
        checked = pipeline.check(job, pipeline.match(job), on_findings=lambda found: None)
    rules = sum(rule.scope == "loan" for rule in checked.ruleset.rules.values())
    return {"loans": checked.loans, "rules": rules, "findings": sum(checked.by_severity.values())}


def expressions(tape: Path) -> Facts:
    """The rules that a peer can hold too, as plain Polars expressions in one select."""
    from benchmarks.rules import by_expressions

    return _rules_alone(tape, by_expressions)


def pandera(tape: Path) -> Facts:
    """The same rules as pandera checks over the same typed frame, every failure collected."""
    from benchmarks.rules import by_pandera

    return _rules_alone(tape, by_pandera)


def _rules_alone(tape: Path, way: Callable[..., tuple[int, float, float]]) -> Facts:
    from benchmarks.rules import common_tests, typed_tape

    frame = typed_tape(tape)
    tests = common_tests(frame)
    failures, cpu, clock = way(frame, tests)
    used = {"rules_cpu_s": round(cpu, 2), "rules_wall_s": round(clock, 2)}
    return {"loans": frame.height, "rules": len(tests), "failures": failures, **used}


STAGES: dict[str, Callable[[Path], Facts]] = {stage.__name__: stage for stage in (floor, check, expressions, pandera)}


def measured(stage: str, tape: Path) -> Facts:
    """Run a stage in a new process and say what it used: CPU seconds, seconds by the clock, peak memory in MB."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.stages", stage, str(tape)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    found: Facts = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    stage, tape = sys.argv[1], Path(sys.argv[2])
    before, started = own_cpu(), time.perf_counter()
    facts = STAGES[stage](tape)
    used = {"stage": stage, "cpu_s": round(own_cpu() - before, 3), "wall_s": round(time.perf_counter() - started, 2)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**used, "peak_mb": round(peak), **facts}))


if __name__ == "__main__":
    main()
