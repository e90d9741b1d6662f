"""`python -m benchmarks.factors --loan-months 7000000`: histories of loans imported, beside the floor and two peers.

Floor: Polars reads the same files as text. Peers: PostgreSQL's COPY of them into a plain table of text columns, and a
loop over csv.reader that only adds up balances by month (a sample, scaled).
"""

import argparse
import csv
import json
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.installation import Installation, installation
from benchmarks.loanmonths import COLUMNS, FIRST, history
from benchmarks.machine import machine, own_cpu
from benchmarks.tapes import OUT

SAMPLE_LINES = 200_000
GOAL = 200_000  # loan-months a second
MONTH, BALANCE = 1, 2


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.factors", description=__doc__)
    parser.add_argument("--loan-months", type=int, default=7_000_000)
    parser.add_argument("--pools", type=int, default=7, help="each is a file of its own")
    asked = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    files = {OUT / f"history-{number}.psv": 0.0 for number in range(asked.pools)}
    for number, path in enumerate(files):
        files[path] = history(path, loan_months=asked.loan_months // asked.pools, seed=number)
    lines = sum(pl.scan_csv(path, has_header=False, separator="|").select(pl.len()).collect().item() for path in files)
    found: dict[str, Any] = {"machine": machine(), "loan_months": lines, "pools": asked.pools}
    found["megabytes"] = round(sum(path.stat().st_size for path in files) / 2**20)
    found["floor"] = _floor(list(files), lines)
    found["csv_loop"] = _loop(next(iter(files)), lines)
    with installation(worker=False) as running:
        found["copy"] = _copied(list(files), lines, running)
        found["ours"] = _imported(files, lines, running)
    for path in files:
        path.unlink()
    out = OUT / f"factors-{asked.loan_months}.json"
    out.write_text(json.dumps(found, indent=2))
    print(table(found))


def _measured(work: Callable[[], object], lines: int, running: Installation | None = None) -> dict[str, float]:
    """Wall and CPU seconds (ours, PostgreSQL's) of some work, and its rate."""
    wall, ours, theirs = time.perf_counter(), own_cpu(), _postgres(running)
    work()
    wall = time.perf_counter() - wall
    return {
        "wall_s": round(wall, 2),
        "cpu_s": round(own_cpu() - ours, 2),
        "postgres_cpu_s": round(_postgres(running) - theirs, 2),
        "a_second": round(lines / wall),
    }


def _postgres(running: Installation | None) -> float:
    return sum(used.cpu for name, used in running.used().items() if "postgres" in name.lower()) if running else 0.0


def _floor(files: list[Path], lines: int) -> dict[str, float]:
    def read() -> None:
        for path in files:
            pl.read_csv(path, has_header=False, separator="|", quote_char=None, infer_schema=False)

    return _measured(read, lines)


def _loop(path: Path, lines: int) -> dict[str, float]:
    sums: defaultdict[str, float] = defaultdict(float)

    def add_up() -> None:
        with path.open(newline="") as file:
            for row in islice(csv.reader(file, delimiter="|"), SAMPLE_LINES):
                sums[row[MONTH]] += float(row[BALANCE])

    sample = _measured(add_up, SAMPLE_LINES)
    share = lines / SAMPLE_LINES
    return {name: value if name == "a_second" else round(value * share, 2) for name, value in sample.items()}


def _copied(files: list[Path], lines: int, running: Installation) -> dict[str, float]:
    from django.db import connection

    columns = ", ".join(f"c{place} text" for place in range(1, COLUMNS + 1))

    def copy() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE peer ({columns})")
            for path in files:
                with cursor.cursor.copy("COPY peer FROM STDIN (FORMAT csv, DELIMITER '|')") as into:
                    into.write(path.read_bytes())

    found = _measured(copy, lines, running)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE peer")
    return found


def _imported(files: dict[Path, float], lines: int, running: Installation) -> dict[str, float]:
    from portfolios.models import PoolMonth
    from portfolios.services.factorfiles import import_file

    pools = {path: _pool(path.stem, face) for path, face in files.items()}

    def take() -> None:
        for path, pool in pools.items():
            import_file(path=path, name=path.name, by=None, at=datetime.now(UTC), security=pool)

    found = _measured(take, lines, running)
    return found | {"months_recorded": PoolMonth.objects.count()}


def _pool(name: str, face: float) -> Any:
    """A pool to import for, followed by whoever is there."""
    from tests.factories import SecurityFactory

    ends = FIRST.replace(year=FIRST.year + 30)
    return SecurityFactory(name=name, original_face=round(face, 2), issued_on=FIRST, matures_on=ends)


def table(found: dict[str, Any]) -> str:
    rows = {
        "floor: Polars reads the files as text": found["floor"],
        "peer: COPY into a table of text columns": found["copy"],
        "peer: csv.reader adding up balances, scaled": found["csv_loop"],
        "import_factors": found["ours"],
    }
    head = f"{found['loan_months']:,} loan-months of {found['pools']} pools, {found['megabytes']:,} MB"
    lines = [head, f"{'':45}{'wall s':>9}{'CPU s':>9}{'PG CPU s':>10}{'a second':>12}"]
    for name, row in rows.items():
        lines.append(
            f"{name:45}{row['wall_s']:>9}{row['cpu_s']:>9}{row['postgres_cpu_s']:>10}{row['a_second']:>12,.0f}"
        )
    lines.append(f"goal {GOAL:,} a second; {found['ours']['months_recorded']:,} months recorded")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
