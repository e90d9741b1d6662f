"""Importing the agencies' files: each once, in one transaction, in any order, as often as somebody tries."""

import hashlib
import tempfile
from datetime import datetime, timedelta
from pathlib import Path, PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.models import F, Q

from accounts.models import User
from loans.services.files import local_file, sha256_of
from portfolios.domain.factorfiles import OpenFile, Unreadable, opened
from portfolios.domain.factorfiles.lifecycle import FileStatus
from portfolios.domain.factorfiles.rounding import by_issuer
from portfolios.models import FactorFile, Security
from portfolios.services.factorfiles import factors, loanlevel
from portfolios.services.poolmonths import refresh_latest

BLOCK = 1 << 20
LEASE = timedelta(seconds=settings.TASK_TIME_LIMIT_SECONDS)  # an import is one transaction: nothing can be renewed
MAX_ATTEMPTS = 3
ONE_AT_A_TIME = 0x706C_6666  # key of the advisory lock: imports compare with what others write
UNKNOWN_POOL = (
    "The file is a history of loans that does not say whose pool they are; name the pool it belongs to "
    "(--pool and --organization, or the choice beside the upload)."
)


class Refused(Exception):
    """An upload that is not taken; the text is the sentence the person sees."""


def import_file(
    *, path: Path, name: str, by: User | None, at: datetime, security: Security | None = None
) -> FactorFile:
    """Import a local file, or find what its bytes became before.

    `security` is the pool of a history of loans, whose lines name none. Raises Unreadable with one sentence; nothing is
    left behind then, nor where the process ends in the middle.
    """
    digest = _sha256(path)
    known = FactorFile.objects.filter(sha256=digest, status=FileStatus.IMPORTED)
    with tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
        if same := known.filter(Q(security=None) | Q(security=security)).first():
            return same
        source = opened(path, Path(folder), name=name)
        pool = _pool_of(source, security)
        with transaction.atomic():
            _in_turn()
            file, fresh = FactorFile.objects.get_or_create(
                sha256=digest,
                security=pool,
                defaults={"name": name, "size": path.stat().st_size, "imported_by": by, "imported_at": at},
            )
            if fresh or file.status != FileStatus.IMPORTED:
                _take(file, source, by=by, at=at)
                _forget_original(file)
    return file


def receive(*, upload: UploadedFile, by: User, at: datetime, security: Security | None = None) -> FactorFile:
    """Keep an upload until a worker imports it, or find the file with the same bytes. Refused where it is too large."""
    _check_size(upload.size or 0)
    digest = sha256_of(upload)
    with transaction.atomic():
        known = FactorFile.objects.select_for_update().filter(sha256=digest)
        same = known.filter(Q(security=None) | Q(security=security)).first()
        if same and same.status != FileStatus.UNREADABLE:
            return same
        file = same or FactorFile(sha256=digest)
        file.name, file.size = PurePath(upload.name or "file").name[:255], upload.size or 0
        file.status, file.problem, file.security, file.attempts = FileStatus.READING, "", security, 0
        file.imported_by, file.imported_at, file.original, file.lease_until = by, at, upload, None
        file.save()
    return file


def receive_all(
    *, uploads: list[UploadedFile], by: User, at: datetime, security: Security | None = None
) -> tuple[list[FactorFile], list[str]]:
    """Keep several uploads, each by itself: those that were taken, and a sentence for each that was not."""
    taken, refused = [], []
    for upload in uploads:
        try:
            taken.append(receive(upload=upload, by=by, at=at, security=security))
        except Refused as refusal:
            refused.append(f"{PurePath(upload.name or 'A file').name}: {refusal}")
    return taken, refused


def import_received(*, file_id: int, at: datetime) -> FactorFile | None:
    """Import an upload that waits; None where another worker holds it or it is done. Doubled messages do no harm."""
    file = _claim(file_id, at)
    if file is None:
        return None
    try:
        with local_file(file.original, "upload") as path, tempfile.TemporaryDirectory(prefix="plumbline-") as folder:
            source = opened(path, Path(folder), name=file.name)
            _take_received(file, source, at)
    except Unreadable as problem:
        _refuse(file, str(problem))
    except Exception:
        if file.attempts >= MAX_ATTEMPTS:
            _refuse(
                file,
                f"The file was received, but importing it failed {file.attempts} times for a reason on our side. Staff "
                "can see the cause in the log; the file can be sent again after that.",
            )
        raise
    return file


