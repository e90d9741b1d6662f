"""A run from its start to its end. Every step is idempotent and waits in PostgreSQL: a lost message only delays it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from diligence import policies
from diligence.domain.lifecycles import RUN_TRANSITIONS, RunStatus
from diligence.models import Run, RunChunk, RunRule
from diligence.services import rulebooks
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.models import CriteriaVersion, TapeVersion
from loans.services import mappings, snapshots
from loans.services.intake import Clock

RESEND_AFTER = timedelta(seconds=20)  # a part nobody took for this long has lost its message
MAX_ATTEMPTS = 8  # tries of one part, or of the finishing step, before the run ends with a sentence
STEP_LEASE = timedelta(seconds=120)
ON_OUR_SIDE = (
    "for a reason on our side. "
    "Staff can see the cause in the log; the tape is kept and can be checked again after that."
)
CREATE_RULES = 500
UNDER_WAY = (RunStatus.PREPARING, RunStatus.CHECKING, RunStatus.FINISHING)


@transaction.atomic
def start(
    *,
    version: TapeVersion,
    criteria: CriteriaVersion | None,
    as_of: date,
    by: User,
    at: datetime,
    mapping: Mapping | None = None,
    accept_missing: bool = False,
) -> Run:
    """Start a check of a tape version; confirms the columns first when they are not confirmed yet.

    The same check asked for again while it is under way is that check. Raises NotAllowed, or `mappings.Incomplete`
    when a required field has no column.
    """
    policies.check_can_start(by, version)
    if mapping is not None:
        mappings.confirm(version=version, mapping=mapping, by=by, at=at, accept_missing=accept_missing)
    return start_allowed(version=version, criteria=criteria, as_of=as_of, by=by, at=at)


@transaction.atomic
def start_allowed(
    *, version: TapeVersion, criteria: CriteriaVersion | None, as_of: date, by: User, at: datetime
) -> Run:
    """Start a check that the caller has allowed: a buyer checks loans it was awarded on a tape that is not its own.

    The columns are confirmed already. The same check asked for again while it is under way is that check.
    """
    frozen = rulebooks.freeze(criteria=criteria, at=at)
    TapeVersion.objects.select_for_update().get(pk=version.pk)  # the same form sent twice at once takes turns
    same = Run.objects.filter(version=version, criteria=criteria, as_of=as_of, rulebook=frozen, status__in=UNDER_WAY)
    if under_way := same.first():
        return under_way
    run = Run.objects.create(
        version=version, criteria=criteria, as_of=as_of, rulebook=frozen, started_by=by, started_at=at
    )
    RunRule.objects.bulk_create(rulebooks.rule_rows(run), batch_size=CREATE_RULES)
    version.refresh_from_db()
    if version.status == TapeStatus.READY:
        begin(run=run, at=at)
    return run


def advance(*, run_id: int, clock: Clock) -> list[int]:
    """Prepare the run's tape if it has to be, then make the parts. The numbers of the parts that can be checked now."""
    run = Run.objects.select_related("version").get(pk=run_id)
    if run.status == RunStatus.PREPARING:
        if snapshots.prepare(version_id=run.version_id, clock=clock):
            begin(run=run, at=clock())
        else:
            fail_with_tape(run=run, at=clock())
    return unsent_parts(run_id=run_id, at=clock())


@transaction.atomic
def begin(*, run: Run, at: datetime) -> None:
    """Make one part for each stretch of the tape, once."""
    if not move(run, frm=RunStatus.PREPARING, to=RunStatus.CHECKING, checking_at=at):
        return
    version = TapeVersion.objects.get(pk=run.version_id)
    parts = [
        RunChunk(run=run, number=part.number, first_row=part.first_row, row_count=part.row_count)
        for part in version.chunks.all()
    ]
    RunChunk.objects.bulk_create(parts)
    facts = rulebooks.file_facts(version, as_of=run.as_of)
    run.file_facts.save("facts.parquet", facts, save=False)
    Run.objects.filter(pk=run.pk).update(
        chunk_count=len(parts),
        loan_count=version.row_count,
        total_upb=version.total_upb or 0,
        file_facts=run.file_facts.name,
    )
    if not parts:
        Run.objects.filter(pk=run.pk, status=RunStatus.CHECKING).update(status=RunStatus.FINISHING)


