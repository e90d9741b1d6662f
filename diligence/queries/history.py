"""The checks of a tape over its versions, and the decisions made in a check."""

from django.db.models import QuerySet
from django.urls import reverse

from diligence.domain.lifecycles import FindingStatus
from diligence.models import Decision, Run

MOST = 50
VERBS = {
    FindingStatus.OPEN: "opened {rule} again",
    FindingStatus.VERIFIED: "verified {rule}",
    FindingStatus.WAIVED: "waived {rule}",
    FindingStatus.DISPUTED: "disputed {rule}",
}
TONES = {
    FindingStatus.OPEN: "accent",
    FindingStatus.VERIFIED: "pass",
    FindingStatus.WAIVED: "warning",
    FindingStatus.DISPUTED: "warning",
}


def runs_of(tape_id: int) -> QuerySet[Run]:
    """The newest checks of a tape, whatever its version."""
    found = Run.objects.filter(version__tape_id=tape_id).select_related("version", "criteria", "rulebook", "started_by")
    return found.defer("summary", "version__columns", "version__profile", "rulebook__texts")[:MOST]


def decisions_in(run: Run) -> list[dict[str, object]]:
    """Entries of a timeline, newest first."""
    found = Decision.objects.filter(run=run).select_related("decided_by")[:MOST]
    return [entry(decision) | {"url": search_url(decision)} for decision in found]


def entry(decision: Decision) -> dict[str, object]:
    what = verb(decision)
    return {
        "who": str(decision.decided_by),
        "what": f"{what} on loan {decision.loan_id}" if decision.loan_id else what,
        "note": decision.note,
        "at": decision.decided_at,
        "tone": TONES[FindingStatus(decision.kind)],
    }


def verb(decision: Decision) -> str:
    """What was done, without the loan: "waived EL-011"."""
    return VERBS[FindingStatus(decision.kind)].format(rule=decision.rule)


def search_url(decision: Decision) -> str:
    """The list of loans of the check under the loan's number."""
    loans = reverse("diligence:loans", args=[decision.run_id])
    return f"{loans}?q={decision.loan_id}" if decision.loan_id else ""
