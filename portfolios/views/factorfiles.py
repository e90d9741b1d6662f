"""Pages of the agencies' files: sending them, what became of each, and the problems of one."""

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.roles import Role
from loans.forms.handlers import too_large
from portfolios import tasks
from portfolios.domain.factorfiles.lifecycle import FileStatus
from portfolios.forms.factorfiles import FactorFilesForm
from portfolios.models import FactorFile
from portfolios.queries import factorfiles as query
from portfolios.services import factorfiles as service

STOP_POLLING = 286


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST, Role.STAFF)
def factor_files(request: HttpRequest) -> HttpResponse:
    """Take the agencies' files, and list those that were imported."""
    user = signed_in(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = FactorFilesForm(*posted, user=user, refusal=_size_refusal(request))
    if form.is_valid():
        taken, refused = service.receive_all(
            uploads=form.cleaned_data["uploads"], by=user, at=timezone.now(), security=form.cleaned_data["pool"]
        )
        for file in taken:
            _send(request, file)
        if not refused:
            return redirect("portfolios:factor_files")
        form.add_error("uploads", refused)
    status = 422 if form.errors else 200
    context = {"form": form, "layouts": query.known_layouts(), **_listed(request)}
    return render(request, "portfolios/factorfiles/list.html", context, status=status)


@require_GET
@allow(Role.ANALYST, Role.STAFF)
def rows(request: HttpRequest) -> HttpResponse:
    """The list alone, while files are being imported."""
    context = _listed(request)
    status = 200 if context["waiting"] else STOP_POLLING
    return render(request, "portfolios/factorfiles/_rows.html", context, status=status)


@require_GET
@allow(Role.ANALYST, Role.STAFF)
def factor_file(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: what it brought, how its factors are rounded, and its problems line by line."""
    file = get_object_or_404(FactorFile.objects.visible_to(signed_in(request)), pk=pk)
    context = {"file": file, "rounding": query.rounding_of(file), "rules": query.RULES}
    return render(request, "portfolios/factorfiles/detail.html", context)


def _send(request: HttpRequest, file: FactorFile) -> None:
    if file.status == FileStatus.READING:
        tasks.import_factor_file.delay_on_commit(file.pk)
    else:
        messages.info(request, f"The bytes of {file.name} were imported before; nothing was done again.")


def _listed(request: HttpRequest) -> dict[str, Page | bool]:
    page = Paginator(query.files_of(signed_in(request)), query.PAGE).get_page(request.GET.get("page"))
    return {"page": page, "waiting": query.is_waiting(list(page))}


def _size_refusal(request: HttpRequest) -> str:
    """The sentence for files that were not received because together they are larger than what is taken."""
    if request.method == "POST" and too_large(int(request.META.get("CONTENT_LENGTH") or 0)):
        return "The files are too large together; send them one by one, or have staff import them from the server."
    return ""
