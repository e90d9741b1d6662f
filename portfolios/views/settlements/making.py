"""Papers that a worker draws up: asking for one, and how far it is."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from portfolios import tasks
from portfolios.domain.settlement import Paper
from portfolios.models import Settlement, SettlementWork
from portfolios.queries.settlements.overview import url_of
from portfolios.queries.settlements.papers import TABS, making
from portfolios.services import drawing
from portfolios.views.settlements.frames import READERS, Page, settlement_or_404

STOP_POLLING = 286
Done = str | Callable[[Settlement], str]


def paper_step(
    request: HttpRequest, settlement: Settlement, paper: Paper, page: Page, *, done: Done, to: str, **errors: Any
) -> HttpResponse:
    """Have a paper drawn up and go on to its tab, where it stands or is said to be on its way."""
    try:
        work = drawing.draw_up(settlement=settlement, paper=paper, by=signed_in(request), at=timezone.now())
    except NotAllowed as refused:
        return page(request, settlement, error=str(refused), status=422, **errors)
    return handed_on(request, settlement, work, done=done, to=to)


def handed_on(
    request: HttpRequest, settlement: Settlement, work: SettlementWork | None, *, done: Done, to: str
) -> HttpResponse:
    """Give a worker what waits for one, or say that the paper is there."""
    if work is not None:
        tasks.draw_paper.delay_on_commit(work.pk)
    else:
        settlement.refresh_from_db(fields=["totals"])
        messages.success(request, done if isinstance(done, str) else done(settlement))
    return redirect(url_of(settlement, to))


@require_GET
@allow(*READERS)
def progress(request: HttpRequest, number: str, pk: int, paper: str) -> HttpResponse:
    """The moving part of a page while a paper is drawn up; at the end the page is loaded again."""
    if paper not in list(Paper):
        raise Http404
    found = settlement_or_404(request, number, pk)
    shown = making(found, Paper(paper))
    if shown is not None and shown.work.under_way:
        context = {"making": shown, "settlement": found, "sale": found.award.sale}
        return render(request, "portfolios/settlements/_making.html", context)
    response = HttpResponse(status=STOP_POLLING)
    response["HX-Redirect"] = url_of(found, TABS[Paper(paper)])
    return response
