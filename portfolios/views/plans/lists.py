"""The list of pooling plans."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.queries.planpages import lists as query
from portfolios.views.plans.frames import tabs


@require_GET
@allow(Role.MANAGER)
def plans(request: HttpRequest) -> HttpResponse:
    """The lender's plans, newest first: what each earns, and where it stands."""
    shown, after = request.GET.get("show", "open"), request.GET.get("after", "")
    page = query.plans_page(signed_in(request), shown=shown, after=after)
    shows = [
        {"label": word, "url": f"?show={name}", "current": name == page.shown, "count": page.counts[name]}
        for name, word in query.WORDS.items()
    ]
    return render(request, "portfolios/plans/list.html", {"page": page, "shows": shows, "tabs": tabs("plans")})
