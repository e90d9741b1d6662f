"""What happened in a sale, and its end before the opening."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.roles import Role
from loans.domain.harmless import harmless_frame
from portfolios.domain.sales import SaleStatus
from portfolios.forms.sales import CancelForm
from portfolios.policies import sales as policies
from portfolios.queries.bidding.receipts import sealed_count
from portfolios.queries.sales import history as query
from portfolios.queries.sales.people import side_of
from portfolios.services import sales as service
from portfolios.views.sales.frames import ANYBODY, answer, attempt, frame, own_sale_or_404, sale_or_404


@require_GET
@allow(*ANYBODY)
def history(request: HttpRequest, number: str) -> HttpResponse:
    """Every step of the sale that this person may know of, newest first."""
    sale = sale_or_404(request, number)
    entries = query.entries(sale, side_of(sale, signed_in(request)))
    context = frame(request, sale, "sale-history") | {"entries": entries, "here": "History"}
    return answer(request, "history", context)


@require_GET
@allow(*ANYBODY)
def history_csv(request: HttpRequest, number: str) -> HttpResponse:
    """The same as a file."""
    sale = sale_or_404(request, number)
    table = query.table(sale, side_of(sale, signed_in(request)))
    response = HttpResponse(harmless_frame(table).write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sale.number}-history.csv"'
    return response


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """End a sale before its bids are opened."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    policies.check_can_cancel(user, sale)
    form = CancelForm(request.POST or None, sale=sale)
    if request.method == "POST" and form.is_valid():
        note, at = form.cleaned_data["note"], timezone.now()
        done = attempt(form, lambda: service.cancel(sale=sale, by=user, at=at, note=note))
        if done is not None:
            messages.success(request, f"{sale.number} is canceled.")
            return redirect(done)
    shown = sale.status != SaleStatus.DRAFT and sale.terms.get("count_shown", True)
    context = frame(request, sale) | {"form": form, "sealed": sealed_count(sale) if shown else None}
    return answer(request, "cancel", context | {"here": "Cancel"}, form)
