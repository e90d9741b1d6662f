"""The opening: openers unlock their keys in the browser and give their parts; with the k-th, all bids open at once."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from portfolios.domain.sealing import encoded
from portfolios.forms.ceremonies import PartsForm
from portfolios.models import Opener
from portfolios.policies import bids as policies
from portfolios.queries.ceremonies.opening import standing_of
from portfolios.queries.ceremonies.shut import disagreement_of
from portfolios.services import openings, sealedrecord
from portfolios.views.ceremonies.frames import opener_frame, proven, refused
from portfolios.views.sales.frames import ANYBODY


@require_http_methods(["GET", "POST"])
@allow(*ANYBODY)
@proven
def opening(request: HttpRequest, opener: Opener) -> HttpResponse:
    """Where the opening stands; by POST an opener gives the parts of all envelopes."""
    if request.method == "POST":
        return give(request, opener)
    entries = list(sealedrecord.standing(opener.sale).values())
    standing = standing_of(opener.sale, entries)
    context = opener_frame(request, opener, "sale-opening") | {
        "standing": standing,
        "disagreement": disagreement_of(opener.sale, entries),
        "me_given": standing.given_by(opener),
        "refusal": refusal_of(opener, request),
        "kept": opener.wrapped,
    }
    return render(request, "portfolios/ceremonies/opening.html", context)


def refusal_of(opener: Opener, request: HttpRequest) -> str:
    """Why this opener cannot give parts now; empty where nothing stands against it."""
    try:
        policies.check_can_give_parts(signed_in(request), opener, timezone.now())
    except NotAllowed as refusal:
        return str(refusal)
    return ""


def give(request: HttpRequest, opener: Opener) -> HttpResponse:
    """Take the parts; answers whether the bids are open now."""
    form = PartsForm(request.POST)
    if not form.is_valid():
        return refused(str(form.errors["parts"][0]))
    try:
        opened = openings.give(
            opener=opener, parts=form.cleaned_data["parts"], by=signed_in(request), at=timezone.now()
        )
    except NotAllowed as refusal:
        return refused(refusal)
    said = "All bids are open." if opened else "Your parts are kept. This page says what is still missing."
    messages.success(request, said)
    return JsonResponse({"opened": opened})


@require_GET
@never_cache
@allow(*ANYBODY)
@proven
def envelopes(request: HttpRequest, opener: Opener) -> HttpResponse:
    """The envelopes that count, for the openers of the sale only, and only once the record is closed."""
    if refusal := refusal_of(opener, request):
        return refused(refusal)
    entries = sealedrecord.standing(opener.sale).values()
    found = [{"position": each.position, "envelope": encoded(bytes(each.envelope))} for each in entries]
    return JsonResponse({"envelopes": found})
