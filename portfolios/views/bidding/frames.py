"""What every page of a bidder shares: the sale, and the invitation of the person's organization."""

from typing import Any

from django.http import HttpRequest

from accounts.access import signed_in
from accounts.policies import NotAllowed
from portfolios.models import Bidder
from portfolios.queries.sales.people import bidder_of
from portfolios.views.sales.frames import frame, sale_or_404


def bidder_or_404(request: HttpRequest, number: str) -> Bidder:
    """The invitation of the person's organization to the sale of this number, which does not exist for strangers."""
    sale = sale_or_404(request, number)
    bidder = bidder_of(sale, signed_in(request))
    if bidder is None:
        raise NotAllowed("This page is for organizations that are invited to bid in the sale.")
    bidder.sale = sale
    return bidder


def bidder_frame(request: HttpRequest, bidder: Bidder, here: str = "") -> dict[str, Any]:
    """Head of a bidder's page; `here` is the last step of its path."""
    return frame(request, bidder.sale) | {"bidder": bidder, "here": here}


def first_error(form: Any) -> str:
    """The first sentence that a form refuses with."""
    return next(str(error) for errors in form.errors.values() for error in errors)
