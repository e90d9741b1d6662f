"""The true-up: final figures by the seller, the second statement, what both sides do with it."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.settlement import Paper
from portfolios.forms import settlements as forms
from portfolios.models import Settlement, TrueUp
from portfolios.policies import trueups as policies
from portfolios.policies.settlements import refusal
from portfolios.queries.settlements import trueups as queries
from portfolios.queries.settlements.days import true_up_ends
from portfolios.queries.settlements.figures import terms_of
from portfolios.queries.settlements.papers import making
from portfolios.queries.settlements.signatures import true_up_signers
from portfolios.services import drawing, trueups
from portfolios.services.allocations import BadList
from portfolios.views.settlements.files import attached
from portfolios.views.settlements.frames import READERS, SIDES, first_error, frame, prove_again, settlement_or_404, step
from portfolios.views.settlements.making import handed_on

CHECKS = {
    "agree": policies.check_can_agree,
    "contest": policies.check_can_contest,
    "withdraw": policies.check_can_withdraw,
    "pay": policies.check_can_pay,
    "confirm": policies.check_can_confirm,
}
MONEY_STEPS = ("pay", "confirm")
DONE = {
    "agree": "Your side agreed to the true-up.",
    "contest": "The seller is told what is wrong.",
    "withdraw": "The final figures are taken back.",
    "pay": "The other side looks for the money now.",
    "confirm": "The true-up is settled.",
    "not_arrived": "The other side is told that the money has not arrived.",
}


def true_up_page(request: HttpRequest, settlement: Settlement, *, status: int = 200, **errors: Any) -> HttpResponse:
    """The newest true-up with its working and the lines that changed, those before it, and what is next."""
    user, now = signed_in(request), timezone.now()
    known = list(settlement.true_ups.select_related(*queries.PEOPLE).order_by("-number"))
    newest = known[0] if known else None
    state_refused = refusal(policies.check_can_state, user, settlement, now)
    context = frame(request, settlement, "true-up") | {
        "true_up": newest,
        "earlier": known[1:],
        "rows": queries.part_rows(newest) if newest else [],
        "page": queries.changed_page(newest, after=request.GET.get("after", "")) if newest else None,
        "signers": true_up_signers(settlement, newest) if newest else (),
        "making": making(settlement, Paper.TRUE_UP),
        "ends": true_up_ends(settlement),
        "terms": terms_of(settlement),
        "may": {name: bool(newest) and not refusal(check, user, settlement, newest) for name, check in CHECKS.items()},
        "may_state": not state_refused,
        **errors,
    }
    return render(request, "portfolios/settlements/true_up.html", context, status=status)


@require_GET
@allow(*READERS)
def page(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The true-up."""
    return true_up_page(request, settlement_or_404(request, number, pk))


@require_POST
@allow(Role.MANAGER)
def state(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take final figures and have the second statement drawn up."""
    found, form = settlement_or_404(request, number, pk), forms.FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return true_up_page(request, found, error=first_error(form), form="finals", status=422)
    upload, by = form.cleaned_data["file"], signed_in(request)
    try:
        work = drawing.true_up(settlement=found, upload=upload, by=by, at=timezone.now())
    except BadList as refused:
        return true_up_page(request, found, problems=refused.problems, form="finals", status=422)
    except NotAllowed as refused:
        return true_up_page(request, found, error=str(refused), form="finals", status=422)
    done = "The second statement is drawn up. Both sides look at it."
    return handed_on(request, found, work, done=done, to="true-up")


@require_POST
@allow(*SIDES)
def take_step(request: HttpRequest, number: str, pk: int, true_up: int) -> HttpResponse:
    """Agree to a second statement, contest or withdraw it, pay it, or say whether the money arrived."""
    found, form = settlement_or_404(request, number, pk), forms.TrueUpStepForm(request.POST)
    made = get_object_or_404(found.true_ups, number=true_up)
    if not form.is_valid():
        return true_up_page(request, found, error=first_error(form), form="step", status=422)
    to = form.cleaned_data["to"]
    if to in MONEY_STEPS:
        prove_again(request)
    take = steps_of(form.cleaned_data, {"true_up": made, "by": signed_in(request), "at": timezone.now()})[to]
    return step(
        request, found, true_up_page, take, done=DONE[to], to="true-up", form=to, text=form.cleaned_data["text"]
    )


def steps_of(data: dict[str, Any], common: dict[str, Any]) -> dict[str, Callable[[], TrueUp]]:
    """Each step by its name, with what was typed."""
    return {
        "agree": lambda: trueups.agree(file=data["file"], **common),
        "contest": lambda: trueups.contest(note=data["text"], **common),
        "withdraw": lambda: trueups.withdraw(note=data["text"], **common),
        "pay": lambda: trueups.pay(reference=data["text"], **common),
        "confirm": lambda: trueups.confirm(**common),
        "not_arrived": lambda: trueups.not_arrived(note=data["text"], **common),
    }


@require_GET
@allow(*READERS)
def lines_csv(request: HttpRequest, number: str, pk: int, true_up: int) -> HttpResponse:
    """Every line of a second statement with its change, as CSV."""
    found = settlement_or_404(request, number, pk)
    made = get_object_or_404(found.true_ups, number=true_up)
    if not made.statement:
        raise Http404
    return attached(queries.csv_of(made), found, f"true-up-{made.number}.csv", "text/csv; charset=utf-8")
