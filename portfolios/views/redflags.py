"""Red flags: those of now across all pools, the history of one pool, and the steps people take with them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios import tasks
from portfolios.domain.redflags import FlagKind
from portfolios.forms.redflags import JudgeForm
from portfolios.models import RedFlag, Security
from portfolios.queries.redflags import lists
from portfolios.queries.redflags.news import READERS
from portfolios.queries.redflags.workings import working
from portfolios.services import redflags as service

STATE_WORDS = {"open": "Open", "new": "New", "seen": "Seen", "explained": "Explained"}
LEVEL_MARKS = {"": "All", "red": "Red", "amber": "Amber"}
DONE = {
    "seen": "Marked as seen.",
    "explain": "Explained. It counts no longer while its numbers stay.",
    "reopen": "The explanation is taken back; the flag is open again.",
}


@require_GET
@allow(*READERS)
def flags(request: HttpRequest) -> HttpResponse:
    """All flags of now, red first; narrowed by level, kind, state and portfolio."""
    filters = lists.Filters.of(request.GET.dict())
    page = lists.page(signed_in(request), filters, after=request.GET.get("after", "")[:60])
    context = {
        "page": page,
        "next_url": address(filters, after=page.next) if page.next else "",
        "levels": segment(page, "level", LEVEL_MARKS),
        "states": segment(page, "state", STATE_WORDS),
        "kinds": segment(page, "kind", {"": "All kinds"} | {kind: kind.capitalize() for kind in FlagKind}),
        "can_judge": can_judge(request),
        "columns": 5,
    }
    return render(request, "portfolios/flags/list.html", context)


def segment(page: lists.Page, name: str, words: dict[Any, str]) -> list[dict[str, Any]]:
    """A switch of one filter with the counts under the others."""
    return [
        {
            "label": word,
            "url": address(page.filters, **{name: value}),
            "current": getattr(page.filters, name) == value,
            "count": page.count(but=name, **{name: value}),
        }
        for value, word in words.items()
    ]


def address(filters: lists.Filters, **other: Any) -> str:
    """The list under these filters, with some of them changed."""
    chosen = {**vars_of(filters), **other}
    return "?" + urlencode({name: value for name, value in chosen.items() if value not in ("", None)})


def vars_of(filters: lists.Filters) -> dict[str, Any]:
    return {name: getattr(filters, name) for name in ("level", "kind", "state", "portfolio")}


@require_GET
@allow(*READERS)
def pool_flags(request: HttpRequest, pk: int) -> HttpResponse:
    """The flags of a pool by month, with the numbers that raised each."""
    followed = Security.objects.followed_by(signed_in(request)).select_related("portfolio")
    security = get_object_or_404(followed, pk=pk)
    gone = request.GET.get("withdrawn") == "1"
    page = lists.pool_page(security, after=request.GET.get("before", "")[:7], withdrawn=gone)
    query = urlencode({"withdrawn": "1", "before": page.next} if gone else {"before": page.next})
    context = {
        "security": security,
        "page": page,
        "next_url": f"?{query}" if page.next else "",
        "can_judge": can_judge(request),
        "of_pool": True,
        "columns": 3,
    }
    return render(request, "portfolios/flags/pool.html", context)


@require_GET
@allow(*READERS)
def flag(request: HttpRequest, pk: int) -> HttpResponse:
    """One flag with its working, as a part of a list; without htmx it leads to its place in its pool's history."""
    found = flag_or_404(request, pk)
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('portfolios:pool-flags', args=[found.security_id])}#flag-{found.pk}")
    is_open = request.GET.get("close") != "1"
    return fragment(request, found, is_open=is_open)


@require_POST
@allow(Role.ANALYST)
def judge(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a flag as seen, explain it, or take the explanation back."""
    found, user, form = flag_or_404(request, pk), signed_in(request), JudgeForm(request.POST)
    if form.is_valid():
        try:
            found = take_step(found, form.cleaned_data, user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, DONE[form.cleaned_data["action"]])
            if found.kind == FlagKind.DATA:  # explained data no longer silence the other flags, and do so again
                tasks.watch_security.delay_on_commit(found.security_id)
    if request.headers.get("HX-Request"):
        return fragment(request, found, form=form if form.errors else None, is_open=bool(form.errors))
    for errors in form.errors.values():
        messages.error(request, " ".join(map(str, errors)))
    return redirect(f"{reverse('portfolios:pool-flags', args=[found.security_id])}#flag-{found.pk}")


def take_step(found: RedFlag, data: dict[str, Any], user: Any) -> RedFlag:
    """The one service call that the form asks for."""
    at = timezone.now()
    if data["action"] == "seen":
        return service.see(flag=found, by=user, at=at)
    step = service.explain if data["action"] == "explain" else service.reopen
    return step(flag=found, by=user, at=at, note=data["note"])


def fragment(
    request: HttpRequest, found: RedFlag, *, form: JudgeForm | None = None, is_open: bool = True
) -> HttpResponse:
    """A flag in the list it was asked from, opened with its working or closed."""
    of_pool = request.GET.get("of") == "pool"
    context = {
        "line": working(found),
        "opened": is_open,
        "form": form or JudgeForm(),
        "can_judge": can_judge(request),
        "of_pool": of_pool,
        "columns": 3 if of_pool else 5,
    }
    return render(request, "portfolios/flags/_flag.html", context, status=422 if form else 200)


def flag_or_404(request: HttpRequest, pk: int) -> RedFlag:
    """A flag of the person's organization; for the pool's servicer and for strangers it does not exist."""
    visible = RedFlag.objects.visible_to(signed_in(request)).select_related("security__portfolio")
    return get_object_or_404(visible.prefetch_related("events__by"), pk=pk)


def can_judge(request: HttpRequest) -> bool:
    return signed_in(request).has_role(Role.ANALYST)
