"""What stays of a sale: the record anybody can check, the minutes, and how bids are sealed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from portfolios.domain.salerecord import bidder_record_to_bytes, record_to_bytes
from portfolios.models import Sale
from portfolios.offline import page_sha256
from portfolios.policies import awards as policies
from portfolios.queries.ceremonies.keys import keepers_of
from portfolios.queries.ceremonies.minutes import signatures_of
from portfolios.queries.sales.people import bidder_of
from portfolios.services import minutes as service
from portfolios.services import salerecords
from portfolios.services.bidderrecords import bidder_record_of
from portfolios.views.sales.frames import ANYBODY, frame, sale_or_404


def readable_or_404(request: HttpRequest, number: str) -> Sale:
    """A sale whose bids this person may read; NotAllowed with the reason."""
    sale = sale_or_404(request, number)
    policies.check_can_read_record(signed_in(request), sale)
    return sale


@require_GET
@allow(*ANYBODY)
def record(request: HttpRequest, number: str) -> HttpResponse:
    """The record as a file, which `manage.py verify_sale` checks."""
    sale = readable_or_404(request, number)
    data = record_to_bytes(salerecords.record_of(sale))
    name = f'attachment; filename="{sale.number}-record.json"'
    return HttpResponse(data, content_type="application/json", headers={"Content-Disposition": name})


@require_GET
@allow(*ANYBODY)
def bidder_record(request: HttpRequest, number: str) -> HttpResponse:
    """The record without the prices that lost, with the bidder's own envelopes opened; `verify_sale` checks it too."""
    sale, user = sale_or_404(request, number), signed_in(request)
    policies.check_can_read_bidder_record(user, sale)
    bidder = bidder_of(sale, user)
    data = bidder_record_to_bytes(bidder_record_of(sale, bidder))
    name = f'attachment; filename="{sale.number}-bidder-record.json"'
    return HttpResponse(data, content_type="application/json", headers={"Content-Disposition": name})


@require_http_methods(["GET", "POST"])
@allow(*ANYBODY)
def minutes(request: HttpRequest, number: str) -> HttpResponse:
    """The minutes; by POST an opener or a manager of the seller signs them as they stand."""
    sale, at = readable_or_404(request, number), timezone.now()
    error = ""
    if request.method == "POST":
        try:
            service.sign(sale=sale, sha256=request.POST.get("sha256", ""), by=signed_in(request), at=at)
            messages.success(request, "Signed. Your name stands under the minutes.")
            return redirect("portfolios:sale-minutes", number)
        except NotAllowed as refusal:
            error = str(refusal)
    written = service.written(sale)
    context = {
        "minutes": written,
        "signatures": signatures_of(sale, written.sha256),
        "can_sign": policies.allows(service.check_can_sign, signed_in(request), sale, written.sha256),
        "error": error,
    }
    page = frame(request, sale, "sale-minutes") | context
    return render(request, "portfolios/ceremonies/minutes.html", page, status=422 if error else 200)


@require_GET
@allow(*ANYBODY)
def minutes_text(request: HttpRequest, number: str) -> HttpResponse:
    """The minutes as text."""
    sale = readable_or_404(request, number)
    name = f'attachment; filename="{sale.number}-minutes.txt"'
    text = service.written(sale).text
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


@require_GET
@allow(*ANYBODY)
def sealing(request: HttpRequest, number: str) -> HttpResponse:
    """How bids are sealed, what that protects and what not, and how to check a sale."""
    sale = sale_or_404(request, number)
    keepers = keepers_of(sale, timezone.now())
    context = {"here": "How bids are sealed", "keepers": keepers, "offline_sha256": page_sha256()}
    return render(request, "portfolios/ceremonies/sealing.html", frame(request, sale) | context)
