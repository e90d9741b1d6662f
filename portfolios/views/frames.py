"""What every page of a bundle shares: the bundle itself, its tabs, and the steps this person can take."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.access import signed_in
from accounts.models import User
from accounts.roles import Role
from portfolios import policies, tasks
from portfolios.domain.lifecycles import BundleStatus
from portfolios.models import Bundle
from portfolios.queries.bundles import RELATED, held_lot, is_lender, with_lots
from portfolios.queries.verdicts import verdict
from portfolios.queries.working import progress
from portfolios.services.measures import decided_since

DESKS = (Role.UPLOADER, Role.MANAGER, Role.REVIEWER, Role.APPROVER, Role.ANALYST)
PURCHASER = (Role.REVIEWER, Role.APPROVER, Role.ANALYST)
BundleView = Callable[..., HttpResponse]
TABS = (("Results", "bundle"), ("Loans", "loans"), ("Approval", "approval"), ("History", "history"))


def bundle_or_404(request: HttpRequest, number: str) -> Bundle:
    """The bundle of this number, which does not exist for strangers."""
    visible = with_lots(Bundle.objects.visible_to(signed_in(request)))
    return get_object_or_404(visible.select_related(*RELATED, "run__version__tape", "work__by"), number=number)


def readable(view: BundleView) -> BundleView:
    """Give the view its bundle, or show how far a bundle is that is being added up, instead of its pages.

    A purchaser is led from a bundle that is being cured to its history; the list is the lender's again.
    """

    @wraps(view)
    def guarded(request: HttpRequest, number: str, **places: int) -> HttpResponse:
        found = bundle_or_404(request, number)
        if found.status == BundleStatus.WITH_LENDER and not is_lender(signed_in(request)):
            messages.info(request, f"{found.lender} is curing {number}; its loans can be read once it is submitted.")
            return redirect("portfolios:history", number)
        if found.under_way:
            tab = request.resolver_match.url_name if request.resolver_match else ""
            context = frame(request, found, tab or "") | {"progress": progress(found, found.under_way)}
            return render(request, "portfolios/bundles/working.html", context)
        return view(request, found, **places)

    return guarded


def hand_over(bundle: Bundle) -> Bundle:
    """Tell a worker of what waits for the bundle, if anything does; the sweep would find it too, a little later."""
    if bundle.under_way:
        tasks.work_on.delay_on_commit(bundle.pk)
    return bundle


def frame(request: HttpRequest, bundle: Bundle, tab: str) -> dict[str, Any]:
    """Head and tabs of a bundle's page."""
    user = signed_in(request)
    can = steps(user, bundle)
    return {
        "bundle": bundle,
        "tabs": [tab_of(bundle, label, name, name == tab) for label, name in TABS],
        "verdict": verdict(bundle),
        "lender_side": is_lender(user),
        "lot": held_lot(bundle) if is_lender(user) else None,
        "can": can,
        "stale": can["add_up"] and decided_since(bundle),
        "failure": failure_shown_to(user, bundle),
    }


def failure_shown_to(user: User, bundle: Bundle) -> str:
    """Why the last step was not done, for the side that asked for it."""
    return bundle.failure if bundle.failure and bundle.work.by.organization_id == user.organization_id else ""


def tab_of(bundle: Bundle, label: str, name: str, current: bool) -> dict[str, Any]:
    url = reverse(f"portfolios:{name}", args=[bundle.number])
    count = bundle.loan_count if name == "loans" and bundle.measured_at else None
    return {"label": label, "url": url, "current": current, "count": count}


def steps(user: User, bundle: Bundle) -> dict[str, bool]:
    """Which steps are open to this person, by name."""
    checks = {
        "change": policies.check_can_change,
        "choose_purchaser": policies.check_can_choose_purchaser,
        "sell": policies.check_can_sell_bundle,
        "submit": policies.check_can_submit,
        "withdraw": policies.check_can_withdraw,
        "send_back": policies.check_can_send_back,
        "review": policies.check_can_review,
        "decide": policies.check_can_decide,
        "kick_out": policies.check_can_kick_out,
        "add_up": policies.check_can_add_up,
        "issue": policies.check_can_issue,
    }
    return {name: not policies.refusal(check, user, bundle) for name, check in checks.items()}
