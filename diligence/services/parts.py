"""Checking one part of a run: claim it by a lease, evaluate every rule in one pass, write it in one transaction.

Doing a part twice changes nothing: the claim is one conditional UPDATE, and the transaction that writes the results
first makes sure that the part is still open and the lease still its own.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from diligence.domain.evaluate import Evaluation
from diligence.domain.findings import balance
from diligence.domain.lifecycles import RunStatus, Severity
from diligence.domain.tapeseen import seen_typed
from diligence.models import Finding, LoanResult, Run, RunChunk
from diligence.services.copying import copy_frame
from diligence.services.rulebooks import evaluate_part, ruleset_of
from diligence.services.seen import seen_json
from loans.models import Loan, TapeChunk
from loans.services.files import read_parquet
from loans.services.snapshots import EXTRA

LEASE = timedelta(seconds=settings.CHUNK_LEASE_SECONDS)
WARNINGS = (Severity.WARNING_TO_FATAL, Severity.WARNING)


@dataclass(frozen=True)
class Claim:
    """A part and the end of the lease under which it is being checked; the lease identifies the claim."""

    chunk: RunChunk
    lease_until: datetime


def claim(*, chunk_id: int, worker: str, at: datetime) -> Claim | None:
    """Take a part to check; None when it is done, taken, or its run no longer checks."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    until = at + LEASE
    taken = RunChunk.objects.filter(free, pk=chunk_id, done_at=None, run__status=RunStatus.CHECKING).update(
        lease_until=until, worker=worker[:120], attempts=F("attempts") + 1
    )
    if not taken:
        return None
    chunk = RunChunk.objects.select_related("run__rulebook", "run__criteria", "run__version__tape").get(pk=chunk_id)
    return Claim(chunk, until)


def check(*, chunk_id: int, worker: str, at: datetime) -> bool:
    """Check one part; True when it was the last one, so that the run can be finished."""
    held = claim(chunk_id=chunk_id, worker=worker, at=at)
    if held is None:
        return False
    try:
        return evaluate_and_write(held, at=at)
    except Exception:
        release(held)
        raise


def release(held: Claim) -> None:
    """Give the lease back, so that the next try need not wait for its end. A killed worker cannot, and waits."""
    RunChunk.objects.filter(pk=held.chunk.pk, lease_until=held.lease_until, done_at=None).update(lease_until=None)


def evaluate_and_write(held: Claim, *, at: datetime) -> bool:
    run = held.chunk.run
    part = TapeChunk.objects.get(version_id=run.version_id, number=held.chunk.number)
    frame, problems = read_parquet(part.typed), read_parquet(part.problems)
    typed = frame.drop(name for name in frame.columns if name.startswith(EXTRA))
    seen = seen_typed(typed, problems, ruleset_of(run), layout=run.version.layout)
    held.chunk.seen = seen_json(seen)
    return write(held, part, typed, evaluate_part(run, typed, problems), at=at)


@transaction.atomic
def write(held: Claim, part: TapeChunk, typed: pl.DataFrame, evaluation: Evaluation, *, at: datetime) -> bool:
    """Write loans, findings and counts of a part and mark it done; nothing of it when its run no longer checks.

    Locks its own row first, without the run's: parts that waited for the run while others copy would take turns.
    """
    mine = RunChunk.objects.select_for_update().filter(pk=held.chunk.pk, done_at=None, lease_until=held.lease_until)
    if not mine.exists():
        return False
    store_loans(part, typed, at=at)
    copy_frame(Finding._meta.db_table, findings_rows(held.chunk.run_id, evaluation.findings))
    results = loan_results(held.chunk.run_id, evaluation.findings)
    copy_frame(LoanResult._meta.db_table, results)
    totals = severity_totals(results)
    RunChunk.objects.filter(pk=held.chunk.pk).update(done_at=at, lease_until=None, seen=held.chunk.seen, **totals)
    add_rule_counts(held.chunk.run_id, evaluation.counts)
    add_tallies(held.chunk.run_id, evaluation.findings)
    if not add_to_run(held.chunk, results, totals):
        transaction.set_rollback(True)
        return False
    return end_checking(held.chunk.run_id)


def store_loans(part: TapeChunk, typed: pl.DataFrame, *, at: datetime) -> None:
    """Copy the part's loans, once for all runs of the version: whoever sets `stored_at` copies."""
    if TapeChunk.objects.filter(pk=part.pk, stored_at=None).update(stored_at=at):
        copy_frame(Loan._meta.db_table, loan_rows(part.version_id, typed))


def loan_rows(version_id: int, typed: pl.DataFrame) -> pl.DataFrame:
    """What the table of loans keeps of each: its number, by which they are in order, and its balance."""
    number = pl.col("loan_id") if "loan_id" in typed.columns else pl.lit(None, pl.String)
    return typed.select(
        pl.lit(version_id).alias("version_id"),
        pl.col("row_no"),
        number.alias("loan_id"),
        balance(typed.columns).alias("upb"),
    ).sort("loan_id", maintain_order=True)


