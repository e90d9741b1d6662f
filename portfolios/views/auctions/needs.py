"""What a kind of sale needs: the page, its records, and the list of parties that may not bid."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.saleneeds import Need, Relation, needs
from portfolios.forms.auctions.needs import NeedForm, PartyForm
from portfolios.models import RelatedParty, Sale
from portfolios.policies import saleneeds as policies
from portfolios.queries.auctions.needs import needs_page
from portfolios.queries.saleneeds import NeedState
from portfolios.services import saleneeds as service
from portfolios.views.sales.frames import attempt, frame, own_sale_or_404


@require_GET
@allow(Role.MANAGER)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """What this kind of sale needs, and what is open of it."""
    return shown(request, own_sale_or_404(request, number))


def shown(
    request: HttpRequest, sale: Sale, *, need: NeedForm | None = None, party: PartyForm | None = None
) -> HttpResponse:
    """The page, with a form that was refused as it was typed."""
    found = needs_page(sale)
    rows = [row_of(signed_in(request), sale, state, need) for state in found.states]
    context = frame(request, sale, "sale-needs") | {
        "page": found,
        "rows": rows,
        "party_form": party or PartyForm(),
        "here": "What it needs",
    }
    return render(request, "portfolios/auctions/needs.html", context, status=422 if need or party else 200)


def row_of(user: User, sale: Sale, state: NeedState, refused: NeedForm | None) -> dict[str, Any]:
    """A need with the form to record it, where this person can."""
    if refused is not None and refused.need == state.need:
        return {"state": state, "form": refused, "refused": True}
    form = NeedForm(need=state.need, sale=sale) if can_record(user, sale, state.need) else None
    return {"state": state, "form": form, "refused": False}


def can_record(user: User, sale: Sale, need: Need) -> bool:
    try:
        policies.check_can_record(user, sale, need)
    except NotAllowed:
        return False
    return True


@require_POST
@allow(Role.MANAGER)
def record(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Record that a need was seen to."""
    sale = own_sale_or_404(request, number)
    if code not in needs():
        return redirect("portfolios:sale-needs", sale.number)
    form = NeedForm(request.POST, need=needs()[code], sale=sale)
    user = signed_in(request)
    if form.is_valid():
        values, at = form.cleaned_data, timezone.now()
        made = attempt(form, lambda: service.record_need(sale=sale, code=code, by=user, at=at, **values))
        if made is not None:
            messages.success(request, "Recorded. It stays in the history of the sale.")
            return redirect("portfolios:sale-needs", sale.number)
    return shown(request, sale, need=form)


@require_POST
@allow(Role.MANAGER)
def add_party(request: HttpRequest, number: str) -> HttpResponse:
    """Put a party on the seller's list of those that may not bid."""
    sale, form = own_sale_or_404(request, number), PartyForm(request.POST)
    user = signed_in(request)
    if form.is_valid():
        values = form.cleaned_data | {"relation": Relation(form.cleaned_data["relation"])}
        made = attempt(form, lambda: service.name_related_party(by=user, at=timezone.now(), **values))
        if made is not None:
            messages.success(request, f"{made.name} cannot be invited to sales that bar related parties.")
            return redirect("portfolios:sale-needs", sale.number)
    return shown(request, sale, party=form)


@require_POST
@allow(Role.MANAGER)
def end_party(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a party off the list."""
    sale = own_sale_or_404(request, number)
    party = get_object_or_404(RelatedParty.objects.filter(seller_id=sale.seller_id), pk=pk)
    service.end_related_party(party=party, by=signed_in(request), at=timezone.now())
    messages.success(request, f"{party.name} is off the list. That it was on it stays.")
    return redirect("portfolios:sale-needs", sale.number)
