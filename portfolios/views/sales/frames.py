"""What every page of a sale shares: the sale itself, its head, and who may stand on which side."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.models import Sale
from portfolios.queries.sales.heading import heading
from portfolios.queries.sales.people import Side, side_of

ANYBODY = tuple(Role)  # an opener may be anybody; which side a person stands on is told sale by sale
Done = TypeVar("Done")


def sale_or_404(request: HttpRequest, number: str) -> Sale:
    """The sale of this number, which does not exist for strangers; NotAllowed for people with no part in it."""
    user = signed_in(request)
    sale = get_object_or_404(Sale.objects.visible_to(user).select_related("seller"), number=number)
    if side_of(sale, user) == Side.NONE:
        raise NotAllowed("A sale is read by managers of the seller, people who bid in it, and those who open its bids.")
    return sale


def own_sale_or_404(request: HttpRequest, number: str) -> Sale:
    """A sale of the person's own organization, for the pages of the seller."""
    own = Sale.objects.sold_by(signed_in(request)).select_related("seller")
    return get_object_or_404(own, number=number)


def frame(request: HttpRequest, sale: Sale, tab: str = "sale") -> dict[str, Any]:
    """Head and tabs of a sale's page."""
    return {"sale": sale, "heading": heading(sale, signed_in(request), timezone.now(), tab=tab)}


def attempt(form: BaseForm, step: Callable[[], Done]) -> Done | None:
    """Take a step with a valid form; a refusal stands above the form, and what was typed stays."""
    try:
        return step()
    except NotAllowed as refusal:
        form.add_error(None, str(refusal))
        return None


def answer(request: HttpRequest, template: str, context: dict[str, Any], *forms: BaseForm) -> HttpResponse:
    """A page with forms; 422 where one of them was refused."""
    refused = any(form.is_bound and form.errors for form in forms)
    return render(request, f"portfolios/sales/{template}.html", context, status=422 if refused else 200)