def findings_rows(run_id: int, findings: pl.DataFrame) -> pl.DataFrame:
    columns = ("row_no", "rule_no", "seq", "severity", "loan_id", "fields", "columns", "message", "values", "upb")
    return findings.select(pl.lit(run_id).alias("run_id"), pl.lit(0).alias("status"), *columns)


def loan_results(run_id: int, findings: pl.DataFrame) -> pl.DataFrame:
    """One row a loan with findings: its worst severity and how many of each kind. Everything is still open."""
    severity = pl.col("severity")
    fatal = (severity == Severity.FATAL).sum()
    warning = severity.is_in(WARNINGS).sum()
    return (
        findings.filter(pl.col("row_no") > 0)
        .group_by("row_no", maintain_order=True)
        .agg(
            pl.lit(run_id).first().alias("run_id"),
            pl.col("loan_id").first(),
            severity.min().alias("worst"),
            fatal.alias("fatal"),
            warning.alias("warning"),
            (severity == Severity.INFORMATIONAL).sum().alias("informational"),
            fatal.alias("open_fatal"),
            warning.alias("open_warning"),
            pl.col("upb").first(),
        )
    )


def severity_totals(results: pl.DataFrame) -> dict[str, int]:
    return {name: int(results[name].sum() or 0) for name in ("fatal", "warning", "informational")}


def add_rule_counts(run_id: int, counts: pl.DataFrame) -> None:
    """Add the part's counts to the run's rules in one statement, in rule order so that two parts never deadlock."""
    rows = counts.sort("rule_no").select("rule_no", "findings", "fired", "clear", "not_evaluated", "upb_affected")
    arrays = [rows[name].to_list() for name in rows.columns]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM diligence_runrule WHERE run_id = %s ORDER BY rule_no FOR UPDATE", [run_id])
        cursor.execute(
            """
            UPDATE diligence_runrule AS r
            SET findings = r.findings + n.findings, open = r.open + n.findings, fired = r.fired + n.fired,
                clear = r.clear + n.clear, not_evaluated = r.not_evaluated + n.not_evaluated, upb = r.upb + n.upb
            FROM unnest(%s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::numeric[])
                AS n(rule_no, findings, fired, clear, not_evaluated, upb)
            WHERE r.run_id = %s AND r.rule_no = n.rule_no
            """,
            [*arrays, run_id],
        )


def add_tallies(run_id: int, findings: pl.DataFrame) -> None:
    """Add findings to the counts by rule and severity; called after `add_rule_counts`, which locks the rules."""
    by_loan = findings.group_by("rule_no", "severity", "row_no").agg(pl.len().alias("n"), pl.col("upb").first())
    sums = by_loan.group_by("rule_no", "severity").agg(pl.col("n").sum(), pl.col("upb").sum().round(2))
    arrays = [sums[name].to_list() for name in ("rule_no", "severity", "n", "upb")]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO diligence_ruletally AS t (run_id, rule_no, severity, findings, open, upb)
            SELECT %s, n.rule_no, n.severity, n.findings, n.findings, coalesce(n.upb, 0)
            FROM unnest(%s::int[], %s::int[], %s::bigint[], %s::numeric[]) AS n(rule_no, severity, findings, upb)
            ON CONFLICT (run_id, rule_no, severity) DO UPDATE SET findings = t.findings + excluded.findings,
                open = t.open + excluded.open, upb = t.upb + excluded.upb
            """,
            [run_id, *arrays],
        )


def add_to_run(chunk: RunChunk, results: pl.DataFrame, totals: dict[str, int]) -> bool:
    """Count the part in its run; False when the run was stopped or failed meanwhile."""
    fatal = results.filter(pl.col("open_fatal") > 0)
    return bool(
        Run.objects.filter(pk=chunk.run_id, status=RunStatus.CHECKING).update(
            chunks_done=F("chunks_done") + 1,
            loans_done=F("loans_done") + chunk.row_count,
            fatal=F("fatal") + totals["fatal"],
            warning=F("warning") + totals["warning"],
            informational=F("informational") + totals["informational"],
            loans_with_fatal=F("loans_with_fatal") + fatal.height,
            fatal_upb=F("fatal_upb") + round(float(fatal["upb"].sum() or 0), 2),
        )
    )


def end_checking(run_id: int) -> bool:
    """True when no part is left, and the run then waits to be finished."""
    last = Run.objects.filter(pk=run_id, status=RunStatus.CHECKING, chunks_done=F("chunk_count"))
    return bool(last.update(status=RunStatus.FINISHING))
