"""How a bundle moves: its lock, one conditional UPDATE from status to status, a line in its history for each step."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.policies import NotAllowed
from portfolios import policies
from portfolios.domain.lifecycles import BUNDLE_TRANSITIONS, OPEN_TO_CHANGE, BundleStatus, Step
from portfolios.models import Bundle, BundleEvent
from portfolios.models.bundles import BundleWork
from portfolios.services import measures

NOTE_CHARS = 4000
UNSIGNED: dict[str, Any] = {"reviewed_by": None, "reviewed_at": None, "review_note": ""}


def locked(bundle: Bundle) -> Bundle:
    """The bundle as it stands, held by this transaction; its loans can still be read and written beside it."""
    related = ("run__version__tape", "run__rulebook", "criteria", "work", "lender", "purchaser")
    return Bundle.objects.select_for_update(of=("self",), no_key=True).select_related(*related).get(pk=bundle.pk)


def hold(pk: int) -> None:
    """Hold a bundle by this transaction without reading it."""
    Bundle.objects.select_for_update(no_key=True).values_list("pk").get(pk=pk)


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


def check_fresh(bundle: Bundle) -> None:
    """Nobody signs figures that later decisions have changed."""
    policies.check_added_up(bundle)
    if measures.decided_since(bundle):
        raise NotAllowed(
            "Findings were decided on after these figures were added up. Add them up again before signing."
        )


def end(bundle: Bundle, work: BundleWork, *, frozen_hash: str = "") -> Bundle:
    """What a step does once its figures are stored; raises NotAllowed when they do not allow it."""
    if work.step == Step.SUBMITTED:
        move(bundle, to=BundleStatus.IN_REVIEW, frm=OPEN_TO_CHANGE, submitted_by=work.by, submitted_at=work.at,
             due_on=work.due_on, **UNSIGNED)  # fmt: skip
    elif work.step == Step.APPROVED:
        check_fresh(bundle)
        policies.check_can_approve(work.by, bundle)
        move(bundle, to=BundleStatus.APPROVED, decided_by=work.by, decided_at=work.at,
             decision_note=work.note.strip()[:NOTE_CHARS], frozen_hash=frozen_hash)  # fmt: skip
    return record(bundle, work.step, by=work.by, at=work.at, note=work.note)
