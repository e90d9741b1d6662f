"""A plan's answer: how far it is, what it earns and why, and accepting it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.plans import said_settings
from portfolios.models.plans import PoolingPlan
from portfolios.policies import plans as policies
from portfolios.queries.planpages import results as query
from portfolios.queries.planpages.comparing import others
from portfolios.queries.planpages.grids import expired_words, used_grids
from portfolios.services import plans as service
from portfolios.services.plans.accepting import bundles_of
from portfolios.views.frames import hand_over
from portfolios.views.plans.frames import STOP_POLLING, sell_url

RELATED = ("run__version__tape", "run__criteria", "created_by", "accepted_by", "organization")


def plan_or_404(request: HttpRequest, pk: int) -> PoolingPlan:
    """The plan of this number, which does not exist for strangers."""
    visible = PoolingPlan.objects.visible_to(signed_in(request)).select_related(*RELATED)
    return get_object_or_404(visible, pk=pk)


def frame(request: HttpRequest, plan: PoolingPlan, tab: str) -> dict[str, Any]:
    """Head and tabs of a plan's pages."""
    tabs = [
        {"label": label, "url": reverse(f"portfolios:{name}", args=[plan.pk]), "current": name == tab, "count": count}
        for label, name, count in (("Result", "plan", None), ("Loans", "plan-loans", plan.loan_count or None))
    ]
    bundles = bundles_of(plan) if plan.state == "accepted" else []
    return {
        "plan": plan,
        "state": f"plan_{plan.state}",
        "tabs": tabs,
        "can_accept": not refusal(request, plan),
        "expired": expired_words(plan, timezone.now()),
        "rivals": others(plan).exists(),
        "bundles": bundles,
        "adding_up": any(bundle.under_way for bundle in bundles),
        "sell_url": sell_url(bundles),
    }


def refusal(request: HttpRequest, plan: PoolingPlan) -> str:
    """Why this person cannot accept the plan now; empty where it can be done."""
    try:
        policies.check_can_accept(signed_in(request), plan)
    except NotAllowed as refused:
        return str(refused)
    return ""


@require_GET
@allow(Role.MANAGER)
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """What the plan earns, against what, pool by pool; or how far it is."""
    found = plan_or_404(request, pk)
    context = frame(request, found, "plan") | {
        "page": query.result_page(found),
        "settings": said_settings(found.settings),
        "working": found.state in query.OPEN_STATES,
        "grids": used_grids(found),
    }
    return render(request, "portfolios/plans/plan.html", context)


@require_GET
@allow(Role.MANAGER)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the page; when the plan has come further than the page shows, the page is loaded again."""
    found = plan_or_404(request, pk)
    if found.state == request.GET.get("seen") and found.state in query.OPEN_STATES:
        return render(request, "portfolios/plans/_working.html", {"plan": found, "page": query.result_page(found)})
    response = HttpResponse(status=STOP_POLLING)
    response["HX-Refresh"] = "true"
    return response


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Make bundles of the plan's pools, or of those that were chosen, after saying which."""
    found, user = plan_or_404(request, pk), signed_in(request)
    problem = "" if request.method == "POST" or found.state == "accepted" else refusal(request, found)
    if request.method == "POST":
        try:
            bundles = service.accept(plan=found, by=user, at=timezone.now(), pools=chosen_pools(request))
        except NotAllowed as refused:
            problem = str(refused)
        else:
            for bundle in bundles:
                hand_over(bundle)
            made = "1 bundle is" if len(bundles) == 1 else f"{len(bundles)} bundles are"
            messages.success(request, f"{found.name}: {made} put together.")
            return redirect(found)
    page = query.accept_page(found) if found.earned is not None else query.result_page(found)
    context = frame(request, found, "") | {"page": page, "problem": problem, "chosen": chosen_pools(request)}
    return render(request, "portfolios/plans/accept.html", context, status=422 if problem else 200)


def chosen_pools(request: HttpRequest) -> list[str] | None:
    """Codes of the pools that were ticked; None where the form did not ask for any."""
    return request.POST.getlist("pool") if "choosing" in request.POST else None
