"""Helpers that drive a tape through the services as the workers do, one step after the other, without a broker."""

from datetime import UTC, date, datetime

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from diligence.models import Run
from diligence.services import finishing, parts, runs
from loans.domain.mapping import Mapping
from loans.models import CriteriaVersion, TapeVersion
from loans.services import intake, tapes

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TODAY = date(2026, 11, 21)


def clock() -> datetime:
    return NOW


def uploaded(by: User, content: bytes, name: str = "tape.csv") -> TapeVersion:
    """A version that has been read and waits for its columns (or is unreadable)."""
    received = tapes.receive(upload=SimpleUploadedFile(name, content), by=by, at=NOW)
    intake.read(version_id=received.version.pk, clock=clock)
    received.version.refresh_from_db()
    return received.version


def started(
    by: User, version: TapeVersion, criteria: CriteriaVersion | None = None, *, accept_missing: bool = False
) -> Run:
    mapping = Mapping.from_json(version.mapping or {})
    return runs.start(
        version=version, criteria=criteria, as_of=TODAY, by=by, at=NOW, mapping=mapping, accept_missing=accept_missing
    )


def completed(run: Run) -> Run:
    """The run after every message was delivered once."""
    for chunk_id in runs.advance(run_id=run.pk, clock=clock):
        if parts.check(chunk_id=chunk_id, worker="test", at=NOW):
            finishing.finish(run_id=run.pk, clock=clock)
    run.refresh_from_db()
    return run
