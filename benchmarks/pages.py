"""`python -m benchmarks.pages --loans 10000000`: every page of a lender with that many loans in the database."""

import argparse
import json
import os
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.installation import installation, lender
from benchmarks.machine import machine
from benchmarks.tapes import OUT, tape

TAPE_LOANS = 100_000
ROUNDS = 7
LIMIT_MS, LIMIT_QUERIES = 200, 30
COPIED_BY_RUN = ("diligence_finding", "diligence_loanresult", "diligence_runrule", "diligence_ruletally")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--loans", type=int, default=10_000_000, help="in tapes of 100,000 (default 10,000,000)")
    asked = parser.parse_args()
    path = tape(min(TAPE_LOANS, asked.loans))
    os.environ["PLUMBLINE_REQUIRE_MFA"] = "false"
    found: dict[str, Any] = {"machine": machine(), "loans": asked.loans}
    with installation(worker=False):
        started = time.perf_counter()
        run = checked(path)
        copy_tapes(run, asked.loans // run.loan_count - 1)
        found["fill_s"] = round(time.perf_counter() - started, 1)
        found["rows"] = counts()
        found["pages"] = [measured(name, url) for name, url in pages(run)]
    OUT.mkdir(exist_ok=True)
    (OUT / f"pages-{asked.loans}.json").write_text(json.dumps(found, indent=2))
    print(table(found))


def checked(path: Path) -> Any:
    """One tape the whole way, in this process: read, matched, prepared, checked, finished."""
    from django.utils import timezone

    from benchmarks.ours import received, started
    from diligence.services import finishing, parts, runs
    from loans.services import intake

    version = received(path)
    intake.read(version_id=version.pk, clock=timezone.now)
    version.refresh_from_db()
    run = started(version)
    for chunk in runs.advance(run_id=run.pk, clock=timezone.now):
        parts.check(chunk_id=chunk, worker="bench", at=timezone.now())
    finishing.finish(run_id=run.pk, clock=timezone.now)
    run.refresh_from_db()
    return run


def copy_tapes(run: Any, times: int) -> None:
    """The same loans, findings and counts again under other tapes, versions and runs, copied inside PostgreSQL."""
    from django.db import connection

    for number in range(times):
        copy = copied_rows(run, number)
        with connection.cursor() as cursor:
            copy_table(cursor, "loans_loan", "version_id", run.version_id, copy.version_id)
            for name in COPIED_BY_RUN:
                copy_table(cursor, name, "run_id", run.pk, copy.pk)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def copied_rows(run: Any, number: int) -> Any:
    """A tape, its version, parts and run like those of `run`; the files stay shared."""
    from diligence.models import Run
    from loans.models import Tape, TapeVersion

    version = TapeVersion.objects.get(pk=run.version_id)
    chunks = list(version.chunks.all())
    parent = Tape.objects.create(
        organization_id=version.tape.organization_id, name=f"Pool {number + 2}", created_by_id=version.uploaded_by_id,
        created_at=version.uploaded_at,
    )  # fmt: skip
    version.pk, version.tape = None, parent
    version.save(force_insert=True)
    for chunk in chunks:
        chunk.pk, chunk.version = None, version
        chunk.save(force_insert=True)
    copy = Run.objects.get(pk=run.pk)
    copy.pk, copy.version = None, version
    copy.save(force_insert=True)
    return copy


def copy_table(cursor: Any, table: str, key: str, old: int, new: int) -> None:
    """Copy a run's or a version's rows of a table; an identity column numbers itself."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_identity = 'NO' "
        "AND column_name <> %s ORDER BY ordinal_position",
        [table, key],
    )
    names = ", ".join(f'"{name}"' for (name,) in cursor.fetchall())
    cursor.execute(
        f'INSERT INTO "{table}" ("{key}", {names}) SELECT %s, {names} FROM "{table}" WHERE "{key}" = %s', [new, old]
    )


def counts() -> dict[str, int]:
    from diligence.models import Finding, Run
    from loans.models import Loan

    return {"loans": Loan.objects.count(), "findings": Finding.objects.count(), "checks": Run.objects.count()}


def pages(run: Any) -> Iterator[tuple[str, str]]:
    """Name and address of each page a lender sees; the deep ones begin near the end of their list."""
    rule = run.rules.order_by("-findings").first()
    row = run.results.order_by("worst", "row_no").first().row_no
    base, deep = f"/checks/{run.pk}/", run.loan_count - 500
    yield "home", "/"
    yield "tapes", "/tapes/"
    yield "tape", f"/tapes/{run.version.tape_id}/"
    yield "version", f"/tapes/versions/{run.version_id}/"
    yield "columns", f"/tapes/versions/{run.version_id}/columns/"
    yield "results", base
    yield "results, open fatal", f"{base}?severity=fatal&status=open"
    yield "findings of a rule", f"{base}rules/{rule.code}/"
    yield "findings of a rule, near the end", f"{base}rules/{rule.code}/?after={deep}.0"
    yield "loans with findings", f"{base}loans/"
    yield "loans with findings, near the end", f"{base}loans/?after=3.{deep}"
    yield "a loan number in a check", f"{base}loans/?q=7000000123"
    yield "loan", f"{base}loans/{row}/"
    yield "not evaluated", f"{base}not-evaluated/"
    yield "history", f"{base}history/"
    yield "rulebook", "/rules/"
    yield "rule", f"/rules/{rule.code}/"
    yield "search for a loan number", "/search/?q=7000000123"
    yield "bundles", "/bundles/"
    yield "new bundle", "/bundles/new/"
    yield "criteria", "/criteria/"


def measured(name: str, url: str) -> dict[str, Any]:
    """Median milliseconds and queries of a page, warm, answered by Django's test client as a lender."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(lender(), backend="accounts.backends.EmailBackend")
    status = client.get(url).status_code
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        client.get(url)
        times.append(1000 * (time.perf_counter() - started))
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return {
        "page": name, "status": status, "median_ms": round(statistics.median(times)), "worst_ms": round(max(times)),
        "queries": len(queries),
    }  # fmt: skip


def table(found: dict[str, Any]) -> str:
    lines = [f"{found['rows']}, filled in {found['fill_s']} s, {found['machine']}"]
    lines.append(f"{'page':36}{'status':>7}{'median ms':>11}{'worst ms':>10}{'queries':>9}")
    for page in found["pages"]:
        over = page["median_ms"] > LIMIT_MS or page["queries"] > LIMIT_QUERIES or page["status"] >= 400
        numbers = f"{page['status']:>7}{page['median_ms']:>11}{page['worst_ms']:>10}{page['queries']:>9}"
        lines.append(f"{page['page']:36}{numbers}{'  <- over' if over else ''}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
