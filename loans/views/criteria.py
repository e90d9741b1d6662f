"""Criteria in force, open to everybody who is signed in."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from loans.models import CriteriaVersion


@require_GET
def criteria(request: HttpRequest) -> HttpResponse:
    """Every published version, and the drafts of one's own organization."""
    visible = CriteriaVersion.objects.visible_to(signed_in(request)).select_related("organization")
    return render(request, "loans/criteria/list.html", {"criteria": visible})


@require_GET
def criterion(request: HttpRequest, code: str) -> HttpResponse:
    """One version: its dates, parameters, limits and own rules, as they are frozen."""
    found = get_object_or_404(CriteriaVersion.objects.visible_to(signed_in(request)), code=code)
    return render(request, "loans/criteria/detail.html", {"version": found, "criteria": found.parsed()})
