"""An opener's own page: the key, its rehearsal, and the way to the opening."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from portfolios.forms.ceremonies import KeyForm
from portfolios.models import Opener, Sale
from portfolios.queries.sales.people import Side, opener_of, side_of
from portfolios.services import rehearsals, sales
from portfolios.views.ceremonies.frames import opener_frame, opener_or_404, refused
from portfolios.views.sales.frames import ANYBODY


def page(request: HttpRequest, sale: Sale) -> HttpResponse:
    """The page of a sale for somebody who only opens its bids."""
    found = opener_of(sale, signed_in(request))
    if found is None:
        raise NotAllowed("This page is for the people who were named to open the bids of this sale.")
    found.sale = sale
    return shown(request, found)


@require_http_methods(["GET", "POST"])
@allow(*ANYBODY)
def key(request: HttpRequest, number: str) -> HttpResponse:
    """The key of an opener: made in the browser, registered here, and kept here only under its passphrase."""
    opener = opener_or_404(request, number)
    if request.method == "GET":
        return shown(request, opener)
    form = KeyForm(request.POST)
    if not form.is_valid():
        return shown(request, opener, error=str(next(iter(form.errors.values()))[0]))
    values = {"public_key": form.cleaned_data["public"], "wrapped": form.cleaned_data["wrapped"]}
    try:
        sales.keep_key(opener=opener, by=signed_in(request), at=timezone.now(), **values)
    except NotAllowed as refusal:
        return shown(request, opener, error=str(refusal))
    messages.success(request, "Your key is registered. Rehearse now: open the envelope that is sealed to it.")
    return redirect("portfolios:sale-key", number)


def shown(request: HttpRequest, opener: Opener, *, error: str = "") -> HttpResponse:
    only_opener = side_of(opener.sale, signed_in(request)) == Side.OPENER
    context = opener_frame(request, opener, "sale" if only_opener else "sale-key") | {
        "error": error,
        "kept": opener.wrapped,
    }
    return render(request, "portfolios/ceremonies/opener.html", context, status=422 if error else 200)


@require_POST
@allow(*ANYBODY)
def rehearsal(request: HttpRequest, number: str) -> HttpResponse:
    """Two steps of a script: ask for an envelope sealed to one's key, and answer with what was in it."""
    opener, by, at = opener_or_404(request, number), signed_in(request), timezone.now()
    try:
        if request.POST.get("step") != "answer":
            return JsonResponse({"sealed": rehearsals.begin(opener=opener, by=by, at=at).sealed})
        rehearsals.answer(opener=opener, answer=request.POST.get("answer", ""), by=by, at=at)
    except NotAllowed as refusal:
        return refused(refusal)
    messages.success(request, "Opened. Your key works.")
    return JsonResponse({"passed": True})
