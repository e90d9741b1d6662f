"""One pool: its page, its months with their workings, and its factors as files."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios import policies
from portfolios.forms.poolvalue import ValueForm
from portfolios.models import Security
from portfolios.queries.poolpage import Asked, month_page, months_page, pool_page, range_links
from portfolios.queries.poolpage.matrix import kind_of, settlements
from portfolios.queries.series import Series, series
from portfolios.services import poolexports

READERS = (Role.ANALYST, Role.REVIEWER, Role.APPROVER, Role.BIDDER, Role.MANAGER, Role.UPLOADER)
MONTH = re.compile(r"(?P<year>[12]\d{3})-(?P<month>0[1-9]|1[0-2])")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def pool_or_404(request: HttpRequest, pk: int) -> Security:
    """A pool that the person's organization follows or services."""
    visible = Security.objects.visible_to(signed_in(request))
    return get_object_or_404(visible.select_related("portfolio", "organization", "servicer"), pk=pk)


@require_GET
@allow(*READERS)
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """How the pool pays down, against its schedule and its forecast, and what it is worth."""
    security, user = pool_or_404(request, pk), signed_in(request)
    found = series(security)
    form = value_form(request, found)
    page = pool_page(
        found,
        follows=policies.follows(user, security),
        asked=asked(form),
        range_=request.GET.get("range", ""),
        today=timezone.localdate(),
    )
    context = {
        "page": page,
        "pool": security,
        "form": form,
        "ranges": range_links(request.GET.get("range", "")),
        "can_edit": page.follows and user.has_role(Role.ANALYST),
        "can_watch": page.follows and user.has_role(Role.ANALYST) and not security.archived_at,
        "can_upload": user.has_role(Role.UPLOADER, Role.MANAGER, Role.ANALYST),
    }
    return render(request, "portfolios/pools/pool.html", context, status=422 if form.errors else 200)


def value_form(request: HttpRequest, found: Series) -> ValueForm:
    """The wishes of the address for the matrix."""
    earliest, latest = settlements(found) or (None, None)
    return ValueForm(request.GET, earliest=earliest, latest=latest, kind=str(kind_of(found)))


def asked(form: ValueForm) -> Asked:
    """What was asked; a wish that cannot be met leaves the default, and the form says why."""
    form.full_clean()
    wishes = getattr(form, "cleaned_data", {})
    price = wishes.get("price")
    return Asked(wishes.get("settle"), None if price is None else float(price), wishes.get("speed"))


@require_GET
@allow(*READERS)
def months(request: HttpRequest, pk: int) -> HttpResponse:
    """Every month of the pool, gaps included, newest first."""
    security = pool_or_404(request, pk)
    found = series(security)
    page = months_page(found, before=month_named(request.GET.get("before", "")))
    return render(request, "portfolios/pools/months.html", {"page": page, "pool": security, "series": found})


@require_GET
@allow(*READERS)
def month(request: HttpRequest, pk: int, month: str) -> HttpResponse:
    """One month, every figure with its working, and the values that stood before a correction."""
    security = pool_or_404(request, pk)
    found = series(security)
    wanted = month_named(month)
    page = month_page(found, wanted) if wanted else None
    if page is None:
        raise Http404
    return render(request, "portfolios/pools/month.html", {"page": page, "pool": security, "series": found})


def month_named(text: str) -> date | None:
    """2026-09 as the first of September 2026; None for anything else."""
    parts = MONTH.fullmatch(text)
    return date(int(parts["year"]), int(parts["month"]), 1) if parts else None


@require_GET
@allow(*READERS)
def factors_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """All months as CSV."""
    return file_of(request, pk, poolexports.csv_of, "csv", "text/csv; charset=utf-8")


@require_GET
@allow(*READERS)
def factors_xlsx(request: HttpRequest, pk: int) -> HttpResponse:
    """All months as a workbook, its columns explained."""
    return file_of(request, pk, poolexports.xlsx_of, "xlsx", WORKBOOK)


def file_of(request: HttpRequest, pk: int, write: Callable[[Series], bytes], ending: str, kind: str) -> HttpResponse:
    """A file of the pool's months, named after the pool."""
    security = pool_or_404(request, pk)
    name = slugify(security.name) or f"pool-{security.pk}"
    headers: dict[str, Any] = {"Content-Disposition": f'attachment; filename="{name}-factors.{ending}"'}
    return HttpResponse(write(series(security)), content_type=kind, headers=headers)
