"""The approval page: limits, checks, kick-outs, and the decisions that are open to the person who reads it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.models import User
from config.ui import numbers
from portfolios import policies
from portfolios.domain.lifecycles import BundleStatus
from portfolios.models import Bundle
from portfolios.queries import approval as approval_query
from portfolios.queries import events, verdicts
from portfolios.queries import loans as loans_query
from portfolios.views.frames import DESKS, frame, readable


@require_GET
@allow(*DESKS)
@readable
def approval(request: HttpRequest, found: Bundle) -> HttpResponse:
    """Limits, checks, kick-outs and the two signatures."""
    return render(request, "portfolios/bundles/approval.html", approval_context(request, found))


def approval_context(request: HttpRequest, found: Bundle, errors: dict[str, Any] | None = None) -> dict[str, Any]:
    """Everything on the approval page; `errors` come back from a step that was refused."""
    user = signed_in(request)
    after = request.GET.get("list", "kept") != "delivered"
    lists = [
        {"label": "As delivered", "url": "?list=delivered", "current": not after},
        {"label": "After kick-outs", "url": "?list=kept", "current": after},
    ]
    suggested = loans_query.page(found, shown="fatal", after=request.GET.get("after", ""))
    for_limits = approval_query.suggested(found)
    left_out = loans_query.page(found, shown="left_out", after=request.GET.get("out", ""))
    requirements = approval_query.requirements(found, after=after)
    return frame(request, found, "approval") | {
        "here": "Approval",
        "hide_sign": True,
        "limits": [(row, row.shown(after=after)) for row in approval_query.limit_rows(found)],
        "requirements": requirements,
        "met": sum(need.met for need in requirements),
        "after": after,
        "lists": lists,
        "suggested": suggested,
        "for_limits": for_limits,
        "left_out": left_out,
        "slots": verdicts.slots(found, user),
        "options": options(user, found),
        "waits_for": verdicts.waits_for(found, user),
        "history": events.entries(events.history(found)[: events.RECENT]),
        **(errors or {}),
    }


@dataclass(frozen=True)
class Option:
    """A decision on the panel; one that is not possible says why and cannot be chosen."""

    name: str
    label: str
    refusal: str = ""


def options(user: User, bundle: Bundle) -> list[Option]:
    """The decisions that belong to this step of the bundle, for those who sign; nobody else sees any."""
    if bundle.status == BundleStatus.IN_REVIEW:
        offered = [
            ("review", "Mark as reviewed", policies.check_can_review),
            ("send_back", f"Send back to {bundle.lender}", policies.check_can_send_back),
        ]
    elif bundle.status == BundleStatus.SECOND:
        offered = [
            ("approve", approve_label(bundle), policies.check_can_approve),
            ("reject", "Reject the bundle", policies.check_can_decide),
            ("send_back", f"Send back to {bundle.lender}", policies.check_can_send_back),
        ]
    else:
        return []
    found = [Option(name, label, policies.refusal(check, user, bundle)) for name, label, check in offered]
    return found if any(not option.refusal for option in found) else []


def approve_label(bundle: Bundle) -> str:
    if not bundle.kicked_out:
        return "Approve as delivered"
    return f"Approve without {numbers.count(bundle.kicked_out)} kick-outs"
