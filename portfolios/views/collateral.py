"""What secures a pool: loans and properties then and now, and the loans themselves."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from loans.domain.harmless import harmless_frame
from portfolios.models import Security
from portfolios.queries import collateral as query
from portfolios.views.poollist import READERS

WORDS = {"all": "All", "left": "Left", "stayed": "Still there"}


def pool_or_404(request: HttpRequest, pk: int) -> Security:
    """A pool that the person's organization follows or services."""
    visible = Security.objects.visible_to(signed_in(request))
    return get_object_or_404(visible.select_related("organization", "servicer", "published"), pk=pk)


@require_GET
@allow(*READERS)
def collateral(request: HttpRequest, pk: int) -> HttpResponse:
    """How many properties are left and who they are: concentration, strata, what left and what stayed."""
    security = pool_or_404(request, pk)
    context = {"security": security, "page": query.collateral(security), "measures": query.MEASURES}
    return render(request, "portfolios/collateral/collateral.html", context)


@require_GET
@allow(*READERS)
def loans(request: HttpRequest, pk: int) -> HttpResponse:
    """The loans of the pool, fifty at a time; nothing in them names a borrower."""
    security = pool_or_404(request, pk)
    if not security.collateral:
        return render(request, "portfolios/collateral/loans.html", {"security": security, "page": None})
    page = query.loans_page(security, shown=request.GET.get("show", "all"), after=request.GET.get("after", "")[:200])
    return render(
        request, "portfolios/collateral/loans.html", {"security": security, "page": page, "shows": shows(page)}
    )


def shows(page: query.LoansPage) -> list[dict[str, Any]]:
    return [
        {"label": WORDS[name], "url": f"?show={name}", "current": name == page.shown, "count": page.counts[name]}
        for name in query.SHOWN
    ]


@require_GET
@allow(*READERS)
def loans_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """All loans of the pool as a file; cells that a spreadsheet would take for formulas are made harmless."""
    security = pool_or_404(request, pk)
    if not security.collateral:
        return HttpResponse(status=404)
    table = query.loan_table(security, request.GET.get("show", "all"))
    response = HttpResponse(harmless_frame(table).write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename_of(security)}-loans.csv"'
    return response


def filename_of(security: Security) -> str:
    """The pool's name with nothing in it that a file name or a header would mind."""
    return (
        "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in security.name).strip("-")
        or "pool"
    )
