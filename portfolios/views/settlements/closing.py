"""Steps from the closed list to the wire: agreement, dates, deposit, statement, funding, confirmation; and the end."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.access import allow, signed_in
from accounts.roles import Role
from config.ui import numbers
from portfolios.domain.settlement import Paper
from portfolios.forms import settlements as forms
from portfolios.models import Settlement
from portfolios.queries.settlements.sides import wire_of
from portfolios.services import agreements, fundings, statements
from portfolios.services import settlements as service
from portfolios.views.settlements.frames import SIDES, first_error, prove_again, settlement_or_404, step
from portfolios.views.settlements.making import paper_step
from portfolios.views.settlements.pages import agreement_page, overview_page, statement_tab


@require_POST
@allow(Role.MANAGER)
def draft(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Draw the agreement up, or up again."""
    found = settlement_or_404(request, number, pk)
    done = "The agreement is drawn up. Both sides sign it."
    return paper_step(request, found, Paper.AGREEMENT, agreement_page, done=done, to="agreement", form="draft")


@require_POST
@allow(*SIDES)
def sign(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Sign the agreement, after proving again who one is."""
    found = settlement_or_404(request, number, pk)
    prove_again(request)
    sha256 = request.POST.get("sha256", "")

    def take() -> Settlement:
        return agreements.sign(settlement=found, sha256=sha256, by=signed_in(request), at=timezone.now())

    return step(request, found, agreement_page, take, done=signed_words, to="agreement")


def signed_words(settlement: Settlement) -> str:
    return "Both sides signed." if settlement.status == "signed" else "Signed. The other side signs next."


@require_POST
@allow(Role.MANAGER)
def day(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Set the day of settlement."""
    found, form = settlement_or_404(request, number, pk), forms.DayForm(request.POST)
    if not form.is_valid():
        return statement_tab(request, found, error=first_error(form), form="day", status=422)

    def take() -> Settlement:
        return service.set_day(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return step(request, found, statement_tab, take, done="The day of settlement is set.", to="statement", form="day")


@require_POST
@allow(Role.MANAGER)
def deposit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Record the deposit that was received."""
    found, form = settlement_or_404(request, number, pk), forms.DepositForm(request.POST)
    if not form.is_valid():
        return statement_tab(request, found, error=first_error(form), form="deposit", status=422)

    def take() -> Settlement:
        return statements.deposit(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    return step(request, found, statement_tab, take, done="The deposit is recorded.", to="statement", form="deposit")


@require_POST
@allow(Role.MANAGER)
def servicing(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """State by loan what was collected, advanced and held, and to which day interest is paid."""
    found, form = settlement_or_404(request, number, pk), forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return statement_tab(request, found, error=first_error(form), form="servicing", status=422)

    def take() -> Settlement:
        upload = form.cleaned_data["file"]
        return statements.state(settlement=found, upload=upload, by=signed_in(request), at=timezone.now())

    done = "The figures are taken. Draw the statement up with them."
    return step(request, found, statement_tab, take, done=done, to="statement", form="servicing")


@require_POST
@allow(Role.MANAGER)
def draw_up(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Draw the settlement statement up."""
    found = settlement_or_404(request, number, pk)
    return paper_step(request, found, Paper.STATEMENT, statement_tab, done=drawn_words, to="statement", form="draw_up")


def drawn_words(settlement: Settlement) -> str:
    wire = wire_of(settlement)
    if wire < 0:
        return f"The statement is drawn up: {numbers.money_cents(-wire)} goes back to the buyer."
    return f"The statement is drawn up: the wire is {numbers.money_cents(wire)}."


@require_POST
@allow(*SIDES)
def fund(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say that the wire was sent; by whichever side owes it."""
    found = settlement_or_404(request, number, pk)
    form = forms.FundForm(request.POST, nothing_due=not wire_of(found))
    prove_again(request)
    if not form.is_valid():
        return overview_page(request, found, form="fund", data=request.POST, status=422)

    def take() -> Settlement:
        return fundings.fund(settlement=found, by=signed_in(request), at=timezone.now(), **form.cleaned_data)

    done = "The other side looks for the money now."
    return step(request, found, overview_page, take, done=done, to="", form="fund", data=request.POST)


@require_POST
@allow(*SIDES)
def not_arrived(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Say that the money has not arrived."""
    found, note = settlement_or_404(request, number, pk), request.POST.get("note", "")[:4000]

    def take() -> Settlement:
        return fundings.not_arrived(settlement=found, note=note, by=signed_in(request), at=timezone.now())

    done = "The other side is told that the money has not arrived."
    return step(request, found, overview_page, take, done=done, to="", form="not_arrived", note=note)


@require_POST
@allow(*SIDES)
def money(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Confirm that the money arrived."""
    found = settlement_or_404(request, number, pk)
    prove_again(request)

    def take() -> Settlement:
        return fundings.confirm_money(settlement=found, by=signed_in(request), at=timezone.now())

    return step(request, found, overview_page, take, done=confirmed_words, to="", form="confirm")


@require_POST
@allow(Role.BIDDER)
def received(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Confirm that the loans arrived."""
    found = settlement_or_404(request, number, pk)
    prove_again(request)

    def take() -> Settlement:
        return fundings.confirm_loans(settlement=found, by=signed_in(request), at=timezone.now())

    return step(request, found, overview_page, take, done=confirmed_words, to="", form="confirm")


def confirmed_words(settlement: Settlement) -> str:
    return "The award is settled." if settlement.status == "settled" else "Confirmed. The other side confirms next."


@require_POST
@allow(Role.MANAGER)
def fail(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """End the settlement without a sale."""
    found, note = settlement_or_404(request, number, pk), request.POST.get("note", "")[:4000]

    def take() -> Settlement:
        return service.fail(settlement=found, by=signed_in(request), at=timezone.now(), note=note)

    done = "The settlement has ended. Its lots are unsold."
    return step(request, found, overview_page, take, done=done, to="", form="fail", note=note)
