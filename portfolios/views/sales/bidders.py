"""Who may bid: inviting, qualifying, keeping somebody out."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.sales import BarForm, InviteForm, QualifyForm
from portfolios.models import Bidder, Sale
from portfolios.policies import sales as policies
from portfolios.queries.sales import bidders as query
from portfolios.services import bidders as service
from portfolios.views.sales.frames import answer, attempt, frame, own_sale_or_404

MOST_SEARCHED = 60


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def bidders(request: HttpRequest, number: str) -> HttpResponse:
    """Every invited organization with its standing; while bids are not due, others can be invited."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    find = request.GET.get("find", "")[:MOST_SEARCHED].strip()
    offered = query.invitable(sale, find)
    form = InviteForm(request.POST or None, offered=query.invitable(sale))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["organizations"]
        invited = attempt(form, lambda: service.invite_all(sale=sale, organizations=chosen, by=user, at=timezone.now()))
        if invited is not None:
            messages.success(request, f"{', '.join(str(bidder.organization) for bidder in invited)} invited.")
            return redirect("portfolios:sale-bidders", sale.number)
    context = frame(request, sale, "sale-bidders") | {
        "form": form,
        "offered": offered[: query.SHOWN],
        "more": offered.count() - query.SHOWN,
        "ticked": request.POST.getlist("organizations"),
        "find": find,
        "bidders": query.bidders_of(sale),
        "can_invite": policies.can_invite(user, sale),
        "here": "Bidders",
    }
    return answer(request, "bidders", context, form)


def bidder_or_404(request: HttpRequest, number: str, pk: int) -> Bidder:
    """An organization that is invited to a sale of the person's own organization."""
    sale = own_sale_or_404(request, number)
    related = sale.bidders.select_related("sale__seller", "organization", "signed_by", "qualified_by", "invited_by")
    return get_object_or_404(related, pk=pk)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def bidder(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What an organization signed and stated; qualify it until a date."""
    found, user = bidder_or_404(request, number, pk), signed_in(request)
    form = QualifyForm(request.POST or None, bidder=found)
    if request.method == "POST" and form.is_valid():
        data, at = form.cleaned_data, timezone.now()
        done = attempt(form, lambda: service.qualify(bidder=found, by=user, at=at, **data))
        if done is not None:
            messages.success(request, f"{found.organization} may bid.")
            return redirect("portfolios:sale-bidder", number, pk)
    return bidder_page(request, found, form, BarForm())


@require_POST
@allow(Role.MANAGER)
def bar(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Keep an organization out, with the reason."""
    found = bidder_or_404(request, number, pk)
    form = BarForm(request.POST)
    if form.is_valid():
        note, at = form.cleaned_data["note"], timezone.now()
        done = attempt(form, lambda: service.bar(bidder=found, note=note, by=signed_in(request), at=at))
        if done is not None:
            messages.success(request, f"{found.organization} no longer takes part.")
            return redirect("portfolios:sale-bidder", number, pk)
    return bidder_page(request, found, QualifyForm(bidder=found), form)


def bidder_page(request: HttpRequest, bidder: Bidder, qualify: QualifyForm, bar: BarForm) -> HttpResponse:
    context = page_context(request, bidder.sale) | {
        "bidder": bidder,
        "steps": query.steps_of(bidder),
        "statement": query.statement_of(bidder),
        "reads": query.reads_of(bidder),
        "people": query.people_of(bidder),
        "qualify_form": qualify,
        "bar_form": bar,
        "can_qualify": query.can_be_qualified(bidder),
        "can_bar": query.can_be_barred(bidder),
        "here": str(bidder.organization),
    }
    return answer(request, "bidder", context, qualify, bar)


def page_context(request: HttpRequest, sale: Sale) -> dict[str, Any]:
    return frame(request, sale, "sale-bidders")


@require_POST
@allow(Role.MANAGER)
def take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an invitation back while the sale is a draft."""
    found = bidder_or_404(request, number, pk)
    try:
        service.take_back_invitation(bidder=found, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The invitation of {found.organization} is taken back.")
    return redirect("portfolios:sale-bidders", number)
