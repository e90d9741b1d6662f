"""Lots of other assets: stated in the draft, and what is recorded of a list of customers later."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.domain.sales import AssetClass
from portfolios.forms.auctions.lots import ListFactsForm, OtherLotForm
from portfolios.policies import sales as policies
from portfolios.services import otherlots as service
from portfolios.views.sales.frames import attempt, frame, own_sale_or_404


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def other(request: HttpRequest, number: str) -> HttpResponse:
    """Offer other loans or a list of customers by their counts."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    policies.check_can_prepare(user, sale)
    form = OtherLotForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: service.add(sale=sale, stated=form.stated(), by=user))
        if made is not None:
            messages.success(request, f"Lot {made.code} is added. Bidders see its counts and strata, never a row.")
            return redirect("portfolios:sale-lots", sale.number)
    context = frame(request, sale, "sale-lots") | {"form": form, "here": "Other assets"}
    return render(request, "portfolios/auctions/other_lot.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def facts(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The ombudsman of a list of customers, its opt-outs, and the buyer's policy."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    lot = get_object_or_404(sale.lots.filter(asset_class=AssetClass.CUSTOMER_LIST), code=code)
    form = ListFactsForm(request.POST or None, initial=lot.details)
    if request.method == "POST" and form.is_valid():
        done = attempt(form, lambda: service.record_facts(lot=lot, by=user, at=timezone.now(), **form.facts()))
        if done is not None:
            messages.success(request, f"Recorded for lot {lot.code}. It stays in the history of the sale.")
            return redirect("portfolios:sale-needs", sale.number)
    context = frame(request, sale, "sale-needs") | {"form": form, "lot": lot, "here": f"Lot {lot.code}"}
    return render(request, "portfolios/auctions/list_facts.html", context, status=422 if form.errors else 200)