def fail_with_tape(*, run: Run, at: datetime) -> None:
    """When the tape turned out unreadable, the run ends with the tape's sentence; otherwise it goes on waiting."""
    version = TapeVersion.objects.get(pk=run.version_id)
    if version.status == TapeStatus.UNREADABLE:
        move(run, frm=RunStatus.PREPARING, to=RunStatus.FAILED, problem=version.problem, finished_at=at)


def unsent_parts(*, run_id: int, at: datetime) -> list[int]:
    """Parts of a run that nobody works on and for which no message is under way; they count as sent from now on."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    unsent = Q(sent_at=None) | Q(sent_at__lt=at - RESEND_AFTER)
    waiting = RunChunk.objects.filter(free, unsent, run_id=run_id, run__status=RunStatus.CHECKING, done_at=None)
    ids = list(waiting.values_list("pk", flat=True))
    RunChunk.objects.filter(pk__in=ids).update(sent_at=at)
    return ids


def fail_hopeless(*, at: datetime) -> int:
    """End the checks one step of which was tried too often; the log has the cause. Returns how many there were."""
    tried_too_often = Q(attempts__gte=MAX_ATTEMPTS) & (Q(lease_until=None) | Q(lease_until__lt=at))
    parts = RunChunk.objects.filter(tried_too_often, done_at=None, run__status=RunStatus.CHECKING)
    failed = sum(
        move(part.run, frm=RunStatus.CHECKING, to=RunStatus.FAILED, problem=hopeless_part(part), finished_at=at)
        for part in parts.select_related("run")
    )
    return failed + sum(
        move(run, frm=RunStatus.FINISHING, to=RunStatus.FAILED, problem=hopeless_end(run), finished_at=at)
        for run in Run.objects.filter(tried_too_often, status=RunStatus.FINISHING)
    )


def hopeless_part(part: RunChunk) -> str:
    last = part.first_row + part.row_count - 1
    return f"Rows {part.first_row:,} to {last:,} could not be checked in {part.attempts} tries, {ON_OUR_SIDE}"


def hopeless_end(run: Run) -> str:
    return f"All rows were checked, but the results could not be added up in {run.attempts} tries, {ON_OUR_SIDE}"


def stop(*, run: Run, by: User, at: datetime) -> bool:
    """Stop a check that is under way. What was found so far stays readable; the tape can be checked again."""
    policies.check_can_stop(by, run)
    return any(
        move(run, frm=frm, to=RunStatus.STOPPED, finished_at=at) for frm in (RunStatus.PREPARING, RunStatus.CHECKING)
    )


def move(run: Run, *, frm: RunStatus, to: RunStatus, **changes: object) -> bool:
    """Move a run from one status to another; False when somebody else has moved it already."""
    if to not in RUN_TRANSITIONS[frm]:
        raise ValueError(f"a run never goes from {frm} to {to}")
    return bool(Run.objects.filter(pk=run.pk, status=frm).update(status=to, **changes))


def claim_step(*, run_id: int, status: RunStatus, at: datetime) -> Run | None:
    """Take the lease of a step that concerns the whole run."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    taken = Run.objects.filter(free, pk=run_id, status=status).update(
        lease_until=at + STEP_LEASE, attempts=F("attempts") + 1
    )
    return Run.objects.select_related("version__tape", "rulebook", "criteria").get(pk=run_id) if taken else None


def release_step(run: Run) -> None:
    """Give the lease of a step back that failed, so that the next try need not wait for its end."""
    Run.objects.filter(pk=run.pk, lease_until=run.lease_until, status=run.status).update(lease_until=None)


def waiting_runs(*, at: datetime) -> dict[str, list[int]]:
    """Runs whose next step no worker holds: `preparing` and `finishing` by their lease, `checking` by their parts."""
    free = Q(lease_until=None) | Q(lease_until__lt=at)
    tape_free = Q(version__lease_until=None) | Q(version__lease_until__lt=at)
    return {
        "preparing": list(Run.objects.filter(tape_free, status=RunStatus.PREPARING).values_list("pk", flat=True)),
        "finishing": list(Run.objects.filter(free, status=RunStatus.FINISHING).values_list("pk", flat=True)),
        "checking": list(
            Run.objects.filter(status=RunStatus.CHECKING, chunks_done__lt=F("chunk_count")).values_list("pk", flat=True)
        ),
    }
