"""What the page of a check that is under way shows."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.db.models import Count, QuerySet, Sum

from diligence.domain.lifecycles import RunStatus
from diligence.models import Run, RunChunk, RunRule

PARTS_BEFORE_ESTIMATE = 3
MANY, SOME = 0.03, 0.01  # shares of loans with fatal findings that darken a part
CELLS = 400


@dataclass(frozen=True)
class Stage:
    """A step of the check: `done`, `now` or `wait`, with a note."""

    title: str
    state: str
    note: str


@dataclass(frozen=True)
class Progress:
    """How far a check is, how long it will take, and what it found so far."""

    percent: int
    seconds_left: int | None
    loans_a_second: int | None
    stages: list[Stage]
    cells: list[str]
    cells_label: str
    part_rows: int
    workers: list[dict[str, object]]
    rules: QuerySet[RunRule]


def progress(run: Run, *, now: datetime) -> Progress:
    """Everything the page shows, in five queries."""
    chunks = list(run.chunks.all())
    percent = int(100 * run.loans_done / run.loan_count) if run.loan_count else 0
    pace = loans_a_second(run, now)
    left = ceil((run.loan_count - run.loans_done) / pace) if pace and run.chunks_done >= PARTS_BEFORE_ESTIMATE else None
    cells = [cell(chunk, now) for chunk in chunks[:CELLS]]
    return Progress(
        percent=percent,
        seconds_left=left,
        loans_a_second=pace,
        stages=stages(run),
        cells=cells,
        cells_label=cells_label(cells),
        part_rows=chunks[0].row_count if chunks else 0,
        workers=workers(run, now),
        rules=run.rules.filter(findings__gt=0).order_by("severity", "-findings")[:8],
    )


def loans_a_second(run: Run, now: datetime) -> int | None:
    if not run.checking_at or not run.loans_done:
        return None
    seconds = (now - run.checking_at).total_seconds()
    return int(run.loans_done / seconds) if seconds > 0 else None


def stages(run: Run) -> list[Stage]:
    version = run.version
    order = [RunStatus.PREPARING, RunStatus.CHECKING, RunStatus.FINISHING]
    at = order.index(RunStatus(run.status)) if run.status in order else len(order)
    rows = version.row_count or 0
    prepared = "" if at else f"{version.rows_prepared:,} of {rows:,} rows"
    titles = [
        ("Read values", prepared or f"{rows:,} rows, {len(version.columns)} columns"),
        ("Check each loan", f"{run.rules.count()} rules, {run.chunks_done} of {run.chunk_count} parts"),
        ("Check across loans", "Duplicates, totals and strata"),
    ]
    states = ["done" if n < at else "now" if n == at else "wait" for n in range(len(titles))]
    kept = Stage("Receive file", "done", f"SHA-256 {version.sha256[:4]}…{version.sha256[-4:]}")
    matched = Stage("Match columns", "done", f"confirmed by {version.mapped_by}")
    return [kept, matched, *(Stage(title, state, note) for (title, note), state in zip(titles, states, strict=True))]


def cell(chunk: RunChunk, now: datetime) -> str:
    """The look of a part: waiting, running, tried again, or done with few, some or many fatal findings."""
    if chunk.done_at:
        share = chunk.fatal / chunk.row_count if chunk.row_count else 0
        return "hi" if share > MANY else "mid" if share >= SOME else "lo"
    if chunk.lease_until and chunk.lease_until > now:
        return "redo" if chunk.attempts > 1 else "run"
    return "wait"


def cells_label(cells: list[str]) -> str:
    done = sum(cells.count(look) for look in ("lo", "mid", "hi"))
    words = [f"{done} checked", f"{cells.count('run')} running", f"{cells.count('redo')} trying again"]
    return f"{len(cells)} parts: {', '.join(words)}, {cells.count('wait')} waiting."


def workers(run: Run, now: datetime) -> list[dict[str, object]]:
    """Who checks: the part each worker is at, and how many it has done."""
    done = run.chunks.exclude(worker="").values("worker").annotate(parts=Count("done_at"), loans=Sum("row_count"))
    busy = {chunk.worker: chunk for chunk in run.chunks.filter(done_at=None, lease_until__gt=now)}
    return [{**row, "chunk": busy.get(row["worker"])} for row in done.order_by("worker")]
