"""The list of sales."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from portfolios.queries.sales import lists as query
from portfolios.views.sales.frames import ANYBODY


@require_GET
@allow(*ANYBODY)
def sales(request: HttpRequest) -> HttpResponse:
    """The sales that the person sells, bids in, or opens."""
    user, at = signed_in(request), timezone.now()
    asked = request.GET
    page = query.list_page(user, shown=asked.get("show", "open"), after=asked.get("after", ""), at=at)
    shows = [
        {"label": word, "url": f"?show={name}", "current": name == page.shown, "count": page.counts[name]}
        for name, word in query.WORDS.items()
        if page.selling or name not in query.SELLERS_ONLY
    ]
    return render(request, "portfolios/sales/list.html", {"page": page, "shows": shows})
