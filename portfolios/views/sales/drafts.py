"""A sale before its announcement: what it holds, and what is still missing."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from config.ui import numbers
from portfolios.domain.saleterms import kinds
from portfolios.forms.sales import LotsForm, NewSaleForm, OpenersForm, TermsForm
from portfolios.models import Sale
from portfolios.policies import sales as policies
from portfolios.queries.sales.drafts import draft_page, offerable
from portfolios.queries.sales.kinds import choices
from portfolios.queries.sales.lots import lots_of
from portfolios.services import sales as service
from portfolios.views.sales.frames import answer, attempt, frame, own_sale_or_404


def page(request: HttpRequest, sale: Sale) -> HttpResponse:
    """The draft with its parts, and what the announcement waits for."""
    context = frame(request, sale) | {"draft": draft_page(sale, timezone.now())}
    return render(request, "portfolios/sales/draft.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def create(request: HttpRequest) -> HttpResponse:
    """Begin a sale: its name, its kind with the terms it begins with, its time zone."""
    user = signed_in(request)
    policies.check_can_sell(user)
    form = NewSaleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: service.create(by=user, at=timezone.now(), **form.cleaned_data))
        if made is not None:
            messages.success(request, f"{made.number} is a draft. Nobody else sees it before it is announced.")
            return redirect(with_bundles(request, made))
    chosen = form.data.get("kind") if form.is_bound else next(iter(kinds()))
    return answer(request, "new", {"form": form, "kinds": choices(), "chosen": chosen}, form)


def with_bundles(request: HttpRequest, sale: Sale) -> str:
    """Where a new draft goes on: its page, or its lots with the bundles ticked that the address came with."""
    chosen = request.GET.getlist("bundle")
    query = urlencode({"bundle": chosen}, doseq=True)
    return f"{reverse('portfolios:sale-lots', args=[sale.number])}?{query}" if chosen else sale.get_absolute_url()


def preparing(request: HttpRequest, number: str) -> Sale:
    """A draft of the seller's own; NotAllowed once it is announced."""
    sale = own_sale_or_404(request, number)
    policies.check_can_prepare(signed_in(request), sale)
    return sale


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def terms(request: HttpRequest, number: str) -> HttpResponse:
    """Dates and terms of a draft."""
    sale, user = preparing(request, number), signed_in(request)
    form = TermsForm(request.POST or None, sale=sale)
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, lambda: save_terms(sale, form, user))
        if changed is not None:
            messages.success(request, "Terms and dates are saved.")
            return redirect(changed)
    context = frame(request, sale, "sale-terms") | {"form": form, "kind": kinds()[sale.kind], "here": "Terms"}
    return answer(request, "terms", context, form)


def save_terms(sale: Sale, form: TermsForm, by: User) -> Sale:
    """Save what the form says over the terms that stand by then."""
    return service.set_terms(sale=sale, terms=form.applied, by=by, seen=form.data.get("seen", ""), **form.dates())


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def lots(request: HttpRequest, number: str) -> HttpResponse:
    """What is offered: the lots, and the bundles that can become one."""
    sale, user = preparing(request, number), signed_in(request)
    offered = offerable(sale)
    form = LotsForm(request.POST or None, offered=offered)
    if request.method == "POST" and form.is_valid():
        bundles = list(form.cleaned_data["bundles"].select_related("run__version").order_by("pk"))
        added = attempt(form, lambda: service.add_lots(sale=sale, bundles=bundles, by=user))
        if added is not None:
            messages.success(request, f"{numbers.count(len(added))} {'lot' if len(added) == 1 else 'lots'} added.")
            return redirect("portfolios:sale-lots", sale.number)
    context = frame(request, sale, "sale-lots") | {"form": form, "lots": lots_of(sale), "here": "Lots"}
    context["chosen"] = request.GET.getlist("bundle")
    return answer(request, "lots", context, form)


@require_POST
@allow(Role.MANAGER)
def rename_lot(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Give a lot another name."""
    sale = preparing(request, number)
    lot = get_object_or_404(sale.lots, code=code)
    return said(
        request, sale, lambda: service.rename_lot(
            sale=sale, lot=lot, name=request.POST.get("name", "")[:120], by=signed_in(request)
        ), f"Lot {code} is renamed.",
    )  # fmt: skip


@require_POST
@allow(Role.MANAGER)
def remove_lot(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Take a lot out of the draft; its bundle stays."""
    sale = preparing(request, number)
    lot = get_object_or_404(sale.lots, code=code)
    removed = f"Lot {code} is taken out. Its bundle stays as it is."
    return said(request, sale, lambda: service.remove_lot(sale=sale, lot=lot, by=signed_in(request)), removed)


def said(request: HttpRequest, sale: Sale, step: Any, done: str) -> HttpResponse:
    """Take a small step of the page of lots and go back there, with what was done or why not."""
    try:
        step()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("portfolios:sale-lots", sale.number)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def openers(request: HttpRequest, number: str) -> HttpResponse:
    """Who opens the bids, and whether their keys are made."""
    sale, user = preparing(request, number), signed_in(request)
    named = list(sale.openers.select_related("user__organization"))
    form = OpenersForm(request.POST or None, openers=named)
    if request.method == "POST" and form.is_valid():
        people, at = form.cleaned_data["people"], timezone.now()
        kept = attempt(form, lambda: service.name_openers(sale=sale, people=people, by=user, at=at))
        if kept is not None:
            messages.success(request, f"{len(kept)} openers are named. Each makes a key on the page of this sale.")
            return redirect("portfolios:sale-openers", sale.number)
    context = frame(request, sale, "sale-openers") | {"form": form, "draft": draft_page(sale, timezone.now())}
    return answer(request, "openers", context | {"here": "Openers"}, form)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def announce(request: HttpRequest, number: str) -> HttpResponse:
    """What will stand from now on, and the step itself."""
    sale, user = preparing(request, number), signed_in(request)
    refused = ""
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            announced = service.announce(sale=sale, by=user, at=timezone.now(), seen=seen)
        except NotAllowed as refusal:
            refused = str(refusal)
        else:
            messages.success(request, f"{announced.number} is announced. Its terms, lots and openers stand.")
            return redirect(announced)
    standing, changed = what_would_stand(sale)
    context = frame(request, sale) | {
        "draft": draft_page(sale, timezone.now()),
        "standing": standing,
        "refused": refused or changed,
        "here": "Announce",
    }
    return render(request, "portfolios/sales/announce.html", context, status=422 if refused else 200)


def what_would_stand(sale: Sale) -> tuple[str, str]:
    """The hash of the draft as it would be announced, or why a lot cannot be offered any more."""
    try:
        return service.announceable(sale=sale), ""
    except NotAllowed as refusal:
        return "", str(refusal)
