"""What every page of a finished check shows above its content: facts, actions, tabs."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse

from accounts.access import signed_in
from accounts.roles import Role
from diligence.models import Run
from diligence.models.exports import ExportKind
from diligence.queries import loanlist
from loans.models import CriteriaVersion

LARGE = ("version__columns", "version__profile", "version__difference", "rulebook__texts", "criteria__text")


def visible(request: HttpRequest) -> QuerySet[Run]:
    """The runs this person may see, with what the head of a page shows."""
    related = ("version__tape", "version__mapped_by", "criteria", "started_by", "rulebook")
    return Run.objects.visible_to(signed_in(request)).select_related(*related).defer(*LARGE)


def find(request: HttpRequest, pk: int) -> Run:
    return get_object_or_404(visible(request), pk=pk)


def head(request: HttpRequest, run: Run, here: str, filters: dict[str, str] | None = None) -> dict[str, object]:
    """Context of the head. `here` is the URL name of the tab; `filters` are those of the page, for exports."""
    chosen = {key: value for key, value in (filters or {}).items() if value}
    return {
        "run": run,
        "tabs": tabs(run, here),
        "criteria_choices": CriteriaVersion.objects.visible_to(signed_in(request)).published(),
        "export_kinds": ExportKind.choices,
        "export_filters": chosen,
        "export_words": ", ".join(f"{name} {value}" for name, value in chosen.items()),
        "bundle_url": bundle_url(request, run),
    }


def tabs(run: Run, here: str) -> list[dict[str, object]]:
    """The views of a check, each with the number that is stored for it."""
    loans = loanlist.totals(run).get("")
    views = (
        ("diligence:run", "Results", None),
        ("diligence:loans", "Loans with findings", loans),
        ("diligence:run-gaps", "Rules not evaluated", run.summary.get("rules_not_evaluated")),
        ("diligence:run-history", "History", None),
    )
    return [
        {"label": label, "url": reverse(name, args=[run.pk]), "count": count, "current": name == here}
        for name, label, count in views
    ]


def bundle_url(request: HttpRequest, run: Run) -> str:
    """Where the loans of this check are put into a bundle; empty for whom that is not open."""
    if not signed_in(request).has_role(Role.MANAGER) or run.loan_count <= run.loans_with_fatal:
        return ""
    try:
        return f"{reverse('portfolios:create')}?run={run.pk}"
    except NoReverseMatch:
        return ""
