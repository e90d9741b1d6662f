"""The room of an open auction: its rules, its start, and the page that everybody in it sees."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.sales import SaleStatus
from portfolios.forms.auctions.rooms import BidForm, RulesForm, StartForm
from portfolios.models import Sale
from portfolios.policies import sales as policies
from portfolios.queries.auctions.rooms import Room, room_of, rules_of
from portfolios.queries.auctions.tabs import holds_auction
from portfolios.queries.sales.kinds import reasons_of
from portfolios.queries.sales.people import Side, side_of
from portfolios.services import auctions as service
from portfolios.services import sales
from portfolios.views.sales.frames import attempt, frame, own_sale_or_404, sale_or_404

IN_THE_ROOM = (Role.MANAGER, Role.BIDDER)


def auction_sale_or_404(request: HttpRequest, number: str) -> Sale:
    """A sale that is decided in the open, for its seller and its bidders."""
    sale = sale_or_404(request, number)
    if not holds_auction(sale, signed_in(request)):
        raise NotAllowed("This sale is decided by sealed bids; there is no open auction.")
    return sale


@require_GET
@allow(*IN_THE_ROOM)
def page(request: HttpRequest, number: str) -> HttpResponse:
    """The auction as it stands."""
    return shown(request, auction_sale_or_404(request, number))


def shown(
    request: HttpRequest, sale: Sale, *, start_form: StartForm | None = None, bid_form: BidForm | None = None
) -> HttpResponse:
    """The page; a form that was refused stands as it was typed."""
    user, now = signed_in(request), timezone.now()
    room = room_of(sale, user, now)
    sells = side_of(sale, user) == Side.SELLER
    if sells and room is None and sale.status == SaleStatus.OPENED:
        start_form = start_form or StartForm(sale=sale, offers=service.qualifying(sale, now), now=now)
    context = frame(request, sale, "sale-auction") | {
        "room": room,
        "rules": rules_of(sale),
        "sells": sells,
        "start_form": start_form,
        "bid_form": bid_form or fresh(room),
        "here": "Auction",
    }
    refused = any(form is not None and form.is_bound and form.errors for form in (start_form, bid_form))
    return render(request, "portfolios/auctions/auction.html", context, status=422 if refused else 200)


def fresh(room: Room | None, data: Any = None) -> BidForm | None:
    """The form of a bid, for who has a seat while the auction runs."""
    if room is None or room.seat is None or room.least is None or not room.runs:
        return None
    return BidForm(data, least=room.least, increment=room.auction.increment, claim=room.seat.credit_limit)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def rules(request: HttpRequest, number: str) -> HttpResponse:
    """The rules of the auction, in the draft."""
    sale, user = own_sale_or_404(request, number), signed_in(request)
    policies.check_can_prepare(user, sale)
    form = RulesForm(request.POST or None, sale=sale)
    if request.method == "POST" and form.is_valid():
        changed = attempt(form, lambda: sales.set_terms(sale=sale, terms=form.applied, by=user))
        if changed is not None:
            messages.success(request, "The rules of the auction are saved. They stand once the sale is announced.")
            return redirect("portfolios:sale-auction", sale.number)
    context = frame(request, sale, "sale-auction") | {"form": form, "here": "Rules of the auction"}
    context["reasons"] = reasons_of(sale.kind)
    return render(request, "portfolios/auctions/rules.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Role.MANAGER)
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Start the auction among those whose sealed bids qualified."""
    sale, user, now = own_sale_or_404(request, number), signed_in(request), timezone.now()
    form = StartForm(request.POST, sale=sale, offers=service.qualifying(sale, now), now=now)
    if form.is_valid():
        begun = attempt(
            form, lambda: service.start(sale=sale, ends_at=form.ends_at(), values=form.values(), by=user, at=now)
        )
        if begun is not None:
            messages.success(request, "The auction runs. Everybody in it sees every bid.")
            return redirect("portfolios:sale-auction", sale.number)
    return shown(request, sale, start_form=form)
