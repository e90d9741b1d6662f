"""Two plans of one check side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import allow
from accounts.roles import Role
from portfolios.forms.plans import said_settings
from portfolios.queries.planpages.comparing import SHOWN, comparison, others
from portfolios.views.plans.results import plan_or_404


@require_GET
@allow(Role.MANAGER)
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """A plan beside another of the same check: without `?with=` the newest other one."""
    plan, wanted = plan_or_404(request, pk), request.GET.get("with", "")
    rivals = list(others(plan)[:SHOWN])
    chosen = get_object_or_404(others(plan), pk=wanted) if wanted.isdecimal() else next(iter(rivals), None)
    page = comparison(plan, chosen) if chosen and plan.earned is not None else None
    context = {
        "plan": plan,
        "rivals": rivals,
        "chosen": chosen,
        "page": page,
        "asked": [said_settings(each.settings) for each in (plan, chosen) if each],
    }
    return render(request, "portfolios/plans/compare.html", context)
