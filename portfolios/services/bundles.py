"""Bundles from first pick to signature. Every step is one transaction that leaves a line in the bundle's history."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models.functions import Length

from accounts.models import Organization, User
from accounts.policies import NotAllowed
from accounts.roles import OrganizationKind
from diligence.models import Run
from loans.models import CriteriaVersion
from portfolios import policies
from portfolios.domain.lifecycles import OPEN_TO_CHANGE, WITH_PURCHASER, BundleStatus, Step
from portfolios.models import Bundle
from portfolios.models.bundles import NO_PURCHASER, BundleWork
from portfolios.services import measures, picks, work
from portfolios.services.moves import NOTE_CHARS, UNSIGNED, check_fresh, locked, move, record

REASON_CHARS = 200
NUMBERS_LOCK = 0x504C42  # any number that nothing else locks


@transaction.atomic
def create(
    *,
    run: Run,
    name: str,
    purchaser: Organization | None,
    selection: Mapping[str, Any],
    by: User,
    at: datetime,
    token: UUID | None = None,
    at_once: bool = True,
) -> Bundle:
    """Put the picked loans of a finished check into a new draft; raises NotAllowed with the reason.

    The criteria are those the check used, so that the purchaser reads what the lender read. Without a purchaser the
    draft can become a lot of a sale, or get one later. The form of one `token` makes one draft, however often it is
    sent.
    """
    policies.check_can_create(by, run)
    criteria = criteria_for(purchaser, run.criteria)
    number = next_number(at)  # waits for whoever sends the same form at the same time
    if token and (same := Bundle.objects.filter(created_by=by, form_token=token).first()):
        return same
    bundle = Bundle.objects.create(
        number=number,
        name=name.strip(),
        lender_id=by.organization_id,
        purchaser=purchaser,
        criteria=criteria,
        run=run,
        selection=dict(selection),
        created_by=by,
        created_at=at,
        form_token=token,
    )
    return work.ask(bundle, Step.CREATED, by=by, at=at, at_once=at_once)


def criteria_for(purchaser: Organization | None, criteria: CriteriaVersion | None) -> CriteriaVersion:
    """The criteria of a check, once it is clear that this purchaser, if there is one yet, can be asked by them."""
    if purchaser and purchaser.kind != OrganizationKind.PURCHASER:
        raise NotAllowed(f"{purchaser} is not a purchaser.")
    if criteria is None:
        raise NotAllowed("This check used no purchaser's criteria. Check the tape against them first.")
    if purchaser and criteria.organization_id not in {None, purchaser.pk}:
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
    return work.ask(locked(bundle), Step.PICKED_AGAIN, by=by, at=at)


@transaction.atomic
def offer_to(*, bundle: Bundle, purchaser: Organization | None, run: Run, by: User, at: datetime) -> Bundle:
    """Say who is asked to buy a draft, or nobody yet; with the check that used the criteria it shall be judged by.

    Another check of the same file puts its criteria in the place of those before, and the loans are picked again.
    """
    bundle = locked(bundle)
    policies.check_can_choose_purchaser(by, bundle)
    policies.check_can_judge_by(run, bundle)
    criteria = criteria_for(purchaser, run.criteria)
    again = run.pk != bundle.run_id
    Bundle.objects.filter(pk=bundle.pk).update(purchaser=purchaser, criteria=criteria, run=run)
    bundle = locked(bundle)
    record(bundle, "offered_to", by=by, at=at, note=f"To {purchaser}." if purchaser else f"{NO_PURCHASER}.")
    return work.ask(bundle, Step.PICKED_AGAIN, by=by, at=at) if again else bundle


@transaction.atomic
def submit(*, bundle: Bundle, by: User, at: datetime, due_on: date | None = None, note: str = "") -> Bundle:
    """Hand the bundle to the purchaser as it adds up then; after curing, hand it over again."""
    bundle = locked(bundle)
    policies.check_can_submit(by, bundle)
    return work.ask(bundle, Step.SUBMITTED, by=by, at=at, note=note, due_on=due_on)


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
    return work.ask(bundle, Step.APPROVED, by=by, at=at, note=note)


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
    move(bundle, to=BundleStatus.WITH_LENDER, **UNSIGNED)
    return record(bundle, "sent_back", by=by, at=at, note=note)


@transaction.atomic
def withdraw(*, bundle: Bundle, by: User, at: datetime, note: str) -> Bundle:
    bundle = locked(bundle)
    policies.check_can_withdraw(by, bundle)
    need_note(note, "Withdrawing needs a reason.")
    BundleWork.objects.filter(bundle=bundle).delete()  # a worker that is at it finds nothing to end
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
    return changed_list(bundle, Step.KICKED_OUT, by=by, at=at, note=reason)


@transaction.atomic
def take_back(*, bundle: Bundle, rows: list[int], by: User, at: datetime, reason: str) -> Bundle:
    """Take loans back that were left out; this too voids a first signature."""
    bundle = locked(bundle)
    policies.check_can_kick_out(by, bundle)
    need_note(reason, "Taking loans back needs a reason.")
    if not picks.take_back(bundle=bundle, rows=rows):
        raise NotAllowed("None of these loans is left out any more.")
    return changed_list(bundle, Step.TAKEN_BACK, by=by, at=at, note=reason)


@transaction.atomic
def add_up(*, bundle: Bundle, by: User, at: datetime) -> Bundle:
    """Add the figures up again after findings were decided on; what a reviewer signed before is void then.

    Where the last adding up was given up, it is tried again.
    """
    bundle = locked(bundle)
    policies.check_can_add_up(by, bundle)
    if bundle.measured_at is None:
        return work.again(bundle, at=at)
    if not measures.decided_since(bundle):
        raise NotAllowed("Nothing was decided since these figures were added up.")
    return changed_list(bundle, Step.ADDED_UP, by=by, at=at, note="")


def changed_list(bundle: Bundle, step: Step, *, by: User, at: datetime, note: str) -> Bundle:
    if bundle.status == BundleStatus.SECOND:
        move(bundle, to=BundleStatus.IN_REVIEW, **UNSIGNED)
    return work.ask(bundle, step, by=by, at=at, note=note)


def need_note(note: str, sentence: str) -> None:
    if not note.strip():
        raise NotAllowed(sentence)
