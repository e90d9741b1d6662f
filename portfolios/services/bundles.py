"""Bundles from first pick to signature. Every step is one transaction that leaves a line in the bundle's history."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Length

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind
from diligence.models import Run
from loans.models import CriteriaVersion
from portfolios import policies
from portfolios.domain.lifecycles import BUNDLE_TRANSITIONS, OPEN_TO_CHANGE, WITH_PURCHASER, BundleStatus
from portfolios.models import Bundle, BundleEvent
from portfolios.services import measures, picks
from portfolios.services.freezing import frozen_hash

NOTE_CHARS, REASON_CHARS = 4000, 200
NUMBERS_LOCK = 0x504C42  # any number that nothing else locks


@transaction.atomic
def create(
    *, run: Run, name: str, purchaser: Organization, selection: Mapping[str, Any], by: User, at: datetime
) -> Bundle:
    """Put the picked loans of a finished check into a new draft; raises NotAllowed with the reason.

    The criteria are those the check used, so that the purchaser reads what the lender read.
    """
    policies.check_can_create(by, run)
    criteria = criteria_for(purchaser, run.criteria)
    bundle = Bundle.objects.create(
        number=next_number(at),
        name=name.strip(),
        lender_id=by.organization_id,
        purchaser=purchaser,
        criteria=criteria,
        run=run,
        selection=dict(selection),
        created_by=by,
        created_at=at,
    )
    picks.pick(bundle=bundle, selection=selection)
    measures.measure(bundle=bundle, at=at)
    record(bundle, "created", by=by, at=at)
    return bundle


def criteria_for(purchaser: Organization, criteria: CriteriaVersion | None) -> CriteriaVersion:
    """The criteria of a check, once it is clear that this purchaser can be asked by them."""
    if purchaser.kind != OrganizationKind.PURCHASER:
        raise NotAllowed(f"{purchaser} is not a purchaser.")
    if criteria is None:
        raise NotAllowed("This check used no purchaser's criteria. Check the tape against them first.")
    if criteria.organization_id not in {None, purchaser.pk}:
        raise NotAllowed(f"The tape was checked against the criteria of {criteria.organization}, not of {purchaser}.")
    return criteria


def next_number(at: datetime) -> str:
    """B-2026-0001, one after the other within a year; two drafts made at once take turns."""
    prefix = f"B-{at.year}-"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])
    by_number = Bundle.objects.filter(number__startswith=prefix).order_by(Length("number").desc(), "-number")
    newest = by_number.first()  # B-2026-10000 comes after B-2026-9999
    last = int(newest.number.removeprefix(prefix)) if newest else 0
    return f"{prefix}{last + 1:04d}"


@transaction.atomic
def pick_again(*, bundle: Bundle, run: Run, selection: Mapping[str, Any], by: User, at: datetime) -> Bundle:
    """Replace the loans of a draft, or of a bundle that was sent back, by a new pick.

    The run may be a newer check of the same tape against the same criteria: that is how a cured tape comes in.
    """
    bundle = locked(bundle)
    policies.check_can_change(by, bundle)
    policies.check_can_use(run, bundle)
    Bundle.objects.filter(pk=bundle.pk).update(run=run, selection=dict(selection))
    bundle = locked(bundle)
    picks.pick(bundle=bundle, selection=selection)
    measures.measure(bundle=bundle, at=at)
    return record(bundle, "picked_again", by=by, at=at)


@transaction.atomic
def submit(*, bundle: Bundle, by: User, at: datetime, due_on: date | None = None, note: str = "") -> Bundle:
    """Hand the bundle to the purchaser; after curing, hand it over again."""
    bundle = locked(bundle)
    policies.check_can_submit(by, bundle)
    measures.measure(bundle=bundle, at=at)
    move(bundle, to=BundleStatus.IN_REVIEW, frm=OPEN_TO_CHANGE, submitted_by=by, submitted_at=at, due_on=due_on,
         reviewed_by=None, reviewed_at=None, review_note="")  # fmt: skip
    return record(bundle, "submitted", by=by, at=at, note=note)


@transaction.atomic
def review(*, bundle: Bundle, by: User, at: datetime, note: str) -> Bundle:
    """First signature: the reviewer has read the findings and says so with a note."""
    bundle = locked(bundle)
    policies.check_can_review(by, bundle)
    check_fresh(bundle)
    need_note(note, "A review needs a note: what was looked at, and what the approver should know.")
    move(bundle, to=BundleStatus.SECOND, reviewed_by=by, reviewed_at=at, review_note=note.strip()[:NOTE_CHARS])
    return record(bundle, "reviewed", by=by, at=at, note=note)


@transaction.atomic
def approve(*, bundle: Bundle, by: User, at: datetime, note: str = "") -> Bundle:
    """Second signature: freeze the kept loans with a hash over loans, values, findings and decisions."""
    bundle = locked(bundle)
    policies.check_can_decide(by, bundle)
    check_fresh(bundle)
    measures.measure(bundle=bundle, at=at)
    policies.check_can_approve(by, bundle)
    move(bundle, to=BundleStatus.APPROVED, decided_by=by, decided_at=at, decision_note=note.strip()[:NOTE_CHARS],
         frozen_hash=frozen_hash(bundle, at=at))  # fmt: skip
    return record(bundle, "approved", by=by, at=at, note=note)


@transaction.atomic
def reject(*, bundle: Bundle, by: User, at: datetime, note: str) -> Bundle:
    bundle = locked(bundle)
    policies.check_can_decide(by, bundle)
    need_note(note, "A rejection needs its reasons, so that the lender knows what was wrong.")
    move(bundle, to=BundleStatus.REJECTED, decided_by=by, decided_at=at, decision_note=note.strip()[:NOTE_CHARS])
    return record(bundle, "rejected", by=by, at=at, note=note)


@transaction.atomic
def send_back(*, bundle: Bundle, by: User, at: datetime, note: str) -> Bundle:
    """Return the bundle to the lender to be cured; any signature it had is void."""
    bundle = locked(bundle)
    policies.check_can_send_back(by, bundle)
    need_note(note, "Sending back needs a note that says what to cure.")
    move(bundle, to=BundleStatus.WITH_LENDER, reviewed_by=None, reviewed_at=None, review_note="")
    return record(bundle, "sent_back", by=by, at=at, note=note)


@transaction.atomic
def withdraw(*, bundle: Bundle, by: User, at: datetime, note: str) -> Bundle:
    bundle = locked(bundle)
    policies.check_can_withdraw(by, bundle)
    need_note(note, "Withdrawing needs a reason.")
    move(bundle, to=BundleStatus.WITHDRAWN, frm=(*OPEN_TO_CHANGE, *WITH_PURCHASER))
    return record(bundle, "withdrawn", by=by, at=at, note=note)


@transaction.atomic
def kick_out(*, bundle: Bundle, rows: list[int] | None, by: User, at: datetime, reason: str) -> Bundle:
    """Leave loans out: those of `rows`, or, with None, every kept loan with open fatal findings.

    After the first signature a change of the list voids it, and the bundle waits for a review again.
    """
    bundle = locked(bundle)
    policies.check_can_kick_out(by, bundle)
    need_note(reason, "Leaving loans out needs a reason that the lender can read.")
    if not picks.leave_out(bundle=bundle, rows=rows, reason=reason.strip()[:REASON_CHARS]):
        raise NotAllowed("None of these loans is in the bundle any more.")
    return changed_list(bundle, "kicked_out", by=by, at=at, note=reason)


@transaction.atomic
def take_back(*, bundle: Bundle, rows: list[int], by: User, at: datetime, reason: str) -> Bundle:
    """Take loans back that were left out; this too voids a first signature."""
    bundle = locked(bundle)
    policies.check_can_kick_out(by, bundle)
    need_note(reason, "Taking loans back needs a reason.")
    if not picks.take_back(bundle=bundle, rows=rows):
        raise NotAllowed("None of these loans is left out any more.")
    return changed_list(bundle, "taken_back", by=by, at=at, note=reason)


@transaction.atomic
def add_up(*, bundle: Bundle, by: User, at: datetime) -> Bundle:
    """Add the figures up again after findings were decided on; what a reviewer signed before is void then."""
    bundle = locked(bundle)
    policies.check_can_add_up(by, bundle)
    if not measures.decided_since(bundle):
        raise NotAllowed("Nothing was decided since these figures were added up.")
    return changed_list(bundle, "added_up", by=by, at=at, note="")


def check_fresh(bundle: Bundle) -> None:
    """Nobody signs figures that later decisions have changed."""
    if measures.decided_since(bundle):
        raise NotAllowed(
            "Findings were decided on after these figures were added up. Add them up again before signing."
        )


def changed_list(bundle: Bundle, kind: str, *, by: User, at: datetime, note: str) -> Bundle:
    measures.measure(bundle=bundle, at=at)
    if bundle.status == BundleStatus.SECOND:
        move(bundle, to=BundleStatus.IN_REVIEW, reviewed_by=None, reviewed_at=None, review_note="")
    return record(bundle, kind, by=by, at=at, note=note)


def need_note(note: str, sentence: str) -> None:
    if not note.strip():
        raise NotAllowed(sentence)


def locked(bundle: Bundle) -> Bundle:
    return (
        Bundle.objects.select_for_update(of=("self",))
        .select_related("run__version__tape", "run__rulebook", "criteria")
        .get(pk=bundle.pk)
    )


def move(bundle: Bundle, *, to: BundleStatus, frm: tuple[BundleStatus, ...] | None = None, **changes: object) -> None:
    """Move to a status by one conditional UPDATE; raises NotAllowed when somebody moved the bundle meanwhile."""
    allowed = [status for status in frm or BundleStatus if to in BUNDLE_TRANSITIONS[status]]
    moved = Bundle.objects.filter(pk=bundle.pk, status__in=allowed, status=bundle.status).update(status=to, **changes)
    if not moved:
        raise NotAllowed("The bundle has moved on meanwhile. Load the page again to see where it stands.")
    bundle.refresh_from_db()


def record(bundle: Bundle, kind: str, *, by: User, at: datetime, note: str = "") -> Bundle:
    """Add a line to the history, with the fingerprints and amounts of that moment."""
    BundleEvent.objects.create(
        bundle=bundle,
        at=at,
        by=by,
        kind=kind,
        note=note.strip()[:NOTE_CHARS],
        facts={
            "loans": bundle.kept_count,
            "upb": str(bundle.kept_upb),
            "open_fatal": bundle.open_fatal,
            "tape_sha256": bundle.run.version.sha256,
            "criteria": bundle.criteria.code,
            "rulebook": bundle.run.rulebook.content_hash,
            "frozen_hash": bundle.frozen_hash,
        },
    )
    return bundle
