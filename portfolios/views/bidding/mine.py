"""The bids of a person's organization over all sales."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.queries.bidding.mine import my_bids as lines


@require_GET
@allow(Role.BIDDER)
def my_bids(request: HttpRequest) -> HttpResponse:
    """Each sale with standing, receipt, deadline and outcome."""
    return render(request, "portfolios/bidding/my_bids.html", {"groups": lines(signed_in(request), timezone.now())})
