"""The list of sales, and how many of them wait for a person."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from portfolios.models import Sale
from portfolios.queries.sales.waiting import waiting_for
from portfolios.views.sales.frames import ANYBODY


@require_GET
@allow(*ANYBODY)
def sales(request: HttpRequest) -> HttpResponse:
    """The sales that the person sells, bids in, or opens."""
    found = Sale.objects.visible_to(signed_in(request)).select_related("seller")[:50]
    return render(request, "portfolios/sales/list.html", {"sales": found})


def waiting(request: HttpRequest) -> dict[str, int]:
    """Counts beside the navigation, for PLUMBLINE_NAV_COUNTS."""
    return waiting_for(signed_in(request), timezone.now())
