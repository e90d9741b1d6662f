"""Data rooms: the list of a person's, the room of one sale, its documents and the redacted tapes of its lots."""

from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.models import Bidder, Lot, Sale, SaleDocument
from portfolios.policies import rooms as policies
from portfolios.queries.bidding.rooms import log_of, rooms_of, tapes_for, tapes_taken, tiers_for
from portfolios.queries.sales.people import Side, bidder_of, side_of
from portfolios.services import bidders, lottapes
from portfolios.views.sales.frames import frame, sale_or_404

READERS = (Role.BIDDER, Role.MANAGER)
TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
SANDBOX = "default-src 'none'; sandbox"


@require_GET
@allow(Role.BIDDER)
def data_rooms(request: HttpRequest) -> HttpResponse:
    """The data rooms of all sales to which the person's organization is invited."""
    rooms = rooms_of(signed_in(request), timezone.now())
    return render(request, "portfolios/bidding/data_rooms.html", {"rooms": rooms})


@require_GET
@allow(*READERS)
def room(request: HttpRequest, number: str) -> HttpResponse:
    """Documents and tapes of one sale; the seller also reads who opened them."""
    sale, bidder = sale_and_bidder(request, number)
    context = frame(request, sale, "room") | {
        "bidder": bidder,
        "tiers": tiers_for(sale, bidder, timezone.now()),
        "tapes": tapes_for(sale, bidder),
        "taken": tapes_taken(sale) if bidder is None else [],
        "here": "Data room",
    }
    return render(request, "portfolios/bidding/room.html", context)


@require_GET
@allow(*READERS)
def document(request: HttpRequest, number: str, pk: int) -> FileResponse:
    """A document as it was uploaded, byte for byte; that it was opened is noted."""
    sale, bidder = sale_and_bidder(request, number)
    found = get_object_or_404(SaleDocument.objects.select_related("sale"), sale=sale, pk=pk)
    opened = bidders.open_document(document=found, bidder=bidder, by=signed_in(request), at=timezone.now())
    return attachment(opened.file.open("rb"), opened.filename)


@require_GET
@allow(Role.MANAGER)
def document_log(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Who opened a document, and when."""
    sale, _ = sale_and_bidder(request, number)
    policies.check_can_read_log(signed_in(request), sale.seller_id)
    found = get_object_or_404(SaleDocument, sale=sale, pk=pk)
    context = frame(request, sale, "room") | {"document": found, "log": log_of(found), "here": "Who opened it"}
    return render(request, "portfolios/bidding/document_log.html", context)


@require_GET
@allow(*READERS)
def tape(request: HttpRequest, number: str, code: str, kind: str) -> StreamingHttpResponse:
    """The redacted tape of a lot; that it was taken is noted."""
    sale, bidder = sale_and_bidder(request, number)
    if kind not in lottapes.KINDS:
        raise Http404
    lot = get_object_or_404(Lot.objects.select_related("bundle__run__version", "sale"), sale=sale, code=code)
    taken = lottapes.take(lot=lot, bidder=bidder, kind=kind, by=signed_in(request), at=timezone.now())
    rows = lottapes.csv(taken) if kind == "csv" else lottapes.xlsx(taken)
    return sandboxed(StreamingHttpResponse(rows, content_type=TYPES[kind]), lottapes.file_name(taken, kind))


def sale_and_bidder(request: HttpRequest, number: str) -> tuple[Sale, Bidder | None]:
    """The sale with the reader's invitation; None stands for the seller. Openers have no part in the room."""
    sale, user = sale_or_404(request, number), signed_in(request)
    side = side_of(sale, user)
    if side == Side.OPENER:
        raise Http404
    return sale, None if side == Side.SELLER else bidder_of(sale, user)


def attachment(file: File, name: str) -> FileResponse:
    """A stored file to be saved, never shown: whatever it is, it runs nothing here."""
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/octet-stream")
    response["Content-Security-Policy"] = SANDBOX
    return response


def sandboxed(response: StreamingHttpResponse, name: str) -> StreamingHttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Security-Policy"] = SANDBOX
    return response
