"""Files of a settlement: schedule, agreement, statement, history."""

import csv

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import allow
from portfolios.models import Settlement
from portfolios.queries.settlements import history, schedule, statements
from portfolios.views.settlements.frames import READERS, settlement_or_404

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def attached(content: bytes, settlement: Settlement, name: str, kind: str) -> HttpResponse:
    """A download, named after the sale."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{settlement.award.sale.number}-{settlement.pk}-{name}"'
    return response


@require_GET
@allow(*READERS)
def schedule_csv(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The schedule of loans, byte for byte as the agreement names it by its hash."""
    found = settlement_or_404(request, number, pk)
    return attached(schedule.schedule_csv(found), found, "schedule.csv", "text/csv; charset=utf-8")


@require_GET
@allow(*READERS)
def agreement_text(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The agreement, byte for byte as it is signed."""
    found = settlement_or_404(request, number, pk)
    if not found.agreement:
        raise Http404
    return attached(found.agreement.encode(), found, "agreement.txt", "text/plain; charset=utf-8")


@require_GET
@allow(*READERS)
def statement_csv(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The lines of the statement as CSV."""
    found = with_statement(request, number, pk)
    return attached(statements.csv_of(found), found, "statement.csv", "text/csv; charset=utf-8")


@require_GET
@allow(*READERS)
def statement_xlsx(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The statement as a workbook."""
    found = with_statement(request, number, pk)
    return attached(statements.xlsx_of(found), found, "statement.xlsx", XLSX)


def with_statement(request: HttpRequest, number: str, pk: int) -> Settlement:
    found = settlement_or_404(request, number, pk)
    if not found.statement:
        raise Http404
    return found


@require_GET
@allow(*READERS)
def history_csv(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The history as CSV, oldest first."""
    found = settlement_or_404(request, number, pk)
    response = attached(b"", found, "history.csv", "text/csv; charset=utf-8")
    writer = csv.writer(response)
    writer.writerow(history.HEADER)
    writer.writerows(history.export_rows(found))
    return response
