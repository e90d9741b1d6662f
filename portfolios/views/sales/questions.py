"""Questions of bidders, and the answers that go to all of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.roles import Role
from portfolios.forms.sales import AnswerForm
from portfolios.models import Question, Sale
from portfolios.services import bidders as service
from portfolios.views.sales.frames import answer as page
from portfolios.views.sales.frames import attempt, frame, own_sale_or_404


@require_GET
@allow(Role.MANAGER)
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """Open questions first, each with its answer form, then what was answered."""
    return shown(request, own_sale_or_404(request, number))


@require_POST
@allow(Role.MANAGER)
def answer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Answer a question, once and to all."""
    sale = own_sale_or_404(request, number)
    question = get_object_or_404(Question.objects.select_related("sale"), sale=sale, pk=pk)
    form = AnswerForm(request.POST, prefix=f"q{pk}")
    if form.is_valid():
        text, at = form.cleaned_data["text"], timezone.now()
        done = attempt(form, lambda: service.answer(question=question, text=text, by=signed_in(request), at=at))
        if done is not None:
            messages.success(request, "Answered. Every bidder reads question and answer.")
            return redirect("portfolios:sale-questions", sale.number)
    return shown(request, sale, refused=(pk, form))


def shown(request: HttpRequest, sale: Sale, refused: tuple[int, AnswerForm] | None = None) -> HttpResponse:
    """The page, with the form that was refused in its place."""
    asked = Question.objects.filter(sale=sale).select_related("answered_by")
    waiting = list(asked.filter(published_at=None).order_by("asked_at"))
    forms = {question.pk: AnswerForm(prefix=f"q{question.pk}") for question in waiting}
    if refused is not None:
        forms[refused[0]] = refused[1]
    context = frame(request, sale, "sale-questions") | {
        "open": [(question, forms[question.pk]) for question in waiting],
        "answered": asked.exclude(published_at=None).order_by("-published_at"),
        "here": "Questions",
    }
    return page(request, "questions", context, *forms.values())
