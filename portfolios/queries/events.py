"""The history of bundles, newest first, for timelines and downloads."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from config.ui import numbers
from diligence.domain.lifecycles import RunStatus
from diligence.models import RunWatch
from portfolios.domain.lifecycles import SEEN_BY_PURCHASER
from portfolios.domain.steps import STEPS
from portfolios.models import Bundle, BundleEvent

RECENT = 6
NEWS = 50
INTERNAL = ("created", "picked_again", "offered_to")
CHECK_ENDS = {
    RunStatus.DONE: ("is done", "pass"),
    RunStatus.FAILED: ("could not be done", "fatal"),
    RunStatus.STOPPED: ("was stopped", "warning"),
}
EXPORT_HEADER = (
    "at", "person", "organization", "step", "note", "loans", "upb", "loans_with_open_fatal", "tape_sha256", "criteria",
    "rulebook", "frozen_hash",
)  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A line of a timeline."""

    who: str
    what: str
    at: Any
    note: str = ""
    tone: str = ""
    url: str = ""


def history(bundle: Bundle) -> QuerySet[BundleEvent]:
    return bundle.events.select_related("by__organization").order_by("-at", "-pk")


def entries(events: Iterable[BundleEvent], *, facts: bool = False) -> list[Entry]:
    """Events as lines of a timeline; with `facts` each says the amounts and fingerprints of its moment."""
    return [
        Entry(
            who=str(event.by),
            what=STEPS[event.kind].what,
            at=event.at,
            note=" ".join(filter(None, (event.note, facts_of(event) if facts else ""))),
            tone=STEPS[event.kind].tone,
        )
        for event in events
    ]


def facts_of(event: BundleEvent) -> str:
    """The amounts and fingerprints of an event in words."""
    facts = event.facts
    words = [
        f"{numbers.count(facts['loans'])} loans, {numbers.money(facts['upb'])}",
        f"{numbers.count(facts['open_fatal'])} with open fatal findings",
        f"tape {numbers.fingerprint(facts['tape_sha256'])}",
        f"criteria {facts['criteria']}",
    ]
    if facts["frozen_hash"]:
        words.append(f"list {numbers.fingerprint(facts['frozen_hash'])}")
    return " · ".join(words)


def news(user: User) -> QuerySet[BundleEvent]:
    """What others did with bundles that concern this person's organization, newest first."""
    own = Q(bundle__lender=user.organization_id)
    offered = Q(bundle__purchaser=user.organization_id, bundle__status__in=SEEN_BY_PURCHASER) & ~Q(kind__in=INTERNAL)
    events = BundleEvent.objects.filter(own | offered).exclude(by=user)
    related = events.select_related("by__organization", "bundle__lender", "bundle__purchaser")
    return related.defer("bundle__summary", "bundle__rules", "bundle__limits", "bundle__delivered_limits")


def recent(user: User) -> list[Entry]:
    """The last few steps of others, each with the bundle it concerns."""
    return news_entries(news(user)[:RECENT])


def news_entries(found: Iterable[BundleEvent]) -> list[Entry]:
    """Steps of others as lines of a timeline that lead to their bundles."""
    return [
        Entry(
            who=str(event.by),
            what=f"{STEPS[event.kind].what}: {event.bundle.name}",
            at=event.at,
            note=event.note,
            tone=STEPS[event.kind].tone,
            url=event.bundle.get_absolute_url(),
        )
        for event in found
    ]


def notified(user: User) -> list[Entry]:
    """Steps of others and the ends of checks the person asked to be told of, newest first."""
    told = RunWatch.objects.told_to(user).select_related("run__version__tape")[:NEWS]
    entries = [*news_entries(news(user)[:NEWS]), *(check_entry(watch) for watch in told)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:NEWS]


def check_entry(watch: RunWatch) -> Entry:
    """The end of a check that somebody waited for."""
    run = watch.run
    what, tone = CHECK_ENDS[RunStatus(run.status)]
    note = f"{numbers.count(run.loan_count)} loans" if run.status == RunStatus.DONE else run.problem
    return Entry(f"The check of {run.version}", what, watch.told_at, note, tone, run.get_absolute_url())


def export_rows(bundle: Bundle) -> Iterable[tuple[str, ...]]:
    """The history as rows of text, oldest first, all facts included."""
    for event in history(bundle).reverse():
        facts = event.facts
        kept = [facts["loans"], facts["upb"], facts["open_fatal"], facts["tape_sha256"], facts["criteria"]]
        more = [facts["rulebook"], facts["frozen_hash"]]
        person = [event.at.isoformat(), event.by.name, event.by.organization.name]
        yield tuple(str(value) for value in (*person, event.kind, event.note, *kept, *more))
