"""Steps after the closing: transfer and notices, documents that follow, claims."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import allow, signed_in
from accounts.roles import Role
from config.ui import numbers
from portfolios.domain.settlement import ClaimState
from portfolios.forms import settlements as forms
from portfolios.models import Settlement
from portfolios.queries.settlements.days import local_day
from portfolios.services import claims, trailing, transfers
from portfolios.views.settlements.frames import SIDES, first_error, settlement_or_404, step
from portfolios.views.settlements.pages import after_page


@require_POST
@allow(Role.MANAGER)
def transfer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Set the day on which the servicing goes over."""
    found, form = settlement_or_404(request, number, pk), forms.TransferForm(request.POST)
    if not form.is_valid():
        return after_page(request, found, error=first_error(form), form="transfer", status=422)

    def take() -> Settlement:
        return transfers.set_transfer(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return step(request, found, after_page, take, done="The transfer date is set.", to="after", form="transfer")


@require_POST
@allow(*SIDES)
def notice(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Record a notice that one's side sent to the borrowers."""
    found, form = settlement_or_404(request, number, pk), forms.NoticeForm(request.POST)
    if not form.is_valid():
        return after_page(request, found, error=first_error(form), form="notice", status=422)

    def take() -> Settlement:
        return transfers.sent(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return step(request, found, after_page, take, done="The notice is recorded.", to="after", form="notice")


@require_POST
@allow(*SIDES)
def owe(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """List a document as owed."""
    found, form = settlement_or_404(request, number, pk), forms.OweForm(request.POST)
    if not form.is_valid():
        return after_page(request, found, owe_form=form, form="owe", status=422)

    def take() -> int:
        return trailing.owe(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return step(request, found, after_page, take, done=listed_words, to="after", form="owe", owe_form=form)


def listed_words(count: int) -> str:
    return "1 document is listed." if count == 1 else f"{numbers.count(count)} documents are listed."


@require_POST
@allow(*SIDES)
def documents(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Deliver, accept or send back chosen documents."""
    found, form = settlement_or_404(request, number, pk), forms.DocumentsForm(request.POST)
    if not form.is_valid():
        return after_page(request, found, error=first_error(form), form="documents", status=422)
    data, by, now = form.cleaned_data, signed_in(request), timezone.now()
    common: dict[str, Any] = {"settlement": found, "documents": data["documents"], "by": by, "at": now}
    steps = {
        "deliver": lambda: trailing.deliver(on=data["on"] or local_day(found, now), **common),
        "accept": lambda: trailing.accept(**common),
        "send_back": lambda: trailing.send_back(note=data["note"], **common),
    }
    words = {"deliver": "Delivered", "accept": "Accepted", "send_back": "Sent back"}[data["step"]]
    return step(
        request, found, after_page, steps[data["step"]], done=lambda n: f"{words}: {numbers.count(n)}.", to="after",
        form="documents",
    )  # fmt: skip


@require_POST
@allow(Role.BIDDER)
def claim(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Claim that the seller takes a loan back."""
    found, form = settlement_or_404(request, number, pk), forms.ClaimForm(request.POST)
    if not form.is_valid():
        return after_page(request, found, claim_form=form, form="claim", status=422)

    def take() -> Any:
        return claims.claim(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return step(
        request, found, after_page, take, done=lambda made: f"Claimed {numbers.money_cents(made.amount)}.", to="after",
        form="claim", claim_form=form,
    )  # fmt: skip


@require_POST
@allow(*SIDES)
def claim_step(request: HttpRequest, number: str, pk: int, claim: int) -> HttpResponse:
    """Answer, pay or close a claim."""
    found, form = settlement_or_404(request, number, pk), forms.ClaimStepForm(request.POST)
    made = get_object_or_404(found.claims, pk=claim)
    if not form.is_valid():
        return after_page(request, found, error=first_error(form), form=f"claim-{made.pk}", status=422)
    to, text = ClaimState(form.cleaned_data["to"]), form.cleaned_data["text"]

    def take() -> Any:
        return claims.answer(claim=made, to=to, text=text, by=signed_in(request), at=timezone.now())

    return step(
        request, found, after_page, take, done="The claim has gone one step on.", to="after", form=f"claim-{made.pk}"
    )
