"""The seller's side of the data room: putting documents in, and closing them again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.sales import DocumentForm
from portfolios.models import SaleDocument
from portfolios.services import bidders as service
from portfolios.views.sales.frames import answer, attempt, frame, own_sale_or_404


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def add(request: HttpRequest, number: str) -> HttpResponse:
    """Put a file into the data room, byte for byte, under the tier that opens it."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    form = DocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: service.add_document(sale=sale, by=user, at=timezone.now(), **form.cleaned_data))
        if made is not None:
            short = f"{made.sha256[:4]}…{made.sha256[-4:]}"
            messages.success(request, f"{made.title} is in the data room, SHA-256 {short}.")
            return redirect("portfolios:room", sale.number)
    context = frame(request, sale, "room") | {"form": form, "here": "New document"}
    context["most_mb"] = service.MOST_DOCUMENT_BYTES // 1024**2
    return answer(request, "document", context, form)


@require_POST
@allow(Role.MANAGER)
def withdraw(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Close a document to bidders; who opened it stays on record."""
    sale = own_sale_or_404(request, number)
    document = get_object_or_404(SaleDocument.objects.select_related("sale"), sale=sale, pk=pk)
    try:
        service.withdraw_document(document=document, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"{document.title} is no longer open to bidders.")
    return redirect("portfolios:room", sale.number)
