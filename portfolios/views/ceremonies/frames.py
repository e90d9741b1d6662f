"""What the pages of openers share: the opener behind a request, proof of who it is, and refusals that scripts read."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import queries
from accounts.access import signed_in
from accounts.policies import NotAllowed
from portfolios.models import Opener
from portfolios.queries.ceremonies.keys import keepers_of
from portfolios.queries.sales.people import opener_of
from portfolios.views.sales.frames import frame, sale_or_404

View = Callable[..., HttpResponse]
OpenerView = Callable[[HttpRequest, Opener], HttpResponse]


def opener_or_404(request: HttpRequest, number: str) -> Opener:
    """The person as an opener of this sale, which does not exist for strangers; NotAllowed for its other people."""
    sale = sale_or_404(request, number)
    found = opener_of(sale, signed_in(request))
    if found is None:
        raise NotAllowed("This page is for the people who were named to open the bids of this sale.")
    found.sale = sale
    return found


def opener_frame(request: HttpRequest, opener: Opener, tab: str) -> dict[str, Any]:
    """What every page of an opener shows."""
    keepers = keepers_of(opener.sale, timezone.now())
    me = next(row for row in keepers.rows if row.opener.pk == opener.pk)
    return frame(request, opener.sale, tab) | {"opener": opener, "keepers": keepers, "me": me}


def proven(view: OpenerView) -> View:
    """Only for an opener of the sale who has just shown who it is, with a second factor where one is asked for."""

    @wraps(view)
    def guarded(request: HttpRequest, number: str) -> HttpResponse:
        opener = opener_or_404(request, number)
        if settings.REQUIRE_MFA and not queries.has_second_factor(signed_in(request)):
            messages.error(request, "Openers prove who they are with a second factor. Set one up, then open the bids.")
            return redirect("mfa_index")
        answer: HttpResponse = reauthentication_required(view)(request, opener)
        return answer

    return guarded


def refused(refusal: NotAllowed | str) -> JsonResponse:
    """A refusal as the page's script reads it."""
    return JsonResponse({"error": str(refusal)}, status=422)
