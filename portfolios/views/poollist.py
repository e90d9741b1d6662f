"""The list of pools, and its CSV."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.roles import Role
from loans.domain.harmless import harmless_frame
from portfolios.queries import pools as query

READERS = (Role.ANALYST, Role.REVIEWER, Role.APPROVER, Role.BIDDER, Role.MANAGER, Role.UPLOADER)
HEADINGS = (("name", "Pool"), ("factor", "Factor"), ("cpr", "CPR 1 m"), ("face", "Original face"))
EXPORT = (
    "pool", "cusip", "program", "portfolio", "month", "factor", "change", "balance", "original_face", "coupon", "wac",
    "loans_left", "cpr_1_month", "cpr_3_months", "forecast_cpr_3_months",
)  # fmt: skip
FLAG_COLUMNS = ("red_flags", "amber_flags")
BATCH = 500


def wanted_of(request: HttpRequest) -> query.Wanted:
    """The filters of the address; what cannot be read is left open."""
    get = request.GET
    return query.Wanted(
        get.get("portfolio", "")[:20], get.get("q", "")[:40], get.get("sort", "name")[:10], get.get("after", "")[:80]
    )


@require_GET
@allow(*READERS)
def pools(request: HttpRequest) -> HttpResponse:
    """The pools that the person's organization follows or services, fifty at a time."""
    user, wanted = signed_in(request), wanted_of(request)
    context = {
        "page": query.pool_list(user, wanted),
        "wanted": wanted,
        "follower": query.is_follower(user),
        "can_add": user.has_role(Role.ANALYST),
        "portfolios": query.portfolios_of(user),
        "headings": {name: heading(wanted, name, label) for name, label in HEADINGS},
        "address": address(wanted),
        "filtered": bool(wanted.text.strip() or wanted.portfolio),
    }
    return render(request, "portfolios/pools/list.html", context)


def heading(wanted: query.Wanted, name: str, label: str) -> dict[str, Any]:
    """A heading that sorts, and turns the order when it is sorted by already."""
    current = wanted.column == name
    turned = name if wanted.descending else f"-{name}"
    sort = turned if current else f"-{name}" if name in query.DESCENDS_FIRST else name
    order = ("descending" if wanted.descending else "ascending") if current else ""
    return {"label": label, "url": f"?{address(wanted, sort=sort)}", "order": order}


def address(wanted: query.Wanted, **changes: str) -> str:
    """The filters as the query of an address, without the place in the list."""
    named = {"portfolio": wanted.portfolio, "q": wanted.text, "sort": wanted.sort, **changes}
    return urlencode({name: value for name, value in named.items() if value and (name, value) != ("sort", "name")})


@require_GET
@allow(*READERS)
def pools_csv(request: HttpRequest) -> HttpResponse:
    """All pools under the filters, with exact figures; cells that look like formulas are made harmless."""
    user, wanted = signed_in(request), wanted_of(request)
    follower = query.is_follower(user)
    found = query.ordered(query.listed(user, wanted), wanted)
    names = (*EXPORT, *FLAG_COLUMNS) if follower else EXPORT
    rows = [row[: len(names)] for row in export_rows(found)]
    table = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    response = HttpResponse(harmless_frame(table).write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="pools.csv"'
    return response


def export_rows(pools: Any) -> Iterator[tuple[str, ...]]:
    """A row of text a pool, in the order of the columns."""
    rows = pools.iterator(chunk_size=BATCH)
    while batch := list(islice(rows, BATCH)):
        for line in query.lines_of(batch):
            pool = line.pool
            values = (
                pool.name, pool.published.cusip if pool.published else "", pool.program, pool.portfolio.name,
                pool.month, pool.factor, line.change, pool.balance, pool.original_face, pool.coupon, line.wac,
                pool.loans_left, pool.cpr, pool.cpr_three, pool.expected_cpr, pool.red_flags, pool.amber_flags,
            )  # fmt: skip
            yield tuple("" if value is None else str(value) for value in values)
