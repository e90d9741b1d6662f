"""One loan of a settlement, and a settled lot on its way to a pool."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.securities import IssueForm
from portfolios.models import Security, SettlementLoan
from portfolios.policies import settlements as policies
from portfolios.queries.settlements.loans import loan_page
from portfolios.services import settledpools
from portfolios.views.settlements.diligence import lot_or_404
from portfolios.views.settlements.frames import READERS, frame, settlement_or_404


@require_GET
@allow(*READERS)
def loan(request: HttpRequest, number: str, pk: int, lot: str, row_no: int) -> HttpResponse:
    """A loan with its fields, its price, its kick-out and its bring-down findings; never borrowers' data."""
    found = settlement_or_404(request, number, pk)
    place = get_object_or_404(SettlementLoan, settlement=found, lot=lot_or_404(found, lot), row_no=row_no)
    context = frame(request, found, "loans") | {"page": loan_page(found, place)}
    return render(request, "portfolios/settlements/loan.html", context)


@require_http_methods(["GET", "POST"])
@allow(Role.BIDDER, Role.ANALYST)
def issue(request: HttpRequest, number: str, pk: int, lot: str) -> HttpResponse:
    """Make a settled lot a pool; one that is a pool already leads to it."""
    found, user = settlement_or_404(request, number, pk), signed_in(request)
    sold = lot_or_404(found, lot)
    if known := Security.objects.visible_to(user).filter(lot=sold).first():
        messages.info(request, f"Lot {sold.code} was issued as {known.name}.")
        return redirect(known)
    policies.check_can_issue_lot(user, found, sold)
    month = max(timezone.localdate(), found.settles_on or timezone.localdate())
    form = IssueForm(request.POST or None, user=user, initial={"issued_on": month.replace(day=1)})
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("name", "program", "delay_days", "coupon", "issued_on")}
        data |= {"forecast": form.forecast(), "portfolio": form.cleaned_data["portfolio"]}
        try:
            security = settledpools.issue_settled(settlement=found, lot=sold, by=user, at=timezone.now(), **data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{security.name} is issued. Its factor is 1.00000000.")
            return redirect(security)
    preview = settledpools.preview(found, sold, month)
    context = frame(request, found, "after") | {"form": form, "lot": sold, "preview": preview}
    return render(request, "portfolios/settlements/issue.html", context, status=422 if form.errors else 200)
