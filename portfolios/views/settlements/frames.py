"""What every page of a settlement shares: the settlement, its head and tabs, and how a step is taken or refused."""

from collections.abc import Callable
from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from accounts.access import signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.models import Settlement
from portfolios.policies import settlements as policies
from portfolios.queries.settlements import overview
from portfolios.queries.settlements.days import local_day
from portfolios.queries.settlements.figures import figures
from portfolios.queries.settlements.sides import payer_of, side_of, wire_of
from portfolios.services.allocations import BadList

READERS = (Role.MANAGER, Role.BIDDER, Role.ANALYST)
SIDES = (Role.MANAGER, Role.BIDDER)
TABS = (
    ("Overview", ""),
    ("Loans", "loans"),
    ("Bring-down", "bring-down"),
    ("Agreement", "agreement"),
    ("Statement", "statement"),
    ("True-up", "true-up"),
    ("After closing", "after"),
    ("History", "history"),
)
RELATED = (
    "award__sale__seller",
    "award__offer__bid",
    "buyer",
    "seller_agreed_by",
    "buyer_agreed_by",
    "seller_signed_by",
    "buyer_signed_by",
    "funded_by",
    "confirmed_by",
    "received_by",
)
Page = Callable[..., HttpResponse]
CHECKS = {
    "allocate": policies.check_can_allocate,
    "bring_down": policies.check_can_bring_down,
    "propose": policies.check_can_propose,
    "answer": policies.check_can_answer,
    "agree": policies.check_can_agree,
    "reopen": policies.check_can_reopen,
    "draft": policies.check_can_draft,
    "sign": policies.check_can_sign,
    "state": policies.check_can_state,
    "draw_up": policies.check_can_draw_statement,
    "fund": policies.check_can_fund,
    "confirm_money": policies.check_can_confirm_money,
    "confirm_loans": policies.check_can_confirm_loans,
    "transfer": policies.check_can_transfer,
    "fail": policies.check_can_fail,
}


def settlement_or_404(request: HttpRequest, number: str, pk: int) -> Settlement:
    """The settlement of this sale, which does not exist for strangers, other bidders included."""
    visible = Settlement.objects.visible_to(signed_in(request)).select_related(*RELATED)
    return get_object_or_404(visible, pk=pk, award__sale__number=number)


def frame(request: HttpRequest, settlement: Settlement, tab: str) -> dict[str, Any]:
    """Head, tabs and figures of a settlement's page, and what this person can do."""
    user, found, wire = signed_in(request), figures(settlement), wire_of(settlement)
    return {
        "settlement": settlement,
        "sale": settlement.award.sale,
        "found": found,
        "word": overview.word(settlement),
        "side": side_of(user, settlement),
        "payer": payer_of(settlement),
        "owed": abs(wire),
        "steps": overview.steps(settlement),
        "turn": overview.turn(settlement, found, user),
        "tabs": [tab_of(settlement, label, name, name == tab, found.loans) for label, name in TABS],
        "here": "" if not tab else {name: label for label, name in TABS}[tab],
        "can": {name: not policies.refusal(check, user, settlement) for name, check in CHECKS.items()},
        "today": local_day(settlement, timezone.now()),
    }


def tab_of(settlement: Settlement, label: str, name: str, current: bool, loans: int) -> dict[str, Any]:
    count = loans if name == "loans" and loans else None
    return {"label": label, "url": overview.url_of(settlement, name), "current": current, "count": count}


def step(
    request: HttpRequest,
    settlement: Settlement,
    page: Page,
    take: Callable[[], Any],
    *,
    done: str | Callable[[Any], str],
    to: str,
    **errors: Any,
) -> HttpResponse:
    """Take a step and go on to a tab with a message; refused, show the page again with the reason beside its form.

    `errors` are what the page shows besides the reason: the name of the form, and what was typed.
    """
    try:
        result = take()
    except BadList as refused:
        return page(request, settlement, problems=refused.problems, status=422, **errors)
    except NotAllowed as refused:
        return page(request, settlement, error=str(refused), status=422, **errors)
    messages.success(request, done if isinstance(done, str) else done(result))
    return redirect(overview.url_of(settlement, to))


_proved = reauthentication_required(lambda request: HttpResponse())


def prove_again(request: HttpRequest) -> None:
    """Ask who is there before a signature or a word about money, unless that was proved a short while ago.

    The request waits meanwhile: after the proof it goes on as it was sent.
    """
    _proved(request)


def first_error(form: Any) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)
