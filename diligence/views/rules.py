"""The rulebook, open to everybody who is signed in: every rule that ships, in words, with its source and its hits."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from accounts.access import signed_in
from diligence.domain.rule import SEVERITIES, Rule
from diligence.domain.rulebook import shipped_rulebook
from diligence.queries import rulebook as query


@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """All rules; filters are in the address: `q`, `group`, `severity`, `source`."""
    page = query.page(query.Filters.of(request.GET))
    context = {
        "page": page,
        "sections": [(name, title, note, [line(rule) for rule in rules]) for name, title, note, rules in page.sections],
        "severity_items": severity_items(page),
        "sources": [(name, words, page.sources[name]) for name, words in query.SURENESS.items()],
    }
    return render(request, "diligence/rules/list.html", context)


def line(rule: Rule) -> dict[str, object]:
    """A rule as the list shows it."""
    return {
        "code": rule.code,
        "title": rule.title,
        "severity": SEVERITIES[rule.severity],
        "url": reverse("diligence:rule", args=[rule.code]),
        "profile": query.PROFILES[rule.profile],
        "waiver": query.WAIVERS.get(rule.waivable, "No"),
        "sure": query.SURENESS[rule.source_status],
    }


def severity_items(page: query.Page) -> list[dict[str, object]]:
    chosen, total = page.filters.severity, sum(page.severities.values())
    items: list[dict[str, object]] = [
        {"label": "All", "count": total, "url": address(page.filters, severity=""), "current": not chosen}
    ]
    return items + [
        {"severity": name, "count": count, "url": address(page.filters, severity=name), "current": chosen == name}
        for name, count in page.severities.items()
    ]


def address(filters: query.Filters, **changes: str) -> str:
    values = {"q": filters.words, "group": filters.group, "severity": filters.severity, "source": filters.source}
    return "?" + urlencode({key: value for key, value in (values | changes).items() if value})


@require_GET
def rule(request: HttpRequest, code: str) -> HttpResponse:
    """One rule: its words, its condition, its values by date, its source, and what it found in one's own checks."""
    found = shipped_rulebook().by_code().get(code)
    if found is None:
        raise Http404("No rule has this code.")
    context = {
        "rule": found,
        "severity": SEVERITIES[found.severity],
        "message": query.spoken(found),
        "group": query.title_of(found.group),
        "profile": query.PROFILES[found.profile],
        "fields": [query.words_for(name) for name in found.fields],
        "params": found.params_on(timezone.localdate()),
        "dated": {name: value for name, value in found.params.items() if isinstance(value, tuple)},
        "hits": list(query.hits(signed_in(request), code)),
    }
    return render(request, "diligence/rules/detail.html", context)
