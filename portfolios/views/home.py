"""Where people land: what needs them, by their role."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from accounts.roles import OrganizationKind, Role
from portfolios.queries import events
from portfolios.queries import waiting as queries
from portfolios.queries.overview import overview
from portfolios.views.frames import PURCHASER


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """A lender's overview, a purchaser's work queue, an investor's pools, a bidder's bids."""
    user = signed_in(request)
    if user.has_role(Role.UPLOADER, Role.MANAGER):
        context = {"overview": overview(user), "activity": events.recent(user), "today": timezone.localdate()}
        return render(request, "home/lender.html", context)
    if user.organization.kind == OrganizationKind.INVESTOR and user.has_role(Role.ANALYST, Role.BIDDER):
        return redirect("portfolios:pools")
    if user.has_role(*PURCHASER):
        return redirect("portfolios:queue")
    if user.has_role(Role.BIDDER):
        return redirect("portfolios:my_bids")
    return render(request, "home/other.html")


def waiting(request: HttpRequest) -> dict[str, int]:
    """Counts beside the navigation and the bell, for PLUMBLINE_NAV_COUNTS."""
    return queries.waiting(signed_in(request), timezone.now())
