"""The way into a sale: confidentiality agreement, qualification statement, or declining."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sales import BidderStatus
from portfolios.forms.bidding import SignForm, StatementForm
from portfolios.models import Bidder
from portfolios.queries.bidding.agreements import agreement_for, signed_blocks
from portfolios.services import bidders
from portfolios.views.bidding.frames import bidder_frame, bidder_or_404

CHANGED = "The text has changed since you opened it. Read it again before you sign."


@require_http_methods(["GET", "POST"])
@allow(Role.BIDDER)
def agreement(request: HttpRequest, number: str) -> HttpResponse:
    """The confidentiality agreement: to be read and signed, or as it was signed."""
    bidder = bidder_or_404(request, number)
    if request.method == "POST":
        return sign(request, bidder)
    form = SignForm(initial={"sha256": agreement_for(bidder).sha256})
    return show_agreement(request, bidder, form)


def sign(request: HttpRequest, bidder: Bidder) -> HttpResponse:
    """Sign the text that was shown, and no other."""
    form, shown = SignForm(request.POST), agreement_for(bidder)
    if not form.is_valid():
        return show_agreement(request, bidder, form)
    if form.cleaned_data["sha256"] != shown.sha256:
        form = SignForm(form.cleaned_data | {"sha256": shown.sha256})
        form.add_error(None, CHANGED)
        return show_agreement(request, bidder, form)
    try:
        bidders.sign_agreement(bidder=bidder, text=shown.text, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return show_agreement(request, bidder, form)
    messages.success(request, "Signed. The data room and the redacted tapes are open to you.")
    return redirect(bidder.sale)


def show_agreement(request: HttpRequest, bidder: Bidder, form: SignForm) -> HttpResponse:
    signed = bool(bidder.agreement_sha256)
    text = agreement_for(bidder)
    context = bidder_frame(request, bidder, "Agreement") | {
        "form": form,
        "signed": signed,
        "can_sign": bidder.status == BidderStatus.INVITED,
        "sha256": bidder.agreement_sha256 or text.sha256,
        "blocks": signed_blocks(bidder) if signed else text.blocks,
    }
    return render(request, "portfolios/bidding/agreement.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.BIDDER)
def qualification(request: HttpRequest, number: str) -> HttpResponse:
    """The qualification statement, which the seller reads."""
    bidder = bidder_or_404(request, number)
    data = request.POST if request.method == "POST" else None
    form = StatementForm(data, kind=bidder.sale.kind, answers=bidder.statement)
    if data is not None and form.is_valid():
        try:
            bidders.state(bidder=bidder, statement=form.answers(), by=signed_in(request))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sent to the seller, which decides whether you may bid.")
            return redirect(bidder.sale)
    context = bidder_frame(request, bidder, "Qualification") | {"form": form}
    return render(request, "portfolios/bidding/qualification.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.BIDDER)
def decline(request: HttpRequest, number: str) -> HttpResponse:
    """Leave the sale."""
    bidder = bidder_or_404(request, number)
    try:
        bidders.decline(bidder=bidder, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Declined. Your organization takes no part in this sale.")
    return redirect(bidder.sale)
