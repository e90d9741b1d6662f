"""Findings of one rule, and the loans that have findings."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import allow
from accounts.roles import Role
from diligence.models import Run
from diligence.queries import findings as findings_query
from diligence.queries import loanlist as loans_query
from diligence.queries.results import SEVERITIES, STATUS_WORDS, rule_lines, shown_count
from diligence.queries.rulebook import spoken
from diligence.services.rulebooks import ruleset_of
from diligence.views.heads import find, head
from diligence.views.results import url_of_rule

LOAN_LISTS = {"": "All", loans_query.OPEN_FATAL: "Open fatal", **dict.fromkeys(SEVERITIES)}


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def rule_findings(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Every finding of one rule with its values, and the rule as this check used it."""
    run = find(request, pk)
    rule = get_object_or_404(run.rules, code=code)
    asked, after = request.GET.get("status", "all"), request.GET.get("after", "")[:40]
    page = findings_query.page(run, rule, status=asked, after=after)
    next_url = f"?status={page.status}&after={page.next}" if page.next else ""
    context = {"run": run, "rule": rule, "page": page, "next_url": next_url}
    if request.headers.get("HX-Request") and after:
        return render(request, "diligence/findings/_rows.html", context)
    used = ruleset_of(run).rules[rule.rule_no]
    context |= {
        "used": used,
        "message": spoken(used),
        "params": used.params_on(run.as_of),
        "line": rule_lines([vars(rule)], upb=run.total_upb, url_of=url_of_rule(run))[0],
        "status_items": [
            {
                "label": words,
                "url": f"?status={status}",
                "current": page.status == status,
                "count": shown_count(rule, status),
            }
            for status, words in STATUS_WORDS.items()
        ],
        "export_kinds": (("findings_csv", "CSV"), ("findings_xlsx", "Excel")),
    }
    return render(request, "diligence/findings/rule.html", context)


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def loans(request: HttpRequest, pk: int) -> HttpResponse:
    """Loans with findings, worst first; `severity` narrows the list, `q` looks for a loan number."""
    run = find(request, pk)
    asked, after = request.GET.get("severity", ""), request.GET.get("after", "")[:40]
    page = loans_query.page(run, severity=asked, words=request.GET.get("q", "").strip()[:100], after=after)
    next_url = f"?severity={page.severity}&after={page.next}" if page.next else ""
    context = {"run": run, "page": page, "next_url": next_url}
    if request.headers.get("HX-Request") and after:
        return render(request, "diligence/loans/_rows.html", context)
    shown = page.severity if page.severity in SEVERITIES else "fatal" if page.severity else ""
    context |= head(request, run, "diligence:loans", {"severity": shown})
    context["severity_items"] = severity_items(run, page)
    return render(request, "diligence/loans/list.html", context)


def severity_items(run: Run, page: loans_query.Page) -> list[dict[str, object]]:
    totals, address = loans_query.totals(run), reverse("diligence:loans", args=[run.pk])
    return [
        {
            "label": label,
            "severity": name if name in SEVERITIES else None,
            "count": totals.get(name),
            "url": f"{address}?severity={name}" if name else address,
            "current": page.severity == name and not page.words,
        }
        for name, label in LOAN_LISTS.items()
    ]
