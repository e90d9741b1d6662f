"""Downloads written by a worker: part by part into a temporary file, then into the storage."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from django.core.files.base import File
from django.db import connection
from django.db.models import Q, Sum
from django.utils.text import slugify

from accounts.models import Organization, User
from diligence.domain.lifecycles import FindingStatus, Severity
from diligence.models import Export, RuleTally, Run, RunRule
from diligence.models.exports import ExportKind
from diligence.services import workbooks
from diligence.services.rulebooks import rules_of
from loans.domain.harmless import harmless_frame
from loans.models import TapeChunk
from loans.services import texts
from loans.services.intake import Clock

LEASE = timedelta(seconds=120)
SMALL, SMALL_TAPE = 5_000, 5_000
OPEN = f"{FindingStatus.OPEN},{FindingStatus.DISPUTED}"
PROBLEM = "The file could not be written. Ask for it again; if that fails too, tell the operator."
SEVERITY_WORDS = {s.value: s.name.lower().replace("_", " ") for s in Severity}
STATUS_WORDS = {s.value: s.name.lower() for s in FindingStatus}


def request(
    *, run: Run, kind: ExportKind, filters: dict[str, str], by: User, organization: Organization, at: datetime
) -> Export:
    """Ask for a download; the same question asked again while the answer is fresh finds the same file.

    `filters` may hold `severity` and `status` (numbers, separated by commas) and `rule` (a code).
    """
    known = Export.objects.filter(
        run=run,
        kind=kind,
        filters=filters,
        organization=organization,
        problem="",
        requested_at__gte=run.finished_at or at,
    ).first()
    if known and not decided_since(run, known.requested_at):
        return known
    return Export.objects.create(
        run=run,
        kind=kind,
        filters=filters,
        organization=organization,
        requested_by=by,
        requested_at=at,
        rows_total=run.loan_count if kind == ExportKind.TAPE_CSV else findings_in(run, filters),
    )


def findings_in(run: Run, filters: dict[str, str]) -> int:
    """How many findings the filters let through at most, from the counts stored with the rules."""
    tallies = RuleTally.objects.filter(run=run)
    if severity := numbers_in(filters, "severity"):
        tallies = tallies.filter(severity__in=severity)
    if code := filters.get("rule"):
        tallies = tallies.filter(rule_no__in=RunRule.objects.filter(run=run, code=code).values("rule_no"))
    counts = tallies.aggregate(all=Sum("findings"), open=Sum("open"))
    return (counts["open"] if filters.get("status") == OPEN else counts["all"]) or 0


def numbers_in(filters: dict[str, str], key: str) -> list[int]:
    return [int(value) for value in filters.get(key, "").split(",") if value.isdecimal()]


def is_small(export: Export) -> bool:
    """Whether it is written while the person waits; a larger one is written by a worker."""
    tape = export.kind == ExportKind.TAPE_CSV
    return export.rows_total <= (SMALL_TAPE if tape else SMALL)


def decided_since(run: Run, at: datetime) -> bool:
    return run.decisions.filter(decided_at__gt=at).exists()


def write(*, export_id: int, clock: Clock) -> bool:
    """Write the file of a download; False when it is written or another worker writes it.

    What cannot be written says so on its page and is not tried again by itself; the error goes on to the log.
    """
    free = Q(lease_until=None) | Q(lease_until__lt=clock())
    waiting = Export.objects.filter(free, pk=export_id, done_at=None, problem="")
    if not waiting.update(lease_until=clock() + LEASE, rows_done=0):
        return False
    export = Export.objects.select_related(
        "run__version__tape", "run__rulebook", "run__criteria", "organization", "requested_by"
    ).get(pk=export_id)
    try:
        write_file(export, clock)
    except Exception:
        Export.objects.filter(pk=export_id).update(problem=PROBLEM, lease_until=None)
        raise
    Export.objects.filter(pk=export_id).update(
        file=export.file.name, filename=file_name(export), done_at=clock(), lease_until=None, rows_done=export.rows_done
    )
    return True


def write_file(export: Export, clock: Clock) -> None:
    """The rows into a temporary file, then the file into the storage."""
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        path = Path(folder) / "export"
        rows = counted(export, frames(export), clock)
        if export.kind == ExportKind.FINDINGS_XLSX:
            workbooks.write(path, rows, sheet="Findings", about=about(export))
        else:
            write_csv(path, rows)
        with path.open("rb") as written:
            export.file.save(file_name(export), File(written), save=False)


def waiting(*, at: datetime) -> list[int]:
    """Downloads that nobody writes although they are not done."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    return list(Export.objects.filter(free, done_at=None, problem="").values_list("pk", flat=True))


def file_name(export: Export) -> str:
    """A name that says what is inside: tape, version, what, and the filter."""
    version = export.run.version
    parts = [slugify(version.tape.name) or "tape", f"v{version.number}", f"check-{export.run_id}"]
    parts += ["findings" if export.kind != ExportKind.TAPE_CSV else "with-findings"]
    parts += [slugify(f"{key} {in_words(key, value)}") for key, value in sorted(export.filters.items())]
    return "_".join(parts) + (".xlsx" if export.kind == ExportKind.FINDINGS_XLSX else ".csv")


def in_words(key: str, value: str) -> str:
    """A filter as people call it: severity "2,3" is "warning to fatal and warning"."""
    words = {"severity": SEVERITY_WORDS, "status": STATUS_WORDS}.get(key)
    return " and ".join(words[int(number)] for number in value.split(",")) if words else value


