"""The one page of a sale: who asks, and where the sale stands, decide which one it is."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.models import User
from portfolios.domain.sales import SaleStatus
from portfolios.models import Sale
from portfolios.queries.sales.people import Side, side_of
from portfolios.views.bidding import page as bidding
from portfolios.views.ceremonies import keys, opened
from portfolios.views.sales import drafts, running
from portfolios.views.sales.frames import ANYBODY, sale_or_404

Page = Callable[[HttpRequest, Sale], HttpResponse]
READ_BY_SELLER = (SaleStatus.OPENED, SaleStatus.AUCTION, SaleStatus.AWARDED, SaleStatus.SETTLED, SaleStatus.NO_AWARD)


@require_GET
@allow(*ANYBODY)
def sale(request: HttpRequest, number: str) -> HttpResponse:
    """The page of a sale for this person."""
    found = sale_or_404(request, number)
    return page_of(found, signed_in(request))(request, found)


def page_of(sale: Sale, user: User) -> Page:
    """The seller prepares, runs and awards; bidders bid; openers open."""
    side = side_of(sale, user)
    if side == Side.BIDDER:
        return bidding.page
    if side == Side.OPENER:
        return keys.page
    if sale.status in READ_BY_SELLER:
        return opened.page
    return drafts.page if sale.status == SaleStatus.DRAFT else running.page
