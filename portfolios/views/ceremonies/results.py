"""What a bidder is told of the result: its own, and of the others what the announced terms let it see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.policies import awards as policies
from portfolios.queries.ceremonies.results import result_of
from portfolios.queries.sales.people import bidder_of
from portfolios.views.sales.frames import frame, sale_or_404


@require_GET
@allow(Role.BIDDER)
def result(request: HttpRequest, number: str) -> HttpResponse:
    """The bidder's result, once the bids are open."""
    sale, user = sale_or_404(request, number), signed_in(request)
    bidder = bidder_of(sale, user)
    if bidder is None or sale.opened_at is None:
        raise NotAllowed("There is a result for bidders once the bids are open.")
    readable = policies.allows(policies.check_can_read_record, user, sale)
    held = policies.allows(policies.check_can_read_bidder_record, user, sale)
    context = {"result": result_of(sale, bidder), "readable": readable, "held": held}
    return render(request, "portfolios/ceremonies/result.html", frame(request, sale, "sale-result") | context)
