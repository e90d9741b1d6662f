"""Asking the seller; question and answer go to every bidder, the name of the asker to nobody."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.forms.bidding import AskForm
from portfolios.services import bidders
from portfolios.views.bidding.frames import bidder_frame, bidder_or_404


@require_http_methods(["GET", "POST"])
@allow(Role.BIDDER)
def ask(request: HttpRequest, number: str) -> HttpResponse:
    """Write a question to the seller."""
    bidder = bidder_or_404(request, number)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            bidders.ask(bidder=bidder, text=form.cleaned_data["text"], by=signed_in(request), at=timezone.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Sent. The answer goes to every bidder, without your name.")
            return redirect(f"{bidder.sale.get_absolute_url()}#questions")
    context = bidder_frame(request, bidder, "Ask a question") | {"form": form}
    return render(request, "portfolios/bidding/ask.html", context, status=422 if form.errors else 200)
