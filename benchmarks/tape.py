"""`python -m benchmarks.tape --loans 100000`: upload to results beside the floor and a peer, in one run."""

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from benchmarks.installation import installation
from benchmarks.machine import machine
from benchmarks.stages import measured
from benchmarks.tapes import OUT, tape

WARM_UP_LOANS = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tape", description=__doc__)
    parser.add_argument("--loans", type=int, default=100_000)
    parser.add_argument("--columns", choices=("lean", "standard", "full"), default="lean")
    parser.add_argument("--rounds", type=int, default=3, help="the round with the least CPU counts")
    asked = parser.parse_args()
    path = tape(asked.loans, asked.columns)
    found: dict[str, Any] = {"machine": machine(), "loans": asked.loans, "columns": asked.columns}
    found["megabytes"] = round(path.stat().st_size / 2**20, 1)
    for stage in ("floor", "check", "expressions", "pandera"):
        found[stage] = min((measured(stage, path) for _ in range(asked.rounds)), key=lambda facts: facts["cpu_s"])  # type: ignore[arg-type, return-value]
    found["path"] = ours(path, rounds=asked.rounds)
    found["ratios"] = ratios(found)
    out = OUT / f"tape-{asked.columns}-{asked.loans}.json"
    out.write_text(json.dumps(found, indent=2))
    print(table(found))
    print(f"written to {out.relative_to(Path.cwd()) if out.is_relative_to(Path.cwd()) else out}")


def ours(path: Path, *, rounds: int) -> dict[str, Any]:
    """The upload that took the least CPU of several to one installation, after a small one; and what each took.

    The machine is not equally fast from minute to minute, so each has the floor of its own moment beside it.
    """
    from benchmarks.ours import whole_path

    with installation() as running:
        whole_path(tape(WARM_UP_LOANS), running)
        results = []
        for number in range(rounds):
            beside = measured("floor", path)["cpu_s"]
            results.append({"floor_cpu_s": beside, **whole_path(unlike(path, number), running).as_json()})
        each = {f"all_{name}": [result[name] for result in results] for name in ("cpu_s", "total_s", "floor_cpu_s")}
        return {**min(results, key=lambda result: float(result["cpu_s"])), **each}


def unlike(path: Path, number: int) -> Path:
    """The same tape with other bytes, because the same bytes would find the same version: a blank line at its end."""
    if number == 0:
        return path
    other = path.with_name(f"{path.stem}-{number}.csv")
    other.write_bytes(path.read_bytes() + b"\n" * number)
    return other


def ratios(found: dict[str, Any]) -> dict[str, float]:
    """CPU of the path and of the check over the floor; pandera over plain expressions.

    The path's is the middle one of its rounds, each over the floor of its moment; beside it the highest.
    """
    floor, path = found["floor"]["cpu_s"], found["path"]
    by_round = [cpu / beside for cpu, beside in zip(path["all_cpu_s"], path["all_floor_cpu_s"], strict=True)]
    return {
        "path_cpu_over_floor": round(statistics.median(by_round), 1),
        "path_cpu_over_floor_at_worst": round(max(by_round), 1),
        "path_wall_over_floor": round(path["total_s"] / found["floor"]["wall_s"], 1),
        "check_cpu_over_floor": round(found["check"]["cpu_s"] / floor, 1),
        "pandera_rules_over_ours": round(found["pandera"]["rules_cpu_s"] / found["expressions"]["rules_cpu_s"], 1),
        "pandera_whole_over_ours": round(found["pandera"]["cpu_s"] / found["expressions"]["cpu_s"], 1),
    }


def table(found: dict[str, Any]) -> str:
    path = found["path"]
    rows = [
        ("floor: Polars reads the file as text", *used(found["floor"])),
        ("check_tape, in process", *used(found["check"])),
        (f"{found['expressions']['rules']} tests, plain expressions, whole", *used(found["expressions"])),
        ("  rules alone", *rules(found["expressions"])),
        ("the same as pandera checks, whole", *used(found["pandera"])),
        ("  rules alone", *rules(found["pandera"])),
        ("upload to results: worker", path["worker_cpu_s"], "", path["worker_peak_mb"]),
        ("upload to results: PostgreSQL", path["postgres_cpu_s"], "", ""),
        ("upload to results", path["cpu_s"], path["total_s"], ""),
    ]
    lines = [f"{'':44}{'CPU s':>9}{'wall s':>9}{'peak MB':>9}"]
    lines += [f"{name:44}{cpu!s:>9}{wall!s:>9}{peak!s:>9}" for name, cpu, wall, peak in rows]
    steps = ", ".join(f"{step} {path[step + '_s']} s" for step in ("read", "prepare", "check"))
    rounds = ", ".join(
        f"{cpu} CPU-s in {wall} s beside {floor}"
        for cpu, wall, floor in zip(path["all_cpu_s"], path["all_total_s"], path["all_floor_cpu_s"], strict=True)
    )
    return "\n".join(
        [*lines, f"steps: {steps}", f"rounds: {rounds}", f"ratios: {found['ratios']}", f"machine: {found['machine']}"]
    )


def used(facts: dict[str, Any]) -> tuple[object, object, object]:
    return facts["cpu_s"], facts["wall_s"], facts["peak_mb"]


def rules(facts: dict[str, Any]) -> tuple[object, object, object]:
    return facts["rules_cpu_s"], facts["rules_wall_s"], ""


if __name__ == "__main__":
    main()
