"""A bidder's page of a sale: what is for sale, until when, on which terms, and the bid that is sealed here."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import signed_in
from portfolios.models import Bidder, Sale
from portfolios.offline import page_sha256
from portfolios.policies.bids import why_not_bid
from portfolios.queries.bidding.page import bidder_page
from portfolios.services.salesheets import sheet_of
from portfolios.views.bidding.frames import bidder_frame, bidder_or_404


def page(request: HttpRequest, sale: Sale) -> HttpResponse:
    """The page as it stands."""
    return page_with(request, bidder_or_404(request, sale.number))


def page_with(request: HttpRequest, bidder: Bidder, error: str = "") -> HttpResponse:
    """The page; with an error, why the last bid was not taken."""
    at = timezone.now()
    refusal = why_not_bid(signed_in(request), bidder, at)
    sheet = None if refusal else sheet_of(bidder.sale, bidder=bidder)
    page = bidder_page(bidder, at)
    pools = sheet["pools"] if sheet else {}
    context = bidder_frame(request, bidder) | {
        "page": page,
        "pools": pools,
        "pools_known": all(pool["months"] for pool in pools.values()),
        "can_bid": not refusal,
        "refusal": refusal,
        "sheet": sheet,
        "needs_deposit": sheet is not None and Decimal(sheet["terms"]["deposit"]) > 0,
        "offline_sha256": page_sha256(),
        "error": error,
    }
    return render(request, "portfolios/bidding/sale.html", context, status=422 if error else 200)
