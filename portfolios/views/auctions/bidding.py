"""Bidding in the open, and what changes in the room while one looks at it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from config.ui import numbers
from portfolios.queries.auctions.rooms import Room, room_of
from portfolios.services import auctions as service
from portfolios.views.auctions.rooms import IN_THE_ROOM, auction_sale_or_404, fresh, shown
from portfolios.views.sales.frames import attempt


@require_GET
@allow(*IN_THE_ROOM)
def now(request: HttpRequest, number: str) -> HttpResponse:
    """The clock, and the board behind it where somebody has bid since `head`; the whole page once it is over."""
    sale = auction_sale_or_404(request, number)
    room = room_of(sale, signed_in(request), timezone.now())
    if room is None or room.over or not room.sees:
        return HttpResponse(headers={"HX-Refresh": "true"})
    changed = request.GET.get("head", "") != room.leading.hash
    context = {"sale": sale, "room": room, "changed": changed}
    return render(request, "portfolios/auctions/_now.html", context)


@require_POST
@allow(Role.BIDDER)
def bid(request: HttpRequest, number: str) -> HttpResponse:
    """Take a bid. The server's clock is read once the whole request has come in."""
    sale, at = auction_sale_or_404(request, number), timezone.now()
    room = seated(room_of(sale, signed_in(request), at))
    form = fresh(room, request.POST)
    if form is None:
        messages.error(request, "The auction is over. The bid was not taken.")
        return redirect("portfolios:sale-auction", sale.number)
    if form.is_valid() and room.seat is not None:
        price, credit, bidder = form.cleaned_data["price"], form.cleaned_data.get("credit", False), room.seat.bidder
        made = attempt(
            form,
            lambda: service.bid(
                auction=room.auction, bidder=bidder, price=price, credit=credit, by=signed_in(request), at=at
            ),
        )
        if made is not None:
            messages.success(request, f"Your bid of {numbers.money_cents(made.price)} leads.")
            return redirect("portfolios:sale-auction", sale.number)
    return shown(request, sale, bid_form=form)


def seated(room: Room | None) -> Room:
    """The room of a bidder with a seat in it."""
    if room is None:
        raise NotAllowed("The auction has not started.")
    if room.seat is None:
        raise NotAllowed("Your organization did not qualify for the auction by a sealed bid for all lots.")
    return room
