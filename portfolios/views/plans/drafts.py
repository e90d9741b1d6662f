"""A new plan: the check its loans come from, then loans, prices and settings."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import allow, signed_in
from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence.models import Run
from portfolios import tasks
from portfolios.forms.plans import PlanForm
from portfolios.models.plans import PoolingPlan
from portfolios.queries.checks import OFFERED, finished_checks
from portfolios.services import plans as service
from portfolios.views.drafts import first_preview


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def new(request: HttpRequest) -> HttpResponse:
    """Ask for a plan; without `?run=` the check is chosen first."""
    user, wanted = signed_in(request), request.GET.get("run", "")
    if not wanted.isdecimal():
        checks = finished_checks(user)[:OFFERED]
        return render(request, "portfolios/plans/choose_check.html", {"checks": checks})
    run = get_object_or_404(finished_checks(user), pk=wanted)
    form = PlanForm(request.POST or None, run=run, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            plan = created(form, run, user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{plan.name} is being worked out.")
            return redirect(plan)
    context = {"form": form, "run": run, "preview": first_preview(run, form)}
    return render(request, "portfolios/plans/new.html", context, status=422 if form.errors else 200)


def created(form: PlanForm, run: Run, user: User) -> PoolingPlan:
    """The plan that the form asks for, handed to a worker."""
    data = form.cleaned_data
    plan = service.create(
        run=run,
        selection=form.selection(),
        grids=data["grids"],
        settings=form.settings(),
        name=data["name"],
        by=user,
        at=timezone.now(),
        token=data["token"],
    )
    tasks.solve_plan.delay_on_commit(plan.pk)
    return plan
