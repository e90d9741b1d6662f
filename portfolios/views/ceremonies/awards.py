"""Steps of the seller after the opening: propose, confirm, excuse a defect, ask once more, reject all."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.ceremonies import FinalRoundForm, ReasonForm
from portfolios.models import Offer, Sale
from portfolios.queries.ceremonies import award, bids
from portfolios.services import awards, openings
from portfolios.views.ceremonies import opened
from portfolios.views.sales.frames import frame, own_sale_or_404

TIED = (
    "By the announced rule the tied bidders, and nobody else, seal one more bid for the lots that are tied. The bids "
    "that are open now hold on; a bidder can better its own and not go below it."
)
STEPS: dict[str, dict[str, str]] = {
    "reject": {
        "title": "Reject all bids?",
        "meaning": "The sale ends without an award. Bidders, openers and your own managers are told, with the reason. "
        "The record of the bids stays.",
        "button": "Reject all bids",
        "button_class": "btn-danger",
        "back": "Keep the bids",
    },
    "further": {
        "title": "Ask for best and final bids?",
        "meaning": "Everybody who may bid can seal one more bid, to the same openers. The bids that are open now "
        "hold on; a bidder can better its own and not go below it.",
        "button": "Ask for best and final bids",
        "button_class": "btn-primary",
        "back": "Back to the bids",
    },
    "without": {
        "title": "Open the bids without one?",
        "meaning": "All bids that open are opened together now; an envelope that the openers' parts do not open stays "
        "shut for good and cannot win. Everybody is told, with the reason. Nobody has read a bid yet.",
        "button": "Open the other bids",
        "button_class": "btn-danger",
        "back": "Wait for the other openers",
    },
    "cure": {
        "title": "Excuse the defect?",
        "meaning": "The bid then counts like any other. Who excused it and why stands in the minutes.",
        "button": "Excuse defect",
        "button_class": "btn-primary",
        "back": "Leave it out",
    },
}
Step = Callable[..., object]


@require_POST
@allow(Role.MANAGER)
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Propose what the announced terms lead to."""
    return signed(request, number, awards.propose, "Proposed. A second person confirms the award.")


@require_POST
@allow(Role.MANAGER)
def confirm(request: HttpRequest, number: str) -> HttpResponse:
    """The second signature."""
    return signed(request, number, awards.confirm, "Awarded. Every bidder is told its own result.")


def signed(request: HttpRequest, number: str, step: Step, said: str) -> HttpResponse:
    sale = own_sale_or_404(request, number)
    try:
        step(sale=sale, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        return opened.shown(request, sale, error=str(refusal))
    messages.success(request, said)
    return redirect(sale)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def reject(request: HttpRequest, number: str) -> HttpResponse:
    """End the sale without an award, with the reason."""
    sale = own_sale_or_404(request, number)
    form = ReasonForm(request.POST or None)
    return asked(request, sale, "reject", form, lambda **given: awards.reject_all(sale=sale, **given), "Ended.")


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def open_without(request: HttpRequest, number: str) -> HttpResponse:
    """Open what opens, where the parts of k openers do not open every envelope and nobody helps."""
    sale = own_sale_or_404(request, number)
    form = ReasonForm(request.POST or None)
    said = "The bids that open are open."
    return asked(request, sale, "without", form, lambda **given: openings.open_without(sale=sale, **given), said)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def final_round(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for best and final bids."""
    sale = own_sale_or_404(request, number)
    form = FinalRoundForm(request.POST or None)
    said = "Bidders are asked for best and final bids."
    told = {} if sale.terms.get("best_and_final") else {"meaning": TIED}
    return asked(request, sale, "further", form, lambda **given: awards.final_round(sale=sale, **given), said, **told)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def cure(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Excuse the defect of one offer."""
    sale = own_sale_or_404(request, number)
    found = Offer.objects.select_related("bid__entry__sale")
    offer = get_object_or_404(found, pk=pk, bid__entry__sale=sale, conforming=False)
    form, said = ReasonForm(request.POST or None), "Excused. The bid counts now."
    return asked(request, sale, "cure", form, lambda **given: awards.cure(offer=offer, **given), said, offer=offer)


def asked(
    request: HttpRequest, sale: Sale, name: str, form: forms.Form, step: Step, said: str, **more: Any
) -> HttpResponse:
    """A step that asks for a word first; what was refused stands at its form."""
    if request.method == "POST" and form.is_valid():
        try:
            step(by=signed_in(request), at=timezone.now(), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(sale)
    context = frame(request, sale) | STEPS[name] | {"form": form, "here": STEPS[name]["title"].rstrip("?"), **more}
    return render(request, "portfolios/ceremonies/step.html", context, status=422 if form.errors else 200)


@require_GET
@allow(Role.MANAGER)
def working(request: HttpRequest, number: str) -> HttpResponse:
    """How the award comes about, bid by bid."""
    sale = own_sale_or_404(request, number)
    if sale.opened_at is None:
        raise NotAllowed("The bids are not open yet.")
    found = awards.worked_out(sale=sale, at=timezone.now())
    shown = bids.opened_bids(sale, found.terms, found.outcome)
    context = {
        "here": "How the award comes about",
        "outcome": found.outcome,
        "changed": award.changed(found.record, found.terms, found.outcome, shown),
        "panel": award.panel_of(sale, shown, found.outcome, signed_in(request)),
    }
    return render(request, "portfolios/ceremonies/working.html", frame(request, sale) | context)
