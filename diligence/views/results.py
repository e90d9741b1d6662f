"""The results of a check: verdict, strip, findings by rule, strata, layered risk."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from diligence.models import Run
from diligence.queries import results as query


def results(request: HttpRequest, run: Run) -> HttpResponse:
    """The results page; filters are in the address: `severity`, `status`, `by` for the stratification."""
    chosen = query.Filters.of(request.GET)
    return render(request, "diligence/runs/results.html", {"run": run, "page": query.page(run, chosen)})
