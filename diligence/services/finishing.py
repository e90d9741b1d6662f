"""The end of a run: whole-tape rules, decisions carried over, totals and strata. Idempotent, in one transaction."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import polars as pl
from django.db import connection, transaction

from diligence.domain import summaries
from diligence.domain.lifecycles import RunStatus
from diligence.domain.tapeseen import TapeSeen
from diligence.domain.wholetape import Tape, evaluate_tape
from diligence.models import Finding, Run
from diligence.queries.results import counts_by_worst
from diligence.services import decisions, runs
from diligence.services.copying import copy_frame
from diligence.services.parts import add_rule_counts, add_tallies, findings_rows, loan_results
from diligence.services.rulebooks import mapping_of, ruleset_of
from diligence.services.seen import tape_seen
from loans.domain.formats import Note
from loans.models import Loan, TapeChunk
from loans.models.loans import LOAN_BY_NUMBER
from loans.services.files import read_parquet
from loans.services.intake import Clock
from loans.services.snapshots import text_seen


def finish(*, run_id: int, clock: Clock) -> bool:
    """Finish a run all of whose parts are checked; False when another worker does it.

    A try that fails gives its lease back; after several the sweep ends the run (see `runs.fail_hopeless`).
    """
    run = runs.claim_step(run_id=run_id, status=RunStatus.FINISHING, at=clock())
    if run is None:
        return False
    try:
        return evaluate_and_write(run, clock=clock)
    except Exception:
        runs.release_step(run)
        raise


def evaluate_and_write(run: Run, *, clock: Clock) -> bool:
    """Write the end of a run in one transaction; False when another worker was faster."""
    whole = evaluate_tape(tape_of(run), ruleset_of(run))
    index_loans()
    found = with_loans(run, findings_rows(run.pk, whole.findings))
    summary = summary_of(run)
    with transaction.atomic():
        ended = {"summary": summary, "finished_at": clock(), "lease_until": None}
        if not runs.move(run, frm=RunStatus.FINISHING, to=RunStatus.DONE, **ended):
            return False
        copy_frame(Finding._meta.db_table, found)
        add_rule_counts(run.pk, whole.counts)
        add_tallies(run.pk, found)
        add_whole_tape(run, found)
        add_to_loans(run.pk, loan_results(run.pk, found))
        decisions.recount_fatal(run)
        decisions.carry_over(run)
        store_counts(run, summary)
    return True


def index_loans() -> None:
    """Sum up the pages of the table of loans that the parts have filled; until then a search reads each of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT brin_summarize_new_values(%s)", [LOAN_BY_NUMBER])


def with_loans(run: Run, found: pl.DataFrame) -> pl.DataFrame:
    """Findings of the file that name a row get that row's loan number and balance."""
    rows = found.filter(pl.col("row_no") > 0)["row_no"].unique().to_list()
    loans = Loan.objects.filter(version_id=run.version_id, row_no__in=rows)
    known = {row: (number, upb) for row, number, upb in loans.values_list("row_no", "loan_id", "upb")}
    numbers = {row: number or "" for row, (number, _) in known.items()}
    balances = {row: float(upb) for row, (_, upb) in known.items()}
    return found.with_columns(
        pl.col("row_no").replace_strict(numbers, default=pl.col("loan_id"), return_dtype=pl.String).alias("loan_id"),
        pl.col("row_no").replace_strict(balances, default=pl.col("upb"), return_dtype=pl.Float64).alias("upb"),
    )


def add_to_loans(run_id: int, results: pl.DataFrame) -> None:
    """Add what was found of single rows to what the parts counted for their loans."""
    names = ("row_no", "loan_id", "worst", "fatal", "warning", "informational", "upb")
    arrays = [results[name].to_list() for name in names]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO diligence_loanresult AS l (run_id, row_no, loan_id, worst, fatal, warning, informational, upb,
                                                   open_fatal, open_warning)
            SELECT %s, n.*, n.fatal, n.warning
            FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[], %s::numeric[])
                AS n(row_no, loan_id, worst, fatal, warning, informational, upb)
            ON CONFLICT (run_id, row_no) DO UPDATE SET
                worst = least(l.worst, excluded.worst), fatal = l.fatal + excluded.fatal,
                warning = l.warning + excluded.warning, informational = l.informational + excluded.informational,
                open_fatal = l.open_fatal + excluded.fatal, open_warning = l.open_warning + excluded.warning
            """,
            [run_id, *arrays],
        )


def store_counts(run: Run, summary: dict[str, Any]) -> None:
    """Keep the numbers that pages show beside their lists, so that no page counts."""
    counts = {
        "loans_by_worst": counts_by_worst(run),
        "rules_not_evaluated": run.rules.filter(not_evaluated__gt=0).count(),
    }
    totals = summary["totals"]
    Run.objects.filter(pk=run.pk).update(summary=summary | counts, total_upb=round(totals["upb"], 2))


def tape_of(run: Run) -> Tape:
    """What the whole-tape rules look at, from the file's notes and from what each part told."""
    version = run.version
    seen = TapeSeen().plus_text(text_seen(version))
    for part in run.chunks.all():
        seen = seen.plus(tape_seen(part.seen))
    notes = tuple(Note(**note) for note in version.facts.get("notes", ()))
    return Tape(seen, mapping_of(run), notes, version.layout, version.facts.get("encoding") or "")


def add_whole_tape(run: Run, found: pl.DataFrame) -> None:
    """Add the whole-tape findings to the run's totals."""
    counts = dict(found.group_by("severity").len().iter_rows())
    run.refresh_from_db()
    Run.objects.filter(pk=run.pk).update(
        fatal=run.fatal + counts.get(1, 0),
        warning=run.warning + counts.get(2, 0) + counts.get(3, 0),
        informational=run.informational + counts.get(4, 0),
    )


def summary_of(run: Run) -> dict[str, Any]:
    """Totals, strata and layered risk over all loans of the tape, from the columns they need."""
    loans = pl.concat([*typed_columns(run, summaries.READ)], how="diagonal") if run.chunk_count else pl.DataFrame()
    return summarized(loans)


def summarized(loans: pl.DataFrame) -> dict[str, Any]:
    return {
        "totals": asdict(summaries.totals(loans)),
        "strata": [asdict(table) for table in summaries.strata(loans)],
        "layered": asdict(summaries.layered_risk(loans)),
    }


def typed_columns(run: Run, names: tuple[str, ...]) -> Iterator[pl.DataFrame]:
    """Some columns of the typed parts of a run's tape, in order; those that the tape does not have are left out."""
    mapping = mapping_of(run)
    wanted = ["row_no", *(name for name in names if name in mapping.fields)]
    for chunk in TapeChunk.objects.filter(version_id=run.version_id):
        yield read_parquet(chunk.typed, columns=wanted)
