"""The watchlist of all pools, and putting a pool on it or taking it off."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.roles import Role
from config.ui.navigation_items import address as nav_address
from portfolios.models import Security
from portfolios.queries import watchlist as query
from portfolios.queries.redflags.news import READERS
from portfolios.services import watchlist as service


@require_GET
@allow(*READERS)
def watchlist(request: HttpRequest) -> HttpResponse:
    """All pools, worst first."""
    asked = {name: request.GET.get(name, "") for name in ("show", "portfolio", "after")}
    page = query.page(
        signed_in(request), shown=asked["show"] or "all", portfolio=asked["portfolio"], after=asked["after"][:80]
    )
    context = {
        "page": page,
        "shows": [show_of(page, name, word) for name, word in query.WORDS.items()],
        "next_url": address(page, after=page.next) if page.next else "",
        "pools_url": nav_address("portfolios:pools") or "",
        "pools_word": "Add pools",
        "can_watch": signed_in(request).has_role(Role.ANALYST),
    }
    return render(request, "portfolios/watchlist/list.html", context)


def show_of(page: query.Page, name: str, word: str) -> dict[str, Any]:
    return {"label": word, "url": address(page, show=name), "current": page.shown == name, "count": page.counts[name]}


def address(page: query.Page, **other: Any) -> str:
    """The list under its filters, with some of them changed."""
    chosen = {"show": page.shown, "portfolio": page.portfolio, **other}
    return "?" + urlencode({name: value for name, value in chosen.items() if value not in ("", None)})


@require_POST
@allow(Role.ANALYST)
def watch(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a pool on the watchlist, or with `off` take it off, and go back to where the button was."""
    user = signed_in(request)
    security = get_object_or_404(Security.objects.followed_by(user).active(), pk=pk)
    if request.POST.get("off"):
        service.take_off(security=security, by=user)
        messages.success(request, f"{security.name} is off the watchlist.")
    else:
        service.put(security=security, by=user, at=timezone.now())
        messages.success(request, f"{security.name} is on the watchlist.")
    security.refresh_from_db(fields=["watched_at"])
    if request.headers.get("HX-Request"):
        part = "_mark" if request.GET.get("mark") else "_button"
        return render(request, f"portfolios/watchlist/{part}.html", {"pool": security, "can_watch": True})
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if safe else security.get_absolute_url())
