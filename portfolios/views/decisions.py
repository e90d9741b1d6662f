"""Signing, sending back and leaving loans out: the steps on the approval page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from config.ui import numbers
from portfolios.domain.lifecycles import BundleStatus
from portfolios.forms.steps import DecisionForm, RowsForm
from portfolios.models import Bundle
from portfolios.queries.approval import suggested
from portfolios.services import bundles as service
from portfolios.views.approval import approval_context
from portfolios.views.frames import bundle_or_404, hand_over

SIGNERS = (Role.REVIEWER, Role.APPROVER)
Service = Callable[..., Bundle]
SERVICES: dict[str, Service] = {
    "review": service.review,
    "approve": service.approve,
    "reject": service.reject,
    "send_back": service.send_back,
}
DONE = {
    "review": "Signed. An approver who is not you decides now.",
    "approve": "Approved. The list is frozen.",
    "reject": "Rejected. The lender reads your reasons.",
    "send_back": "Sent back. The lender reads what to cure.",
}
FREEZING = "Signed. The list is being frozen; the approval stands when that is done."


@require_POST
@allow(*SIGNERS)
def decide(request: HttpRequest, number: str) -> HttpResponse:
    """Give one of the two signatures, or say no."""
    bundle = bundle_or_404(request, number)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        return again(request, bundle, decision_error="Choose a decision.")
    name, note = form.cleaned_data["decision"], form.cleaned_data["note"]
    try:
        decided = SERVICES[name](bundle=bundle, by=signed_in(request), at=timezone.now(), note=note)
    except NotAllowed as refusal:
        return again(request, bundle, decision_error=str(refusal), chosen=name, note=note)
    messages.success(request, FREEZING if hand_over(decided).under_way else DONE[name])
    return redirect("portfolios:approval", bundle.number)


@require_POST
@allow(*SIGNERS)
def kick_out(request: HttpRequest, number: str) -> HttpResponse:
    """Leave the chosen loans out, all with open fatal findings, or all that are suggested for the limits."""
    bundle = bundle_or_404(request, number)
    form = RowsForm(request.POST)
    if not form.is_valid():
        return again(request, bundle, kick_error=first_error(form))
    reason = form.cleaned_data["reason"]
    return change_list(request, bundle, service.kick_out, rows=rows_of(form, bundle), reason=reason)


def rows_of(form: RowsForm, bundle: Bundle) -> list[int] | None:
    """The loans that a form means; None for all with open fatal findings."""
    if form.cleaned_data["everything"]:
        return None
    return suggested(bundle).rows if form.cleaned_data["suggested"] else form.cleaned_data["rows"]


@require_POST
@allow(*SIGNERS)
def take_back(request: HttpRequest, number: str) -> HttpResponse:
    """Take chosen loans back."""
    bundle = bundle_or_404(request, number)
    form = RowsForm(request.POST)
    if not form.is_valid():
        return again(request, bundle, back_error=first_error(form))
    rows = form.cleaned_data["rows"]
    return change_list(request, bundle, service.take_back, rows=rows, reason=form.cleaned_data["reason"])


@require_POST
@allow(Role.MANAGER, *SIGNERS)
def add_up(request: HttpRequest, number: str) -> HttpResponse:
    """Add the figures up again after findings were decided on."""
    return change_list(request, bundle_or_404(request, number), service.add_up)


def change_list(request: HttpRequest, bundle: Bundle, step: Service, **arguments: Any) -> HttpResponse:
    """Change the list of kept loans, and say when that voided a signature."""
    signed = bundle.status == BundleStatus.SECOND
    try:
        changed = step(bundle=bundle, by=signed_in(request), at=timezone.now(), **arguments)
    except NotAllowed as refusal:
        return again(request, bundle, kick_error=str(refusal))
    voided = " The list changed, so the first signature is void." if signed else ""
    messages.success(request, f"{kept(hand_over(changed))}{voided}")
    return redirect("portfolios:approval", bundle.number)


def kept(bundle: Bundle) -> str:
    """What is kept, or that it is being counted."""
    if bundle.under_way:
        return "The list was changed; its figures are being added up."
    return f"{numbers.count(bundle.kept_count)} loans and {numbers.money_short(bundle.kept_upb)} are kept."


def first_error(form: Any) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def again(request: HttpRequest, bundle: Bundle, **errors: str) -> HttpResponse:
    """The approval page with what was refused and why; nothing that was typed is lost."""
    context = approval_context(request, bundle_or_404(request, bundle.number), errors)
    return render(request, "portfolios/bundles/approval.html", context, status=422)
