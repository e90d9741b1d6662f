"""The pages of one bundle, and the list of all."""

from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from diligence.queries import pictures
from diligence.queries.results import TABLES, rule_lines
from loans.domain.harmless import harmless_frame
from portfolios import policies
from portfolios.models import Bundle, BundleLoan
from portfolios.queries import bundles as query
from portfolios.queries import events, working
from portfolios.queries import loans as loans_query
from portfolios.views.frames import DESKS, bundle_or_404, frame, readable

STOP_POLLING = 286
FOUND = ("fatal", "warning", "info")


@require_GET
@allow(*DESKS)
def bundles(request: HttpRequest) -> HttpResponse:
    """The bundles of a lender, or those offered to a purchaser, newest first."""
    user = signed_in(request)
    page = query.list_page(user, shown=request.GET.get("show", "open"), after=request.GET.get("after", ""))
    shows = [
        {"label": word, "url": f"?show={name}", "current": name == page.shown, "count": page.counts[name]}
        for name, word in query.WORDS.items()
    ]
    context = {"page": page, "shows": shows, "lender_side": query.is_lender(user)}
    return render(request, "portfolios/bundles/list.html", context)


@require_GET
@allow(*DESKS)
@readable
def bundle(request: HttpRequest, found: Bundle) -> HttpResponse:
    """Results: the verdict, the figures, findings by rule, and where the balance sits."""
    severity = request.GET.get("severity", "")
    chosen = severity if severity in FOUND else ""
    strata = pictures.strata(found.summary, request.GET.get("by", "credit_score"))
    clear = found.kept_count - found.open_fatal
    context = frame(request, found, "bundle") | {
        "rules": [rule for rule in rule_lines_of(found) if chosen in ("", query_group(rule.severity))],
        "severities": severity_links(found, chosen),
        "tables": (tables := request.GET.get("view") == TABLES),
        "view_items": [
            {"label": "Charts", "url": "?#where", "current": not tables},
            {"label": "Tables", "url": f"?view={TABLES}#where", "current": tables},
        ],
        "charts": pictures.charts(found.summary, found.criteria.text),
        "strata": strata,
        "strata_items": strata_links(strata),
        "layered": pictures.layered(found.summary),
        "clear": clear,
        "clear_share": clear / found.kept_count if found.kept_count else None,
    }
    return render(request, "portfolios/bundles/results.html", context)


def rule_lines_of(bundle: Bundle) -> list[Any]:
    return rule_lines(bundle.rules, upb=bundle.kept_upb, url_of=rule_url)


def rule_url(code: str) -> str:
    """The page of a rule in the rulebook, where there is one."""
    try:
        return reverse("diligence:rule", args=[code])
    except NoReverseMatch:
        return ""


def query_group(severity: int) -> str:
    return {1: "fatal", 4: "info"}.get(severity, "warning")


def severity_links(bundle: Bundle, chosen: str) -> list[dict[str, Any]]:
    """The segment of severities with the counts of open findings."""
    counts = [bundle.found.get(name, 0) for name in FOUND]
    links: list[dict[str, Any]] = [{"label": "All", "url": "?", "current": not chosen, "count": sum(counts)}]
    return links + [
        {"url": f"?severity={name}", "current": name == chosen, "count": count, "severity": name}
        for name, count in zip(FOUND, counts, strict=True)
    ]


def strata_links(strata: pictures.Strata | None) -> list[dict[str, Any]]:
    """The segment of fields to stratify by."""
    if strata is None:
        return []
    current = strata.table["name"]
    return [{"label": title, "url": f"?by={name}", "current": name == current} for name, title in strata.choices]


@require_GET
@allow(*DESKS)
@readable
def loans(request: HttpRequest, found: Bundle) -> HttpResponse:
    """The delivered loans, fifty at a time."""
    page = loans_query.page(found, shown=request.GET.get("show", "all"), after=request.GET.get("after", ""))
    counts = {"all": found.loan_count, "fatal": found.open_fatal, "left_out": found.kicked_out}
    words = {"all": "All", "fatal": "Open fatal", "left_out": "Left out"}
    shows = [
        {"label": words[name], "url": f"?show={name}", "current": name == page.shown, "count": counts[name]}
        for name in loans_query.SHOWN
    ]
    context = frame(request, found, "loans") | {"page": page, "shows": shows, "here": "Loans"}
    return render(request, "portfolios/bundles/loans.html", context)


@require_GET
@allow(*DESKS)
@readable
def loan(request: HttpRequest, found: Bundle, row_no: int) -> HttpResponse:
    """One loan of a bundle: its fields and its findings with their working."""
    place = get_object_or_404(BundleLoan, bundle=found, row_no=row_no)
    borrowers = policies.may_read_borrowers(signed_in(request), found)
    page = loans_query.loan_page(found, place, borrowers=borrowers)
    context = frame(request, found, "loans") | {"page": page, "place": place, "borrowers": borrowers}
    return render(request, "portfolios/loans/loan.html", context)


@require_GET
@allow(*DESKS)
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """The moving part of the page while a bundle is added up; at the end the page is loaded again."""
    found = bundle_or_404(request, number)
    if found.under_way:
        context = {"bundle": found, "progress": working.progress(found, found.under_way)}
        return render(request, "portfolios/bundles/_working.html", context)
    response = HttpResponse(status=STOP_POLLING)
    response["HX-Refresh"] = "true"
    return response


@require_GET
@allow(*DESKS)
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Every step, with the amounts and fingerprints of its moment."""
    found = bundle_or_404(request, number)
    entries = events.entries(events.history(found), facts=True)
    context = frame(request, found, "history") | {"entries": entries, "here": "History"}
    return render(request, "portfolios/bundles/history.html", context)


@require_GET
@allow(*DESKS)
def history_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The history as a file, oldest step first; cells that a spreadsheet would take for formulas are made harmless."""
    found = bundle_or_404(request, number)
    table = pl.DataFrame(list(events.export_rows(found)), schema=list(events.EXPORT_HEADER), orient="row")
    response = HttpResponse(harmless_frame(table).write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.number}-history.csv"'
    return response
