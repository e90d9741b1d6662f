"""Files of pools: sent, matched, and computed by a worker under a lease."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from accounts.policies import NotAllowed
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.domain.purposes import TapePurpose
from loans.models import Tape, TapeVersion
from loans.services import mappings, snapshots, tapes
from loans.services.files import read_parquet
from loans.services.intake import Clock
from portfolios.models import PoolFile, Security
from portfolios.policies.securities import check_can_follow, check_can_send

LEASE = timedelta(seconds=180)
MAX_ATTEMPTS = 5
HOPELESS = (
    "The file was kept, but no month could be computed from it in {attempts} tries, for a reason on our side. Staff "
    "can see the cause in the log."
)


class Refused(Exception):
    """A file that gives no month; the text is the sentence the person sees."""


@dataclass(frozen=True)
class Sent:
    """A file that was taken; `is_new` is False where the same bytes came before."""

    file: PoolFile
    is_new: bool


@transaction.atomic
def send_month(*, security: Security, upload: UploadedFile, month: date | None, by: User, at: datetime) -> Sent:
    """Take the servicer's tape of a month; without a month the tape has to say it.

    The same bytes again are the same file, for the month that is said now. Raises NotAllowed, or `tapes.Refused`.
    """
    check_can_send(by, security)
    tape = tape_of(security, by=by, at=at)
    received = tapes.receive(upload=upload, by=by, at=at, tape=tape, purpose=TapePurpose.REMITTANCE)
    file, made = PoolFile.objects.get_or_create(
        version=received.version, defaults={"security": security, "month": month, "sent_by": by, "sent_at": at}
    )
    if not made and month and month != file.month:
        PoolFile.objects.filter(pk=file.pk).update(month=month, sent_at=at, sent_by=by, **FRESH)
        file.refresh_from_db()
    return Sent(file, received.is_new)


@transaction.atomic
def send_loans(*, upload: UploadedFile, terms: dict[str, Any], by: User, at: datetime) -> Sent:
    """Take a file of a pool's loans with their exits, which becomes a pool with `terms` once its columns are confirmed.

    Raises NotAllowed, or `tapes.Refused`.
    """
    check_can_follow(by)
    received = tapes.receive(upload=upload, by=by, at=at, name=terms["name"], purpose=TapePurpose.POOL_LOANS)
    file, _ = PoolFile.objects.get_or_create(
        version=received.version, defaults={"terms": terms, "sent_by": by, "sent_at": at}
    )
    if file.security_id is None:
        PoolFile.objects.filter(pk=file.pk).update(terms=terms, **FRESH)
        file.refresh_from_db()
    return Sent(file, received.is_new)


FRESH: dict[str, Any] = {"problem": "", "done_at": None, "lease_until": None, "attempts": 0}


def tape_of(security: Security, *, by: User, at: datetime) -> Tape:
    """The tape whose versions are the pool's months; a new one where another organization sent them so far."""
    security = Security.objects.select_for_update(of=("self",)).select_related("tape").get(pk=security.pk)
    tape = security.tape
    if tape is None or tape.organization_id != by.organization_id or tape.purpose != TapePurpose.REMITTANCE:
        name = f"{security.name} remittance"
        tape = tapes.create_tape(organization=by.organization, name=name, by=by, at=at, purpose=TapePurpose.REMITTANCE)
        Security.objects.filter(pk=security.pk).update(tape=tape)
    return tape


def start(*, version: TapeVersion, mapping: Mapping, by: User, at: datetime, accept_missing: bool = False) -> bool:
    """Confirm the columns; the months can then be computed. Raises NotAllowed, or `mappings.Incomplete`."""
    if version.tape.purpose == TapePurpose.SALE:
        raise NotAllowed("A tape of loans to sell is checked, not computed.")
    return mappings.confirm(version=version, mapping=mapping, by=by, at=at, accept_missing=accept_missing)


def claim(*, version_id: int, at: datetime) -> PoolFile | None:
    """Take a file that waits; None when a worker has it, it is done, or it was given up."""
    ready = Q(version__status__in=(TapeStatus.PREPARING, TapeStatus.READY, TapeStatus.UNREADABLE))
    waits = PoolFile.objects.filter(ready, pk__in=free(at).values("pk"), version_id=version_id)
    if not waits.update(lease_until=at + LEASE, attempts=F("attempts") + 1):
        return None
    related = ("version__tape", "security", "sent_by__organization")
    return PoolFile.objects.select_related(*related).get(version_id=version_id)


def free(at: datetime) -> QuerySet[PoolFile]:
    """Files that are not computed yet and that no worker holds."""
    return PoolFile.objects.filter(Q(lease_until=None) | Q(lease_until__lt=at), done_at=None, problem="")


def waiting(*, at: datetime) -> list[int]:
    """Versions whose columns are confirmed and whose months no worker computes."""
    confirmed = (TapeStatus.PREPARING, TapeStatus.READY)
    return list(free(at).filter(version__status__in=confirmed).values_list("version_id", flat=True))


def prepared(file: PoolFile, *, clock: Clock) -> bool:
    """Turn the tape into typed values; False while another worker does. Raises Refused for one that cannot be read."""
    if snapshots.prepare(version_id=file.version_id, clock=clock):
        return True
    version = TapeVersion.objects.get(pk=file.version_id)
    if version.status == TapeStatus.UNREADABLE:
        raise Refused(version.problem)
    return False


def typed_rows(version: TapeVersion) -> pl.DataFrame:
    """All rows of a ready tape in canonical columns; columns that matched nothing are left out."""
    frames = [read_parquet(chunk.typed) for chunk in version.chunks.order_by("number")]
    rows = pl.concat(frames, how="diagonal") if frames else pl.DataFrame(schema={"row_no": pl.Int64()})
    return rows.select(name for name in rows.columns if not name.startswith(snapshots.EXTRA))


def mine(file: PoolFile) -> QuerySet[PoolFile]:
    return PoolFile.objects.filter(pk=file.pk, lease_until=file.lease_until)


def finish(file: PoolFile, *, at: datetime) -> None:
    mine(file).update(lease_until=None, done_at=at, problem="")


def give_up(file: PoolFile, sentence: str) -> None:
    mine(file).update(lease_until=None, problem=sentence)


def release(file: PoolFile) -> None:
    """Give the lease back so that the next try need not wait for its end; after too many tries say so instead."""
    if file.attempts >= MAX_ATTEMPTS:
        give_up(file, HOPELESS.format(attempts=file.attempts))
    else:
        mine(file).update(lease_until=None)
