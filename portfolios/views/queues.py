"""What waits for people: the purchaser's work queue, sign-offs, and news of bundles."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from diligence.services import watches
from portfolios.queries import approval as approval_query
from portfolios.queries import bundles as query
from portfolios.queries import events
from portfolios.queries.redflags.news import flag_entries
from portfolios.views.frames import DESKS, PURCHASER

FATAL_SHOWN = 4


@require_GET
@allow(*PURCHASER)
def queue(request: HttpRequest) -> HttpResponse:
    """Bundles in order of when an answer is due; the preview opens with the first that waits for this person."""
    user, today = signed_in(request), timezone.localdate()
    mine = request.GET.get("show") == "mine"
    everything = query.queue(user, today=today)
    found = query.queue(user, today=today, mine_only=True) if mine else everything
    waiting = sum(query.is_mine(bundle, user) for group in everything.groups for bundle in group.bundles)
    shows = [
        {"label": "All", "url": "?", "current": not mine, "count": everything.total},
        {"label": "Waiting for me", "url": "?show=mine", "current": mine, "count": waiting},
    ]
    shown = chosen(found, request.GET.get("open", ""))
    context = {"queue": found, "shows": shows, "open": shown}
    return render(request, "portfolios/queue/queue.html", context | preview_context(request, shown))


def chosen(queue: query.Queue, number: str) -> query.Bundle | None:
    """The bundle in the side panel: the one asked for, else the first that waits for this person, else the first."""
    rows = [bundle for group in queue.groups for bundle in group.bundles]
    asked = [bundle for bundle in rows if bundle.number == number]
    return next(iter([*asked, *([queue.first] if queue.first else []), *rows]), None)


def preview_context(request: HttpRequest, bundle: query.Bundle | None) -> dict[str, object]:
    if bundle is None:
        return {"bundle": None}
    fatal = [rule for rule in bundle.rules if rule["severity"] == 1 and rule["open"]]
    return {
        "bundle": bundle,
        "totals": bundle.summary.get("totals", {}),
        "closest": approval_query.closest_rows(bundle),
        "fatal": fatal[:FATAL_SHOWN],
        "mine": query.is_mine(bundle, signed_in(request)),
    }


@require_GET
@allow(*PURCHASER)
def signoffs(request: HttpRequest) -> HttpResponse:
    """Reviewed bundles that wait for the second signature, and what was decided before."""
    user = signed_in(request)
    rows = [(bundle, query.is_mine(bundle, user)) for bundle in query.to_sign(user)]
    return render(request, "portfolios/queue/signoffs.html", {"rows": rows, "decided": query.signed(user)})


@require_GET
def notifications(request: HttpRequest) -> HttpResponse:
    """What others did with one's bundles, checks one waited for, and new red flags of pools; seen, they are read."""
    user = signed_in(request)
    entries = [*(events.notified(user) if user.has_role(*DESKS) else []), *flag_entries(user)]
    entries = sorted(entries, key=lambda entry: entry.at, reverse=True)[: events.NEWS]
    watches.read(user=user, at=timezone.now())
    return render(request, "portfolios/queue/notifications.html", {"entries": entries})
