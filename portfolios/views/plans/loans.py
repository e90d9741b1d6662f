"""The loans of a plan: the list under filters, its files, and one loan with every price."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import allow
from accounts.roles import Role
from portfolios.models.plans import PoolingPlan
from portfolios.queries.planpages import loans as query
from portfolios.queries.planpages.loan import loan_page
from portfolios.services import planexports
from portfolios.views.plans.frames import XLSX, downloaded
from portfolios.views.plans.results import frame, plan_or_404


@require_GET
@allow(Role.MANAGER)
def loans(request: HttpRequest, pk: int) -> HttpResponse:
    """The loans with what each goes to, fifty at a time."""
    plan, filters = plan_or_404(request, pk), query.filters_of(request.GET)
    page = query.loans_page(plan, filters, after=request.GET.get("after", ""))
    context = frame(request, plan, "plan-loans") | {
        "page": page,
        "filters": filters,
        "pools": pool_choices(plan, filters),
        "shows": shows(page),
        "orders": [
            {"label": words, "url": filters.address(sort=name), "current": name == filters.order}
            for name, (words, *_) in query.ORDERS.items()
        ],
    }
    return render(request, "portfolios/plans/loans.html", context)


def shows(page: query.LoansPage) -> list[dict[str, Any]]:
    """The segment of all loans, or those a rule kept from something better."""
    filters = page.filters
    return [
        {"label": "All", "url": filters.address(stopped=""), "current": not filters.rule, "count": page.all},
        {
            "label": "Kept from something better",
            "url": filters.address(stopped=query.ANY),
            "current": filters.rule == query.ANY,
            "count": page.stopped,
        },
    ]


def pool_choices(plan: PoolingPlan, filters: query.Filters) -> list[dict[str, Any]]:
    """Pools of the plan as links of a menu; loans that nothing takes come last."""
    pools = [(pool["code"], pool["title"], pool["loans"]) for pool in plan.summary.get("pools", ())]
    unplaced = plan.summary.get("unplaced", {}).get("loans", 0)
    listed = [*pools, *([(query.UNPLACED, "Not placed", unplaced)] if unplaced else [])]
    return [
        {
            "code": code,
            "label": title,
            "count": count,
            "url": filters.address(pool=code),
            "current": code == filters.pool,
        }
        for code, title, count in listed
    ]


@require_GET
@allow(Role.MANAGER)
def loan(request: HttpRequest, pk: int, row_no: int) -> HttpResponse:
    """One loan: where it goes and why, every price, and how one of them is built up."""
    plan, filters = plan_or_404(request, pk), query.filters_of(request.GET)
    page = loan_page(plan, row_no, shown=request.GET.get("show", ""), filters=filters)
    if page is None:
        raise Http404
    back = reverse("portfolios:plan-loans", args=[plan.pk]) + filters.address()
    context = frame(request, plan, "plan-loans") | {"page": page, "filters": filters, "back": back}
    return render(request, "portfolios/plans/loan.html", context)


@require_GET
@allow(Role.MANAGER)
def loans_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The loans under the filters as CSV."""
    plan = plan_or_404(request, pk)
    return downloaded(planexports.csv_of(plan, query.filters_of(request.GET)), f"plan-{plan.pk}-loans.csv")


@require_GET
@allow(Role.MANAGER)
def loans_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """The loans under the filters as a workbook that says what the plan was made from."""
    plan = plan_or_404(request, pk)
    content = planexports.xlsx_of(plan, query.filters_of(request.GET))
    return downloaded(content, f"plan-{plan.pk}-loans.xlsx", XLSX)
