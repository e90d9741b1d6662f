"""Shared losses: a bank's agreements, their certificates month by month, and what a sale's bids cost whom."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sharedlossforms import forms as kinds
from portfolios.forms.auctions.sharedloss import AgreementForm, CoverForm, ReportForm
from portfolios.models import SharedLossAgreement
from portfolios.policies.sharedloss import KIND
from portfolios.queries.sharedloss import covered_by, offers_of, page_of
from portfolios.services import sharedloss as service
from portfolios.views.sales.frames import attempt, frame, own_sale_or_404


def own_or_404(request: HttpRequest, pk: int) -> SharedLossAgreement:
    """An agreement of the person's own organization."""
    own = SharedLossAgreement.objects.filter(bank_id=signed_in(request).organization_id).select_related("bank")
    return get_object_or_404(own, pk=pk)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def sale(request: HttpRequest, number: str) -> HttpResponse:
    """The agreement that covers a sale, and the cost of each opened bid to the bank and to the receiver."""
    found, user = own_sale_or_404(request, number), signed_in(request)
    if found.kind != KIND:
        raise NotAllowed("Only a portfolio sale of shared-loss loans is covered by an agreement.")
    covering = covered_by(found)
    initial = {"agreement": covering.agreement_id, "costs": covering.costs} if covering else {"costs": "0.00"}
    form = CoverForm(request.POST or None, bank_id=user.organization_id, initial=initial)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if attempt(form, lambda: service.cover(sale=found, by=user, at=at, **form.cleaned_data)) is not None:
            messages.success(request, "Bids are compared under this agreement.")
            return redirect("portfolios:sale-shared-loss", found.number)
    context = frame(request, found, "sale-shared-loss") | {
        "form": form,
        "page": page_of(covering.agreement) if covering else None,
        "covering": covering,
        "offers": offers_of(found),
        "here": "Shared loss",
    }
    return render(request, "portfolios/auctions/sale_shared_loss.html", context, status=422 if form.errors else 200)


@require_GET
@allow(Role.MANAGER)
def agreements(request: HttpRequest) -> HttpResponse:
    """The agreements of the person's own bank."""
    own = SharedLossAgreement.objects.filter(bank_id=signed_in(request).organization_id).select_related("bank")
    return render(request, "portfolios/auctions/agreements.html", {"pages": [page_of(each) for each in own]})


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def new(request: HttpRequest) -> HttpResponse:
    """Record an agreement."""
    user, form = signed_in(request), AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(form, lambda: service.agree(by=user, at=timezone.now(), **form.values()))
        if made is not None:
            messages.success(request, "The agreement is recorded. Its tiers stay as they are.")
            return redirect("portfolios:shared-loss-agreement", made.pk)
    context = {"form": form, "kinds": kinds().values()}
    return render(request, "portfolios/auctions/agreement_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """One agreement: its tiers, its certificates, and the report of a month."""
    found, user = own_or_404(request, pk), signed_in(request)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        if attempt(form, lambda: service.report(agreement=found, by=user, at=at, **form.values())) is not None:
            messages.success(request, "The month is reported; its certificate is below.")
            return redirect("portfolios:shared-loss-agreement", found.pk)
    context = {"form": form, "page": page_of(found), "kind": kinds().get(found.form)}
    return render(request, "portfolios/auctions/agreement.html", context, status=422 if form.errors else 200)


@require_GET
@allow(Role.MANAGER)
def certificate(request: HttpRequest, pk: int, year: int, month: int) -> HttpResponse:
    """The certificate of one month as a document to print and sign."""
    found = page_of(own_or_404(request, pk))
    places = [n for n, row in enumerate(found.rows) if (row.month.year, row.month.month) == (year, month)]
    if not places:
        raise Http404
    row, before = found.rows[places[0]], found.rows[places[0] - 1] if places[0] else None
    return render(request, "portfolios/auctions/certificate.html", {"page": found, "row": row, "before": before})
