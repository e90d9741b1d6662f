"""Sealed bids on their way in, withdrawn, and their receipts. No view here ever holds a price."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios import tasks
from portfolios.domain.sales import EntryKind
from portfolios.forms.bidding import EnvelopeForm
from portfolios.models import Bidder, SealedBid
from portfolios.queries.bidding.receipts import receipts_of, shortened, standing_of
from portfolios.services import sealedrecord
from portfolios.services.salesheets import sheet_of
from portfolios.views.bidding.frames import bidder_frame, bidder_or_404, first_error
from portfolios.views.bidding.page import page_with

SEALED_BYTES = "application/octet-stream"
UNSEALED = (
    "No bid was sent, and no price. A bid is sealed before it leaves your computer, which needs JavaScript here, "
    "or the offline page or the command line, whose sealed file can be sent below."
)
TOO_LARGE = f"A sealed envelope has at most {sealedrecord.MOST_BYTES // 1024} KB."


@require_http_methods(["GET", "POST"])
@allow(Role.BIDDER)
def submit(request: HttpRequest, number: str) -> HttpResponse:
    """Take a sealed bid, as raw bytes from the page or as a file that was sealed elsewhere.

    The body is read to its last byte before the clock is: that is when a bid arrives. Who comes back to the address of
    a refused bid is led to the sale.
    """
    if request.method == "GET":
        return redirect(bidder_or_404(request, number).sale)
    if request.content_type == SEALED_BYTES:
        return submit_bytes(request, number)
    form = EnvelopeForm(request.POST, request.FILES)
    at = timezone.now()
    bidder = bidder_or_404(request, number)
    if not request.FILES:
        return page_with(request, bidder, error=UNSEALED)
    if not form.is_valid():
        return page_with(request, bidder, error=first_error(form))
    try:
        entry = taken(request, bidder, form.cleaned_data["envelope"].read(), at)
    except NotAllowed as refusal:
        return page_with(request, bidder, error=str(refusal))
    messages.success(request, received(entry))
    return redirect(bidder.sale)


def submit_bytes(request: HttpRequest, number: str) -> JsonResponse:
    """The answer to the page's script: the receipt, or why the bid was not taken."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > sealedrecord.MOST_BYTES:
        return JsonResponse({"problem": TOO_LARGE}, status=422)
    envelope, at = request.body, timezone.now()
    try:
        entry = taken(request, bidder_or_404(request, number), envelope, at)
    except NotAllowed as refusal:
        return JsonResponse({"problem": str(refusal)}, status=422)
    messages.success(request, received(entry))
    return JsonResponse(
        {"receipt": entry.receipt, "position": entry.position, "hash": entry.hash, "at": entry.at.isoformat()}
    )


def received(entry: SealedBid) -> str:
    return f"Sealed bid received as number {entry.position} of the record, receipt {shortened(entry.receipt)}."


def taken(request: HttpRequest, bidder: Bidder, envelope: bytes, at: datetime) -> SealedBid:
    """Hand an envelope over; its receipt goes to the bidder by e-mail as well."""
    entry = sealedrecord.receive(bidder=bidder, envelope=envelope, by=signed_in(request), at=at)
    tasks.mail_receipt.delay_on_commit(entry.pk)
    return entry


@require_http_methods(["GET", "POST"])
@allow(Role.BIDDER)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw the bid that stands, after it was asked once more."""
    bidder = bidder_or_404(request, number)
    error = ""
    if request.method == "POST":
        try:
            entry = sealedrecord.withdraw(bidder=bidder, by=signed_in(request), at=timezone.now())
        except NotAllowed as refusal:
            error = str(refusal)
        else:
            tasks.mail_receipt.delay_on_commit(entry.pk)
            messages.success(request, "Withdrawn. You can seal another bid until the deadline.")
            return redirect(bidder.sale)
    receipt = standing_of(bidder, receipts_of(bidder))
    context = bidder_frame(request, bidder, "Withdraw bid") | {"receipt": receipt, "error": error}
    return render(request, "portfolios/bidding/withdraw.html", context, status=422 if error else 200)


@require_GET
@allow(Role.BIDDER)
def receipts(request: HttpRequest, number: str) -> HttpResponse:
    """All entries of the bidder in the record of the sale, with what they prove."""
    bidder = bidder_or_404(request, number)
    context = bidder_frame(request, bidder, "Receipts") | {"receipts": receipts_of(bidder)}
    return render(request, "portfolios/bidding/receipts.html", context)


@require_GET
@allow(Role.BIDDER)
def envelope(request: HttpRequest, number: str, position: int) -> HttpResponse:
    """One's own sealed envelope, for one's own archive: the bytes whose hash is the receipt."""
    bidder = bidder_or_404(request, number)
    own = SealedBid.objects.filter(sale=bidder.sale, bidder=bidder, kind=EntryKind.BID)
    entry = get_object_or_404(own, position=position)
    name = f"{bidder.sale.number}_bid-{entry.position}_{entry.receipt[:12]}.sealed"
    return download(bytes(entry.envelope), SEALED_BYTES, name)


@require_GET
@allow(Role.BIDDER)
def sheet(request: HttpRequest, number: str) -> HttpResponse:
    """Everything public that a bid is sealed with, for sealing away from here."""
    bidder = bidder_or_404(request, number)
    response = JsonResponse(sheet_of(bidder.sale, bidder=bidder), json_dumps_params={"indent": 1})
    response["Content-Disposition"] = f'attachment; filename="{bidder.sale.number}_sheet.json"'
    return response


def download(content: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
