"""Uploads become tape versions: the bytes untouched, their fingerprint, who and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import PurePath

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from accounts.models import Organization, User
from loans import policies
from loans.domain.lifecycles import TapeStatus
from loans.domain.purposes import TapePurpose
from loans.models import Tape, TapeVersion
from loans.services.files import sha256_of


class Refused(Exception):
    """An upload that is not taken; the text is the sentence the person sees."""


@dataclass(frozen=True)
class Received:
    version: TapeVersion
    is_new: bool


def receive(
    *,
    upload: UploadedFile,
    by: User,
    at: datetime,
    tape: Tape | None = None,
    name: str = "",
    purpose: TapePurpose = TapePurpose.SALE,
) -> Received:
    """Keep an upload as a new version of its tape, or find the version that already holds the same bytes.

    A tape is for one purpose: what was uploaded for another is not found again.

    Raises NotAllowed, or Refused with the bound that the file breaks.
    """
    policies.check_can_upload(by, purpose)
    organization = by.organization
    check_size(upload.size or 0)
    digest = sha256_of(upload)
    with transaction.atomic():
        Organization.objects.select_for_update().get(pk=organization.pk)  # two uploads of one lender take turns
        known = TapeVersion.objects.filter(tape__organization=organization, tape__purpose=purpose, sha256=digest)
        same = (known.filter(tape=tape) if tape else known).first()
        if same:
            return Received(same, is_new=False)
        target = tape or create_tape(
            organization=organization,
            name=name or PurePath(upload.name or "").stem,
            by=by,
            at=at,
            purpose=purpose,
        )
        return Received(add_version(tape=target, upload=upload, sha256=digest, by=by, at=at), is_new=True)


def check_size(size: int) -> None:
    """Raises Refused for a file of no bytes or of more than the bound."""
    bound = settings.MAX_UPLOAD_MB
    if not size:
        raise Refused("The file is empty. Choose the tape again and check that it has rows.")
    if size > bound * 1024 * 1024:
        raise Refused(
            f"The file has {size / 1024 / 1024:,.0f} MB, and at most {bound:,} MB are taken. "
            "Compress it as .gz or .zip, or split the tape."
        )


def create_tape(
    *, organization: Organization, name: str, by: User, at: datetime, purpose: TapePurpose = TapePurpose.SALE
) -> Tape:
    """A new tape; a name that is taken gets a number behind it."""
    wanted = name.strip()[:180] or "Tape"
    taken = set(Tape.objects.filter(organization=organization, name__startswith=wanted).values_list("name", flat=True))
    free = next(n for n in numbered(wanted) if n not in taken)
    return Tape.objects.create(organization=organization, name=free, purpose=purpose, created_by=by, created_at=at)


def numbered(wanted: str) -> Iterator[str]:
    yield wanted
    for number in count(2):
        yield f"{wanted} ({number})"


def add_version(*, tape: Tape, upload: UploadedFile, sha256: str, by: User, at: datetime) -> TapeVersion:
    newest = tape.versions.aggregate(newest=Max("number"))["newest"] or 0
    return TapeVersion.objects.create(
        tape=tape,
        number=newest + 1,
        original=upload,
        filename=PurePath(upload.name or "tape").name[:255],
        size=upload.size or 0,
        sha256=sha256,
        uploaded_by=by,
        uploaded_at=at,
    )


def move(version: TapeVersion, *, frm: TapeStatus, to: TapeStatus, **changes: object) -> bool:
    """Move a version from one status to another; False when someone else has moved it already."""
    moved = TapeVersion.objects.filter(pk=version.pk, status=frm).update(status=to, **changes)
    return bool(moved)
