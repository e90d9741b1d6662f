"""Criteria in force, open to everybody who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from loans.models import CriteriaVersion
from loans.queries import criteria as query


@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """Every published version, and the drafts of one's own organization."""
    rows = query.criteria_of(signed_in(request), today=timezone.localdate())
    return render(request, "loans/criteria/list.html", {"rows": rows})


@require_GET
def criterion(request: HttpRequest, code: str) -> HttpResponse:
    """One version: its dates, rules, parameters and limits, and the text they come from."""
    visible = CriteriaVersion.objects.visible_to(signed_in(request)).select_related("organization", "published_by")
    found = get_object_or_404(visible, code=code)
    page = query.page(found, today=timezone.localdate())
    return render(request, "loans/criteria/detail.html", {"version": found, "page": page})
