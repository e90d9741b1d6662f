"""The one page of a sale: who asks, and where the sale stands, decide which one it is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.models import User
from portfolios.models import Sale
from portfolios.views.sales import running
from portfolios.views.sales.frames import ANYBODY, sale_or_404

Page = Callable[[HttpRequest, Sale], HttpResponse]


@require_GET
@allow(*ANYBODY)
def sale(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a sale for this person."""
    found = sale_or_404(request, number)
    return page_of(found, signed_in(request))(request, found)


def page_of(sale: Sale, user: User) -> Page:
    """The seller prepares, runs and awards; bidders bid; openers open."""
    return running.page