def waiting(*, at: datetime) -> list[int]:
    """Uploads that no worker holds."""
    return list(FactorFile.objects.filter(_unheld(at), status=FileStatus.READING).values_list("pk", flat=True))


@transaction.atomic
def _take_received(file: FactorFile, source: OpenFile, at: datetime) -> None:
    _in_turn()
    if _pool_of(source, file.security) is None and file.security_id:
        file.security = None  # public data, whatever pool was chosen beside it
        if FactorFile.objects.filter(sha256=file.sha256, security=None).exclude(pk=file.pk).exists():
            raise Unreadable("These bytes were imported before; the list has them.")
    _take(file, source, by=file.imported_by, at=at)
    _forget_original(file)


def _take(file: FactorFile, source: OpenFile, *, by: User | None, at: datetime) -> None:
    """Import an open file and write down what came of it; the caller holds the transaction."""
    found = source.found
    file.problem = ""
    file.layout, file.published_on, file.correction = found.layout.code, found.published_on, found.correction
    file.save()
    touched = _take_loans(file, source, by=by, at=at) if source.holds_loans else _take_factors(file, source)
    file.problems = sorted(source.problems.listed, key=lambda problem: problem["line"])
    file.problem_count = source.problems.total
    file.status, file.imported_at, file.without_factor = FileStatus.IMPORTED, at, source.blank.lines
    file.save()
    for security in touched:
        refresh_latest(security=security)


def _take_factors(file: FactorFile, source: OpenFile) -> list[Security]:
    taken = factors.take(file, source)
    file.rows, file.pools, file.added = taken.rows, taken.pools, taken.added
    file.corrected, file.same, file.rounding = taken.corrected, taken.same, by_issuer(taken.rounding)
    file.month = next(iter(taken.months)) if len(taken.months) == 1 else None
    return list(Security.objects.filter(published__in=taken.touched))


def _take_loans(file: FactorFile, source: OpenFile, *, by: User | None, at: datetime) -> list[Security]:
    if file.security is not None:
        taken = loanlevel.take_history(file, source, security=file.security, by=by, at=at)
    else:
        taken = loanlevel.take_month(file, source, by=by, at=at)
    file.rows, file.added = taken.rows, taken.recorded
    file.pools = len(taken.pools) or bool(file.security_id)
    file.month = next(iter(taken.months)) if len(taken.months) == 1 else None
    return []


def _pool_of(source: OpenFile, security: Security | None) -> Security | None:
    """The pool that the file is imported for; None where its lines name their own."""
    if source.found.layout.contents != "history":
        return None
    if security is None:
        raise Unreadable(UNKNOWN_POOL)
    return security


def _in_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _claim(file_id: int, at: datetime) -> FactorFile | None:
    taken = FactorFile.objects.filter(_unheld(at), pk=file_id, status=FileStatus.READING).update(
        lease_until=at + LEASE, attempts=F("attempts") + 1
    )
    return FactorFile.objects.select_related("security", "imported_by").get(pk=file_id) if taken else None


def _unheld(at: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=at)


def _refuse(file: FactorFile, sentence: str) -> None:
    moved = FactorFile.objects.filter(pk=file.pk, status=FileStatus.READING).update(
        status=FileStatus.UNREADABLE, problem=sentence, lease_until=None
    )
    if moved:
        _forget_original(file)
    file.refresh_from_db()


def _forget_original(file: FactorFile) -> None:
    """Let go of the upload, in the database first."""
    if not file.original:
        return
    storage, name = file.original.storage, str(file.original.name)
    FactorFile.objects.filter(pk=file.pk).update(original="", lease_until=None)
    transaction.on_commit(lambda: storage.delete(name))


def _check_size(size: int) -> None:
    bound = settings.MAX_UPLOAD_MB
    if not size:
        raise Refused("The file is empty; fetch it from the agency again.")
    if size > bound * 1024 * 1024:
        raise Refused(
            f"The file has {size / 1024 / 1024:,.0f} MB, and at most {bound:,} MB are taken here. Staff can import it "
            "from the server with import_factors."
        )


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()
