"""The offering summary, which both sides open: on the page, on paper, and as a file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import allow
from loans.domain.harmless import harmless_frame
from portfolios.queries.bidding.terms import terms_in_words
from portfolios.queries.sales import summary as query
from portfolios.views.sales.frames import ANYBODY, frame, sale_or_404


@require_GET
@allow(*ANYBODY)
def summary(request: HttpRequest, number: str) -> HttpResponse:
    """Strata of the whole or of one lot, with the terms; made to be printed."""
    sale = sale_or_404(request, number)
    shown = query.summary(sale, request.GET.get("lot", "")[:8])
    whole = {"label": "Whole", "url": "?", "current": shown.lot is None}
    lots = [
        {"label": f"Lot {row.code}", "url": f"?lot={row.code}", "current": row.lot == shown.lot}
        for row in shown.lots.offered
    ]
    context = frame(request, sale, "sale-summary") | {
        "summary": shown,
        "choices": [whole, *lots] if len(lots) > 1 else [],
        "terms": terms_in_words(sale, by_dollars=any(not row.upb for row in shown.lots.offered)),
        "here": "Offering summary",
    }
    return render(request, "portfolios/sales/summary.html", context)


@require_GET
@allow(*ANYBODY)
def summary_csv(request: HttpRequest, number: str) -> HttpResponse:
    """Every stratum of every lot and of the whole."""
    sale = sale_or_404(request, number)
    table = harmless_frame(query.frame(sale))
    response = HttpResponse(table.write_csv(float_precision=6), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sale.number}-summary.csv"'
    return response
