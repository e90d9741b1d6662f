"""Portfolios: the list, a new one, another name, and the limits of its red flags."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios import tasks
from portfolios.domain.redflags import BrokenLimit
from portfolios.forms.portfolios import LimitsForm, NameForm
from portfolios.models import Portfolio
from portfolios.queries import portfolios as query
from portfolios.queries.redflags.news import READERS
from portfolios.services import portfolios as service


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def portfolios(request: HttpRequest) -> HttpResponse:
    """All portfolios with their pools and open flags; an analyst makes new ones here."""
    user, form = signed_in(request), NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.create(name=form.cleaned_data["name"], by=user, at=timezone.now())
        except NotAllowed as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"{made.name} is made, with the default limits.")
            return redirect("portfolios:limits", made.pk)
    context = {"portfolios": query.listed(user), "form": form, "can_keep": user.has_role(Role.ANALYST)}
    return render(request, "portfolios/portfolios/list.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.ANALYST)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name for a portfolio."""
    portfolio, form = portfolio_or_404(request, pk), NameForm(request.POST)
    if form.is_valid():
        try:
            service.rename(portfolio=portfolio, name=form.cleaned_data["name"], by=signed_in(request))
        except NotAllowed as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"The portfolio is named {portfolio.name}.")
            return redirect("portfolios:limits", pk)
    portfolio.refresh_from_db()
    return limits_page(request, portfolio, LimitsForm(portfolio=portfolio), form)


@require_http_methods(["GET", "POST"])
@allow(*READERS)
def limits(request: HttpRequest, pk: int) -> HttpResponse:
    """Every limit of the red flags; a change looks at all pools of the portfolio again."""
    portfolio, user = portfolio_or_404(request, pk), signed_in(request)
    form = LimitsForm(request.POST or None, portfolio=portfolio)
    reset = request.method == "POST" and "reset" in request.POST
    if request.method == "POST" and (reset or form.is_valid()):
        try:
            changed = service.set_limits(portfolio=portfolio, values={} if reset else form.cleaned_data, by=user)
        except (NotAllowed, BrokenLimit) as refusal:
            form.add_error(None, str(refusal))
        else:
            tell(request, portfolio, changed=changed)
            return redirect("portfolios:limits", pk)
    return limits_page(request, portfolio, form, NameForm(initial={"name": portfolio.name}))


def tell(request: HttpRequest, portfolio: Portfolio, *, changed: bool) -> None:
    """Say what happened, and have the pools looked at where something did."""
    if not changed:
        messages.info(request, "The limits are as they were.")
        return
    tasks.watch_portfolio.delay_on_commit(portfolio.pk)
    messages.success(request, "The limits are kept. The pools are looked at again; their flags follow within minutes.")


def limits_page(request: HttpRequest, portfolio: Portfolio, form: LimitsForm, name_form: NameForm) -> HttpResponse:
    rows = form.rows()
    context = {
        "portfolio": portfolio,
        "form": form,
        "name_form": name_form,
        "groups": [(group, [rows[limit.name] for limit in group.limits]) for group in query.groups()],
        "own": len(portfolio.thresholds),
        "pools": portfolio.securities.active().count(),
        "changes": query.changes(portfolio),
        "can_keep": signed_in(request).has_role(Role.ANALYST),
    }
    status = 422 if form.errors or name_form.errors else 200
    return render(request, "portfolios/portfolios/limits.html", context, status=status)


def portfolio_or_404(request: HttpRequest, pk: int) -> Portfolio:
    return get_object_or_404(Portfolio.objects.visible_to(signed_in(request)), pk=pk)
