"""The results of a check: verdict, strip, findings by rule, strata, layered risk, rules not evaluated, history."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from accounts.access import allow
from accounts.roles import Role
from diligence.models import Run
from diligence.queries import gaps as gaps_query
from diligence.queries import history as history_query
from diligence.queries import pictures
from diligence.queries import results as query
from diligence.services.rulebooks import mapping_of, ruleset_of
from diligence.views.heads import find, head
from loans.domain.harmless import harmless_frame

LINES = 25
STRATA_COLUMNS = ("label", "loans", "upb", "share", "average_upb", "rate", "score", "ltv", "dti")


def results(request: HttpRequest, run: Run) -> HttpResponse:
    """The results page; filters are in the address: `severity`, `status`, `q`, and `by` for the stratification."""
    filters = query.Filters.of(request.GET)
    page = query.page(run, filters)
    shown = page.rules if request.GET.get("lines") == "all" else page.rules[:LINES]
    context = {
        **head(request, run, "diligence:run", export_filters(filters)),
        **figures(run),
        "page": page,
        "rules": query.rule_lines(shown, upb=run.total_upb, url_of=url_of_rule(run)),
        "hidden": len(page.rules) - len(shown),
        "all_url": f"{filters.address()}&lines=all",
        "whole_tape": [(found, page.rule_of[found.rule_no]) for found in page.whole_tape],
        "severity_items": severity_items(page),
        "status_items": status_items(filters),
        "open_counts": page.open_counts,
        "tables": filters.view == query.TABLES,
        "view_items": view_items(filters),
        "charts": pictures.charts(run.summary, run.rulebook.criteria),
        "strata": (strata := pictures.strata(run.summary, filters.by)),
        "strata_items": strata_items(strata, filters) if strata else [],
        "layered": pictures.layered(run.summary),
    }
    return render(request, "diligence/runs/results.html", context)


def figures(run: Run) -> dict[str, object]:
    """The figures of the verdict and the strip, from the run's stored totals."""
    clear = run.loan_count - run.loans_with_fatal
    return {
        "clear": clear,
        "clear_share": clear / run.loan_count if run.loan_count else None,
        "fatal_share": float(run.fatal_upb / run.total_upb) if run.total_upb else None,
    }


def url_of_rule(run: Run) -> Any:
    return lambda code: reverse("diligence:run-findings", args=[run.pk, code])


def export_filters(filters: query.Filters) -> dict[str, str]:
    """The page's filters as an export takes them."""
    status = filters.status if filters.status != "all" else ""
    return {"severity": filters.severity, "status": status}


def severity_items(page: query.Page) -> list[dict[str, object]]:
    filters, total = page.filters, sum(page.counts.values())
    everything = {"label": "All", "count": total, "url": filters.address(severity=""), "current": not filters.severity}
    return [everything] + [
        {"severity": name, "count": count, "url": filters.address(severity=name), "current": filters.severity == name}
        for name, count in page.counts.items()
    ]


def status_items(filters: query.Filters) -> list[dict[str, object]]:
    return [
        {"label": words, "url": filters.address(status=status), "current": filters.status == status}
        for status, words in query.STATUS_WORDS.items()
    ]


def view_items(filters: query.Filters) -> list[dict[str, object]]:
    """Charts, or the tables behind them."""
    return [
        {"label": label, "url": f"{filters.address(view=name)}#where", "current": filters.view == name}
        for name, label in (("charts", "Charts"), (query.TABLES, "Tables"))
    ]


def strata_items(strata: pictures.Strata, filters: query.Filters) -> list[dict[str, object]]:
    return [
        {"label": title, "url": f"{filters.address(by=name)}#strata", "current": name == strata.table["name"]}
        for name, title in strata.choices
    ]


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def strata(request: HttpRequest, pk: int) -> HttpResponse:
    """Every stratification of the check as one CSV file."""
    run = find(request, pk)
    name = f"{slugify(run.version.tape.name) or 'tape'}_v{run.version.number}_check-{run.pk}_strata.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    rows = [
        [table["title"], *strata_row(band)]
        for table in run.summary.get("strata", ())
        for band in (*table["bands"], table["total"])
    ]
    header = {"stratified_by": pl.String, "label": pl.String, **dict.fromkeys(STRATA_COLUMNS[1:], pl.Float64)}
    header["loans"] = pl.Int64
    response.write(harmless_frame(pl.DataFrame(rows, schema=header, orient="row", strict=False)).write_csv())
    return response


def strata_row(band: Mapping[str, Any]) -> list[object]:
    """One band in full: USD to the cent, ratios and rates to six places."""
    numbers = (band[name] for name in STRATA_COLUMNS[1:])
    return [band["label"], *(None if value is None else round(value, 6) for value in numbers)]


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def gaps(request: HttpRequest, pk: int) -> HttpResponse:
    """Rules that could not be evaluated, with the inputs that are missing."""
    run = find(request, pk)
    found = gaps_query.gaps(run, ruleset_of(run), mapped=mapping_of(run).fields)
    everywhere = sum(gap.everywhere for gap in found)
    counts = {"gaps": found, "everywhere": everywhere, "partly": len(found) - everywhere}
    return render(request, "diligence/runs/gaps.html", {**head(request, run, "diligence:run-gaps"), **counts})


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """The checks of this tape, and the decisions made in this one."""
    run = find(request, pk)
    context = {
        "runs": list(history_query.runs_of(run.version.tape_id)),
        "most": history_query.MOST,
        "decisions": history_query.decisions_in(run),
    }
    return render(request, "diligence/runs/history.html", {**head(request, run, "diligence:run-history"), **context})
