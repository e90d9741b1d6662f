"""The calculator: price, yield, speed and all that follows from them, for a pool or for typed terms."""

from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.forms.pricing import LIFE_WORDS, LIVES, PricingForm
from portfolios.models import Security
from portfolios.queries import pricing as query

FOLLOWERS = (Role.ANALYST, Role.REVIEWER, Role.APPROVER, Role.BIDDER)
LARGEST_KEY = 2**31 - 1
EXAMPLE = {
    "coupon": "5.5", "wac": "6.15", "remaining": "357", "age": "3", "delay_days": "55", "face": "1,000,000",
    "factor": "1", "given": "price", "price": "100", "speed_kind": "PSA", "speed": "150", "life": "bma",
}  # fmt: skip
FLOW_COLUMNS = (
    "payment", "paid_on", "years", "balance_begin", "interest", "scheduled_principal", "prepaid_principal", "total",
    "balance_end",
)  # fmt: skip


@require_GET
@allow(*FOLLOWERS)
def price_yield(request: HttpRequest) -> HttpResponse:
    """The form and, once it is filled, its answer. `?pool=` alone takes the terms of a pool."""
    form, security, note = form_of(request)
    answer, problem = None, note
    if form.is_bound and form.is_valid():
        answer, problem = answered(form)
    context = {
        "form": form,
        "answer": answer,
        "problem": problem,
        "security": security,
        "pools": query.choices_of(signed_in(request)),
        "life_words": LIFE_WORDS.get(form["life"].value() or "bma", ""),
        "flows_query": flows_query(form),
    }
    return render(request, "portfolios/pricing/price_yield.html", context, status=422 if form.errors else 200)


def form_of(request: HttpRequest) -> tuple[PricingForm, Security | None, str]:
    """The form as asked: typed terms, else those of a pool, else an example to change."""
    security = chosen_pool(request)
    if "coupon" in request.GET:
        return PricingForm(request.GET), security, ""
    initial: dict[str, Any] = EXAMPLE | {"settle": timezone.localdate()}
    if security is None:
        return PricingForm(initial=initial), None, ""
    terms = query.from_pool(security, today=timezone.localdate())
    if terms is None:
        return PricingForm(initial=initial), security, f"{security} has no month to value yet, or has ended."
    return PricingForm(terms), security, ""


def chosen_pool(request: HttpRequest) -> Security | None:
    """The pool of the address, which must be followed by the person's organization."""
    wanted = request.GET.get("pool", "")
    if not wanted:
        return None
    key = int(wanted) if wanted.isdecimal() and len(wanted) < 11 else 0
    return get_object_or_404(Security.objects.followed_by(signed_in(request)), pk=min(key, LARGEST_KEY))


def answered(form: PricingForm) -> tuple[query.Answer | None, str]:
    """The answer, or the sentence that says why there is none."""
    try:
        return query.answer(question_of(form)), ""
    except ValueError as problem:
        return None, str(problem)


def question_of(form: PricingForm) -> query.Question:
    speeds = {name: form.speed_of(name) for name in ("speed", "speed_up", "speed_down")}
    return query.question(form.cleaned_data, life=LIVES[form.cleaned_data["life"]], speeds=speeds)


def flows_query(form: PricingForm) -> str:
    """The form's terms as the query of an address."""
    return urlencode([(name, form[name].value()) for name in form.fields if form[name].value() not in (None, "")])


@require_GET
@allow(*FOLLOWERS)
def flows_csv(request: HttpRequest) -> HttpResponse:
    """Every payment under the asked terms and speed, USD; 422 when the terms cannot be read."""
    form, _, _ = form_of(request)
    if not (form.is_bound and form.is_valid()):
        return HttpResponse("The terms cannot be read. Put them right on the page first.", status=422)
    rows = query.flow_rows(question_of(form))
    table = pl.DataFrame([flow_cells(row) for row in rows], schema=dict.fromkeys(FLOW_COLUMNS, pl.String), orient="row")
    response = HttpResponse(table.write_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cash-flows.csv"'
    return response


def flow_cells(row: query.FlowRow) -> tuple[str, ...]:
    amounts = (row.begin, row.interest, row.scheduled, row.prepaid, row.total, row.end)
    return (str(row.number), row.paid_on.isoformat(), f"{row.years:.6f}", *(f"{amount:.2f}" for amount in amounts))
