"""The end of a run: whole-tape rules, decisions carried over, totals and strata. Idempotent, in one transaction."""

from collections.abc import Iterator
from dataclasses import asdict

import polars as pl
from django.db import transaction

from diligence.domain import summaries
from diligence.domain.lifecycles import RunStatus
from diligence.domain.tapeseen import TapeSeen
from diligence.domain.wholetape import Tape, evaluate_tape
from diligence.models import Finding, Run
from diligence.services import decisions, runs
from diligence.services.copying import copy_frame
from diligence.services.parts import add_rule_counts, findings_rows
from diligence.services.rulebooks import mapping_of, ruleset_of
from diligence.services.seen import tape_seen
from loans.domain.formats import Note
from loans.models import TapeChunk
from loans.services.files import read_parquet
from loans.services.intake import Clock


def finish(*, run_id: int, clock: Clock) -> bool:
    """Finish a run all of whose parts are checked; False when another worker does it."""
    run = runs.claim_step(run_id=run_id, status=RunStatus.FINISHING, at=clock())
    if run is None:
        return False
    whole = evaluate_tape(tape_of(run), ruleset_of(run))
    summary = summary_of(run)
    with transaction.atomic():
        if not runs.move(run, frm=RunStatus.FINISHING, to=RunStatus.DONE, summary=summary, finished_at=clock()):
            return False
        Finding.objects.filter(run=run, row_no=0).delete()
        copy_frame(Finding._meta.db_table, findings_rows(run.pk, whole.findings))
        add_rule_counts(run.pk, whole.counts)
        add_whole_tape(run, whole.findings)
        decisions.carry_over(run)
    return True


def tape_of(run: Run) -> Tape:
    """What the whole-tape rules look at, from the file's notes and from what each part told."""
    version = run.version
    seen = TapeSeen()
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


def summary_of(run: Run) -> dict[str, object]:
    """Totals, strata and layered risk over all loans of the tape, from the columns they need."""
    loans = pl.concat([*typed_columns(run, summaries.READ)], how="diagonal") if run.chunk_count else pl.DataFrame()
    return summarized(loans)


def summarized(loans: pl.DataFrame) -> dict[str, object]:
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
