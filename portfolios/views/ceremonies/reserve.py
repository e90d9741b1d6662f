"""The seller's reserve: sealed in the browser like a bid, so that the server never sees it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.salerecord import RESERVE
from portfolios.domain.sealing import decoded
from portfolios.forms.ceremonies import EnvelopeForm
from portfolios.models import Sale
from portfolios.policies import bids as policies
from portfolios.queries.ceremonies.reserve import sealed_reserve, sheet_of_reserve
from portfolios.services import sealedrecord
from portfolios.views.ceremonies.frames import refused
from portfolios.views.sales.frames import frame, own_sale_or_404


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def reserve(request: HttpRequest, number: str) -> HttpResponse:
    """The form that seals the reserve of every lot; by POST the envelope. It may be replaced until the deadline."""
    sale = own_sale_or_404(request, number)
    if request.method == "POST":
        return take(request, sale)
    refusal = refusal_of(sale, request)
    sheet = {} if refusal else sheet_of_reserve(sale, context_of(sale))
    context = {"refusal": refusal, "sheet": sheet, "sealed": sealed_reserve(sale)}
    return render(request, "portfolios/ceremonies/reserve.html", frame(request, sale, "sale-reserve") | context)


def context_of(sale: Sale) -> dict[str, Any]:
    """What the next reserve must be sealed for."""
    found = sealedrecord.context_of(sale, RESERVE, sealedrecord.next_seq(sale, None))
    return {name: getattr(found, name) for name in found.__slots__}


def refusal_of(sale: Sale, request: HttpRequest) -> str:
    try:
        policies.check_can_reserve(signed_in(request), sale, timezone.now())
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def take(request: HttpRequest, sale: Sale) -> HttpResponse:
    """Take the envelope by the server's own clock after the last byte, and answer with its receipt."""
    form = EnvelopeForm(request.POST)
    at = timezone.now()
    if not form.is_valid():
        return refused("There is no envelope in what was sent. Load the page again and seal the reserve anew.")
    try:
        entry = sealedrecord.reserve(
            sale=sale, envelope=decoded(form.cleaned_data["envelope"]), by=signed_in(request), at=at
        )
    except NotAllowed as refusal:
        return refused(refusal)
    except ValueError:
        return refused("The envelope did not arrive whole. Load the page again and seal the reserve anew.")
    messages.success(request, "The reserve is sealed. Nobody can read it until the bids are opened.")
    return JsonResponse({"receipt": entry.receipt})
