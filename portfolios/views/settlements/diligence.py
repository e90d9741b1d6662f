"""Steps on the list of loans: prices, bring-down checks, kick-outs, answers, agreeing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.roles import Role
from config.ui import numbers
from diligence import tasks
from portfolios.forms import settlements as forms
from portfolios.models import Lot, Settlement
from portfolios.queries.settlements import bringdowns
from portfolios.queries.settlements.overview import url_of
from portfolios.services import allocations, kickouts
from portfolios.services import bringdowns as service
from portfolios.views.settlements.frames import READERS, SIDES, first_error, settlement_or_404, step
from portfolios.views.settlements.pages import bring_down_page, loans_page, overview_page


def lot_or_404(settlement: Settlement, code: str) -> Lot:
    lots = settlement.award.lots.select_related("bundle__run__version__tape")
    return get_object_or_404(lots, code=code)


def loans(count: int) -> str:
    return "1 loan" if count == 1 else f"{numbers.count(count)} loans"


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def bring_down(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The bring-down page; posted, a check of one lot by the buyer's criteria."""
    found = settlement_or_404(request, number, pk)
    if request.method == "GET":
        return bring_down_page(request, found)
    checks, criteria = bringdowns.lot_checks(found), bringdowns.criteria_for(found.buyer_id)
    form = forms.BringDownForm(request.POST, checks=checks, criteria=criteria)
    if not form.is_valid():
        return bring_down_page(request, found, data=request.POST, status=422)
    data, now = form.cleaned_data, timezone.now()

    def take() -> None:
        run = service.check(
            settlement=found, lot=lot_or_404(found, data["lot"]), criteria=data["criteria"], version=data["version"],
            as_of=timezone.localdate(), by=signed_in(request), at=now,
        )  # fmt: skip
        tasks.advance.delay_on_commit(run.pk)

    return step(request, found, bring_down_page, take, done="The check has begun.", to="bring-down", data=request.POST)


@require_GET
@allow(*READERS)
def bring_down_progress(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Whether a check is still under way, asked by the page; it is loaded anew when none is."""
    found = settlement_or_404(request, number, pk)
    if any(check.under_way for check in bringdowns.lot_checks(found)):
        return HttpResponse(status=204)
    response = HttpResponse(status=286)
    response["HX-Redirect"] = url_of(found, "bring-down")
    return response


@require_POST
@allow(Role.BIDDER)
def allocate(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The buyer's prices of a lot, loan by loan."""
    found = settlement_or_404(request, number, pk)
    form = forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return loans_page(request, found, error=first_error(form), form="allocate", status=422)
    lot = lot_or_404(found, form.cleaned_data["lot"])

    def take() -> Settlement:
        return allocations.allocate(
            settlement=found, lot=lot, upload=form.cleaned_data["file"], by=signed_in(request), at=timezone.now()
        )

    done = f"The prices of lot {lot.code} add up to the bid, and stand loan by loan."
    return step(request, found, loans_page, take, done=done, to="loans", form="allocate")


@require_POST
@allow(Role.BIDDER)
def propose(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Ask chosen loans out for a reason, or all that the bring-down checks suggest."""
    found, by = settlement_or_404(request, number, pk), signed_in(request)
    page: Any = bring_down_page if "from_checks" in request.POST else loans_page
    form = forms.PlacesForm(request.POST)
    if not form.is_valid():
        return page(request, found, error=first_error(form), form="propose", status=422)
    data, to = form.cleaned_data, "bring-down" if page is bring_down_page else "loans"
    if data["everything"]:
        return step(
            request, found, page, lambda: kickouts.propose_suggested(settlement=found, by=by, at=timezone.now()),
            done=suggested_words, to=to, form="propose",
        )  # fmt: skip

    def take() -> int:
        return kickouts.propose(settlement=found, places=form.chosen, reason=data["reason"], by=by, at=timezone.now())

    return step(
        request, found, page, take, done=lambda count: f"{loans(count)} asked out. The seller answers.", to=to,
        form="propose", reason=data["reason"],
    )  # fmt: skip


def suggested_words(result: tuple[int, int]) -> str:
    asked, left = result
    rest = f" The cap leaves no room for {loans(left)} more." if left else ""
    return f"{loans(asked)} asked out. The seller answers.{rest}"


@require_POST
@allow(Role.BIDDER)
def take_back(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Let loans stay after all."""
    found, form = settlement_or_404(request, number, pk), forms.PlacesForm(request.POST)
    if not form.is_valid():
        return loans_page(request, found, error=first_error(form), form="propose", status=422)

    def take() -> int:
        return kickouts.take_back(settlement=found, places=form.chosen, by=signed_in(request), at=timezone.now())

    return step(request, found, loans_page, take, done=lambda n: f"{loans(n)} stay.", to="loans", form="propose")


@require_POST
@allow(Role.MANAGER)
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Answer chosen loans, or all that wait."""
    found, form = settlement_or_404(request, number, pk), forms.AnswerForm(request.POST)
    if not form.is_valid():
        return loans_page(request, found, error=first_error(form), form="answer", status=422)
    data = form.cleaned_data

    def take() -> Settlement:
        places = None if data["everything"] else form.chosen
        return kickouts.answer(
            settlement=found, places=places, answer=data["answer"], note=data["reason"], by=signed_in(request),
            at=timezone.now(),
        )  # fmt: skip

    return step(
        request, found, loans_page, take,
        done=lambda after: f"Answered. The price is {numbers.money_cents(after.price)}.",
        to="loans", form="answer", reason=data["reason"], chosen_answer=data["answer"],
    )  # fmt: skip


@require_POST
@allow(*SIDES)
def agree(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Agree for one's side to the loans and the price."""
    found = settlement_or_404(request, number, pk)

    def take() -> Settlement:
        return kickouts.agree(settlement=found, by=signed_in(request), at=timezone.now())

    return step(request, found, overview_page, take, done=agreed_words, to="", form="agree")


def agreed_words(settlement: Settlement) -> str:
    return "Both sides agreed: loans and price stand." if settlement.status == "agreed" else "Your side agreed."


@require_POST
@allow(*SIDES)
def reopen(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Open the list again."""
    found, form = settlement_or_404(request, number, pk), forms.NoteForm(request.POST)
    note = form.data.get("note", "")

    def take() -> Settlement:
        return kickouts.reopen(settlement=found, by=signed_in(request), at=timezone.now(), note=note)

    return step(request, found, overview_page, take, done="The list is open again.", to="", form="reopen", note=note)