def filter_words(export: Export) -> str:
    """The filters of a download in a sentence's words; of one without filters, that it is everything."""
    words = [f"{key} {in_words(key, value)}" for key, value in sorted(export.filters.items())]
    return ", ".join(words) if words else "all findings of the check"


def about(export: Export) -> list[tuple[str, str]]:
    """What a workbook says of itself on its first sheet."""
    run, version = export.run, export.run.version
    criteria = f"{run.criteria.name}, {run.criteria.code}" if run.criteria else "data rules only"
    return [
        ("Tape", f"{version.tape.name}, version {version.number}, {version.filename}"),
        ("SHA-256 of the tape", version.sha256),
        ("Check", f"{run.pk}, as of {run.as_of.isoformat()}, finished {moment(run.finished_at)}"),
        ("Criteria", criteria),
        ("Rules", run.rulebook.content_hash),
        ("Findings in this file", filter_words(export)),
        ("Rows in this file", f"{export.rows_total:,}"),
        ("Asked for", f"{moment(export.requested_at)} by {export.requested_by.name}, {export.organization.name}"),
    ]


def moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "not yet"


def counted(export: Export, batches: Iterator[pl.DataFrame], clock: Clock) -> Iterator[pl.DataFrame]:
    """Pass batches on, and keep the progress and the lease up to date."""
    for batch in batches:
        yield batch
        export.rows_done += batch.height
        Export.objects.filter(pk=export.pk).update(rows_done=export.rows_done, lease_until=clock() + LEASE)


def frames(export: Export) -> Iterator[pl.DataFrame]:
    chunks = TapeChunk.objects.filter(version_id=export.run.version_id).select_related("version")
    if export.kind == ExportKind.TAPE_CSV:
        return (tape_rows(export, chunk) for chunk in chunks)
    return findings_frames(export, list(chunks))


def findings_frames(export: Export, chunks: list[TapeChunk]) -> Iterator[pl.DataFrame]:
    """Whole-tape findings first, then those of each stretch of rows; an empty file still has its header."""
    yield findings_rows(export, 0, 0)
    for chunk in chunks:
        batch = findings_rows(export, chunk.first_row, chunk.first_row + chunk.row_count - 1)
        if batch.height:
            yield batch


def findings_rows(export: Export, first: int, last: int) -> pl.DataFrame:
    """Findings of a stretch of rows as people read them, with the values the rule saw and the rule's own text."""
    rules = pl.DataFrame(
        [
            {"rule_no": n, "rule": r.code, "title": r.title, "cure": r.cure, "source": r.source}
            for n, r in rules_of(export.run).items()
        ],
        schema={"rule_no": pl.Int64, "rule": pl.String, "title": pl.String, "cure": pl.String, "source": pl.String},
    )
    found = found_rows(export, first, last).join(rules, on="rule_no", how="left", maintain_order="left")
    shown = found.select(
        pl.col("row_no").alias("row"),
        "loan_id",
        pl.col("severity").replace_strict(SEVERITY_WORDS, return_dtype=pl.String),
        "rule",
        "title",
        "message",
        pl.col("status").replace_strict(STATUS_WORDS, return_dtype=pl.String),
        "fields",
        "columns",
        "values",
        "cure",
        "source",
        "upb",
    )
    return harmless_frame(shown)


def found_rows(export: Export, first: int, last: int) -> pl.DataFrame:
    where = ["run_id = %s", "row_no BETWEEN %s AND %s"]
    params: list[Any] = [export.run_id, first, last]
    for column in ("severity", "status"):
        if chosen := numbers_in(export.filters, column):
            where.append(f"{column} = ANY(%s)")
            params.append(chosen)
    if rule := export.filters.get("rule"):
        where.append("rule_no = (SELECT rule_no FROM diligence_runrule WHERE run_id = %s AND code = %s)")
        params += [export.run_id, rule]
    schema = {
        "row_no": pl.Int64, "rule_no": pl.Int64, "severity": pl.Int64, "status": pl.Int64, "loan_id": pl.String,
        "message": pl.String, "fields": pl.String, "columns": pl.String, "values": pl.String, "upb": pl.Float64,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT row_no, rule_no, severity, status, loan_id, message, fields, columns, values, upb::float8 "  # noqa: S608
            f"FROM diligence_finding WHERE {' AND '.join(where)} ORDER BY row_no, severity, rule_no, seq",
            params,
        )
        return pl.DataFrame(cursor.fetchall(), schema=schema, orient="row")


def tape_rows(export: Export, chunk: TapeChunk) -> pl.DataFrame:
    """The tape's own cells as they stood, with what was found in each row appended."""
    cells = texts.batch_of(chunk)
    found = findings_rows(export, chunk.first_row, chunk.first_row + chunk.row_count - 1)
    per_row = found.group_by(pl.col("row").alias("row_no"), maintain_order=True).agg(
        pl.col("severity").first().alias("plumbline_worst"),
        pl.len().alias("plumbline_findings"),
        pl.col("rule").unique(maintain_order=True).str.join(";").alias("plumbline_rules"),
        pl.col("message").str.join(" | ").alias("plumbline_messages"),
    )
    joined = cells.join(per_row, on="row_no", how="left", maintain_order="left")
    return harmless_frame(joined.drop("row_no").with_columns(pl.col("plumbline_findings").fill_null(0)))


def write_csv(path: Path, batches: Iterator[pl.DataFrame]) -> None:
    with path.open("wb") as target:
        target.write(b"\xef\xbb\xbf")  # Excel takes a CSV file for UTF-8 only with this mark
        for number, batch in enumerate(batches):
            batch.write_csv(target, include_header=number == 0)
