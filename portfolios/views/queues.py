"""What waits for people: the purchaser's work queue, sign-offs, and news of bundles."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence.services import watches
from portfolios import policies
from portfolios.queries import approval as approval_query
from portfolios.queries import bundles as query
from portfolios.queries import events
from portfolios.queries.redflags.news import flag_entries
from portfolios.services import assigning
from portfolios.views.frames import DESKS, PURCHASER, bundle_or_404

FATAL_SHOWN = 4
PARTS = {"": "All", "mine": "Waiting for me", "unassigned": "Unassigned"}


@require_GET
@allow(*PURCHASER)
def queue(request: HttpRequest) -> HttpResponse:
    """Bundles in order of when an answer is due; the preview opens with the first that waits for this person."""
    user, today = signed_in(request), timezone.localdate()
    show = request.GET.get("show", "")
    part = show if show in PARTS else ""
    everything = query.queue(user, today=today)
    found = query.queue(user, today=today, show=part) if part else everything
    shown = chosen(found, request.GET.get("open", ""))
    context = {"queue": found, "shows": parts_of(everything, user, part), "part": part, "open": shown}
    return render(request, "portfolios/queue/queue.html", context | preview_context(request, shown))


def parts_of(everything: query.Queue, user: User, part: str) -> list[dict[str, object]]:
    """The parts of the queue with their numbers of bundles."""
    bundles = [bundle for group in everything.groups for bundle in group.bundles]
    return [
        {
            "label": label,
            "url": f"?show={name}" if name else "?",
            "current": name == part,
            "count": sum(query.is_shown(bundle, user, name) for bundle in bundles),
        }
        for name, label in PARTS.items()
    ]


def chosen(queue: query.Queue, number: str) -> query.Bundle | None:
    """The bundle in the side panel: the one asked for, else the first that waits for this person, else the first."""
    rows = [bundle for group in queue.groups for bundle in group.bundles]
    asked = [bundle for bundle in rows if bundle.number == number]
    return next(iter([*asked, *([queue.first] if queue.first else []), *rows]), None)


def preview_context(request: HttpRequest, bundle: query.Bundle | None) -> dict[str, object]:
    if bundle is None:
        return {"bundle": None}
    user = signed_in(request)
    fatal = [rule for rule in bundle.rules if rule["severity"] == 1 and rule["open"]]
    return {
        "bundle": bundle,
        "totals": bundle.summary.get("totals", {}),
        "closest": approval_query.closest_rows(bundle),
        "fatal": fatal[:FATAL_SHOWN],
        "mine": query.is_mine(bundle, user),
        "reviewers": query.reviewers(bundle) if not policies.refusal(policies.check_can_assign, user, bundle) else (),
    }


@require_POST
@allow(Role.APPROVER)
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Say who reviews a bundle, or, with nobody chosen, that anybody may."""
    bundle, user, wanted = bundle_or_404(request, number), signed_in(request), request.POST.get("reviewer", "")
    to = get_object_or_404(query.reviewers(bundle), pk=wanted) if wanted.isdecimal() else None
    try:
        assigning.assign(bundle=bundle, to=to, by=user, at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{number} is assigned to {to}." if to else f"{number} waits for any reviewer.")
    return redirect(f"{reverse('portfolios:queue')}?{urlencode({'open': number})}")


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
