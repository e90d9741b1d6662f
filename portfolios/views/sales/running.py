"""A sale that bidders look at: the deadline, what is for sale, and on which terms."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale
from portfolios.queries.ceremonies.keys import keepers_of
from portfolios.queries.ceremonies.shut import disagreement_of
from portfolios.queries.sales.running import running_page
from portfolios.services import sealedrecord
from portfolios.views.sales.frames import frame


def page(request: HttpRequest, sale: Sale) -> HttpResponse:
    """The seller's page while bids come in."""
    now = timezone.now()
    context = frame(request, sale) | {"page": running_page(sale, now), "keepers": keepers_of(sale, now)}
    if sale.status == SaleStatus.CLOSED:
        found = disagreement_of(sale, list(sealedrecord.standing(sale).values()))
        context |= {"disagreement": found, "decides": found is not None and now >= found.without_from}
    return render(request, "portfolios/sales/running.html", context)
