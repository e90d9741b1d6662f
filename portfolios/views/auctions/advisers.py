"""The adviser of a sale that the receiver demanded: named, approved or refused, let go."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.auctions.advisers import AdviserForm, DecisionForm, EndForm
from portfolios.models import Sale
from portfolios.policies import advisers as policies
from portfolios.queries.advisers import (
    adviser_problems,
    advisers_of,
    sees_adviser,
    speaks_for_receiver,
    standing_adviser,
)
from portfolios.services import advisers as service
from portfolios.views.sales.frames import ANYBODY, attempt, frame, own_sale_or_404, sale_or_404


def adviser_sale_or_404(request: HttpRequest, number: str) -> Sale:
    """A demanded sale, for its seller and for who speaks for the receiver."""
    sale = sale_or_404(request, number)
    if not sees_adviser(sale, signed_in(request)):
        raise NotAllowed("The adviser of a sale is a matter of its seller and of the receiver that demanded it.")
    return sale


@require_GET
@allow(*ANYBODY)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """Who advises, and what the receiver said to it."""
    return shown(request, adviser_sale_or_404(request, number))


def shown(
    request: HttpRequest,
    sale: Sale,
    *,
    name: AdviserForm | None = None,
    decision: DecisionForm | None = None,
    ending: EndForm | None = None,
) -> HttpResponse:
    """The page, with a form that was refused as it was typed."""
    user, standing = signed_in(request), standing_adviser(sale)
    itself = speaks_for_receiver(sale, user)
    context = frame(request, sale, "sale-adviser") | {
        "standing": standing,
        "past": [each for each in advisers_of(sale) if standing is None or each.pk != standing.pk],
        "problems": adviser_problems(sale),
        "itself": itself,
        "sells": not itself,
        "open": sale.status in policies.BEFORE_AWARD,
        "name_form": name or AdviserForm(),
        "decision_form": decision or DecisionForm(sale=sale, itself=itself),
        "end_form": ending or EndForm(),
        "ending": bool(ending),
        "here": "Adviser",
    }
    return render(
        request, "portfolios/auctions/adviser.html", context, status=422 if name or decision or ending else 200
    )


@require_POST
@allow(Role.MANAGER)
def name(request: HttpRequest, number: str) -> HttpResponse:
    """Name an adviser."""
    sale, form = own_sale_or_404(request, number), AdviserForm(request.POST)
    policies.check_can_name(signed_in(request), sale)
    if form.is_valid():
        values, at = form.cleaned_data, timezone.now()
        made = attempt(form, lambda: service.name_adviser(sale=sale, by=signed_in(request), at=at, **values))
        if made is not None:
            messages.success(request, f"{made} is named. The sale waits for what the receiver says.")
            return redirect("portfolios:sale-adviser", sale.number)
    return shown(request, sale, name=form)


@require_POST
@allow(*ANYBODY)
def decide(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """What the receiver says to an adviser."""
    sale, user = adviser_sale_or_404(request, number), signed_in(request)
    adviser = get_object_or_404(sale.advisers, pk=pk)
    form = DecisionForm(request.POST, sale=sale, itself=speaks_for_receiver(sale, user))
    if form.is_valid():
        at = timezone.now()
        made = attempt(form, lambda: service.decide(adviser=adviser, by=user, at=at, **form.values()))
        if made is not None:
            messages.success(request, f"{made} is {made.status}. It stays in the history of the sale.")
            return redirect("portfolios:sale-adviser", sale.number)
    return shown(request, sale, decision=form)


@require_POST
@allow(Role.MANAGER)
def end(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Let an adviser go."""
    sale, form = own_sale_or_404(request, number), EndForm(request.POST)
    adviser = get_object_or_404(sale.advisers, pk=pk)
    if form.is_valid():
        note, at = form.cleaned_data["note"], timezone.now()
        made = attempt(form, lambda: service.end(adviser=adviser, note=note, by=signed_in(request), at=at))
        if made is not None:
            messages.success(request, f"{made} is the adviser no more.")
            return redirect("portfolios:sale-adviser", sale.number)
    return shown(request, sale, ending=form)
