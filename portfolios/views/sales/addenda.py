"""Changes of what is sold after the announcement, shown as arithmetic before they are published."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.forms.sales import AddendumForm, WithdrawLotForm
from portfolios.models import Sale
from portfolios.policies import sales as policies
from portfolios.queries.bidding.receipts import sealed_count
from portfolios.queries.sales.addenda import changes_of
from portfolios.queries.sales.lots import lots_of
from portfolios.services import addenda as service
from portfolios.views.sales.frames import answer, attempt, frame, own_sale_or_404


@require_GET
@allow(Role.MANAGER)
def addenda(request: HttpRequest, number: str) -> HttpResponse:
    """What was changed since the announcement, newest first."""
    sale = own_sale_or_404(request, number)
    context = frame(request, sale, "sale-addenda") | {
        "addenda": changes_of(sale),
        "can_change": policies.can_change_tape(signed_in(request), sale, timezone.now()),
        "lots": lots_of(sale),
        "here": "Addenda",
    }
    return answer(request, "addenda", context)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def new(request: HttpRequest, number: str) -> HttpResponse:
    """Write an addendum; first what it changes is shown, then it is published."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    policies.check_can_change_tape(user, sale, timezone.now())
    form = AddendumForm(request.POST or None, request.FILES or None, lots=list(service.on_offer(sale)))
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = attempt(form, lambda: service.planned(sale=sale, dropped=form.dropped()))
    if plan is not None and "publish" in request.POST:
        text, dropped = form.cleaned_data["text"], form.dropped()
        made = attempt(form, lambda: service.publish(sale=sale, text=text, dropped=dropped, by=user, at=timezone.now()))
        if made is not None:
            messages.success(request, f"Addendum {made.number} is published. Bids name the new tape from now on.")
            return redirect("portfolios:sale-addenda", sale.number)
        plan = None
    context = frame(request, sale, "sale-addenda") | {"form": form, "plan": plan, "here": "New addendum"}
    return answer(request, "addendum", context | sealed(sale, form), form)


def sealed(sale: Sale, form: AddendumForm) -> dict[str, Any]:
    """How many bids name the present tape, where that number may be known; and what was typed, for the next step."""
    shown = sale.terms.get("count_shown", True)
    typed = {f"loans_{code}": "\n".join(ids) for code, ids in form.dropped().items()} if form.is_valid() else {}
    return {"sealed": sealed_count(sale) if shown else None, "typed": typed}


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def withdraw_lot(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Take a lot out of an announced sale."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    lot = get_object_or_404(sale.lots, code=code)
    policies.check_can_withdraw_lot(user, sale, lot.status, timezone.now())
    form = WithdrawLotForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text, at = form.cleaned_data["text"], timezone.now()
        done = attempt(form, lambda: service.withdraw_lot(sale=sale, lot=lot, text=text, by=user, at=at))
        if done is not None:
            messages.success(request, f"Lot {code} is withdrawn. Addendum {done.number} tells every bidder.")
            return redirect("portfolios:sale-addenda", sale.number)
    context = frame(request, sale, "sale-addenda") | {"form": form, "lot": lot, "here": f"Withdraw lot {code}"}
    return answer(request, "withdraw_lot", context | sealed_only(sale), form)


def sealed_only(sale: Sale) -> dict[str, Any]:
    return {"sealed": sealed_count(sale) if sale.terms.get("count_shown", True) else None}
