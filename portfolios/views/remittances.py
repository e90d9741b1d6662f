"""A pool's files: the months of its tapes, sending one, confirming its columns, and how far it is."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from loans import tasks as tape_tasks
from loans.domain.lifecycles import TapeStatus
from loans.forms.columns import read_columns
from loans.models import Tape, TapeVersion
from loans.services.mappings import Incomplete
from loans.services.tapes import Refused
from loans.views import mappings as mapping_page
from loans.views.tapes import size_refusal
from portfolios import tasks
from portfolios.forms.remittances import LoanFileForm, MonthFileForm
from portfolios.models import PoolFile, Security
from portfolios.policies.securities import check_can_send
from portfolios.queries import remittances as query
from portfolios.services import poolfiles as service
from portfolios.services.poolfiles import Sent
from portfolios.views.pools import READERS, month_named, pool_or_404

SENDERS = (Role.UPLOADER, Role.MANAGER, Role.ANALYST)
STOP_POLLING = 286


@require_GET
@allow(*READERS)
def remittance(request: HttpRequest, pk: int) -> HttpResponse:
    """The months of a pool with their reconciliation, and what did not add up in one of them."""
    security, user = pool_or_404(request, pk), signed_in(request)
    page = query.page(security, user, month_named(request.GET.get("month", "")))
    context = {"pool": security, "page": page, "can_send": may_send(request, security)}
    return render(request, "portfolios/remittances/months.html", context)


def may_send(request: HttpRequest, security: Security) -> bool:
    try:
        check_can_send(signed_in(request), security)
    except NotAllowed:
        return False
    return True


@require_http_methods(["GET", "POST"])
@allow(*SENDERS)
def upload(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the servicer's tape of a month."""
    security, user = pool_or_404(request, pk), signed_in(request)
    check_can_send(user, security)
    month = month_named(request.GET.get("month", ""))
    form = MonthFileForm(*posted(request), refusal=size_refusal(request), initial={"month": month})
    if form.is_valid():
        data = form.cleaned_data
        try:
            sent = service.send_month(
                security=security, upload=data["file"], month=data["month"], by=user, at=timezone.now()
            )
        except (NotAllowed, Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return after_sending(request, sent)
    return answer(request, "portfolios/remittances/upload.html", form, {"pool": security})


@require_http_methods(["GET", "POST"])
@allow(Role.ANALYST)
def from_loans(request: HttpRequest) -> HttpResponse:
    """Take a file of a pool's loans with their exits, which becomes a pool."""
    user = signed_in(request)
    form = LoanFileForm(*posted(request), user=user, refusal=size_refusal(request))
    if form.is_valid():
        terms = form.terms().to_json()
        try:
            sent = service.send_loans(upload=form.cleaned_data["file"], terms=terms, by=user, at=timezone.now())
        except (NotAllowed, Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return after_sending(request, sent)
    return answer(request, "portfolios/remittances/from_loans.html", form, {})


def posted(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def answer(request: HttpRequest, template: str, form: Any, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"form": form, **context}, status=422 if form.errors else 200)


def after_sending(request: HttpRequest, sent: Sent) -> HttpResponse:
    version = sent.file.version
    if sent.is_new:
        tape_tasks.read.delay_on_commit(version.pk)
    else:
        messages.info(request, "These bytes were sent before. This is where that file stands.")
        tasks.compute_pool_file.delay_on_commit(version.pk)
    return redirect(version)


@require_GET
@allow(*SENDERS)
def choose(request: HttpRequest) -> HttpResponse:
    """Which pool a tape is for."""
    pools = query.sendable(signed_in(request))
    return render(request, "portfolios/remittances/choose.html", {"pools": pools})


@require_POST
@allow(*SENDERS)
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the columns of a pool's file and have its months computed."""
    user = signed_in(request)
    version = get_object_or_404(TapeVersion.objects.visible_to(user).select_related("tape"), pk=pk)
    file = get_object_or_404(PoolFile, version=version)
    if version.status != TapeStatus.MAPPING:
        return redirect(file)
    columns = read_columns(version, request.POST)
    try:
        if columns.unconfirmed:
            raise Incomplete(f"Confirm or change: {', '.join(columns.unconfirmed)}.")
        service.start(
            version=version,
            mapping=columns.mapping,
            by=user,
            at=timezone.now(),
            accept_missing="accept_missing" in request.POST,
        )
    except (NotAllowed, Incomplete) as refusal:
        confirmed = frozenset(columns.mapping.columns) - frozenset(columns.unconfirmed)
        context = mapping_page.context(request, version, columns.mapping, confirmed=confirmed, error=str(refusal))
        return render(request, "loans/mappings/columns.html", context, status=422)
    tasks.compute_pool_file.delay_on_commit(version.pk)
    return redirect(file)


@require_GET
@allow(*SENDERS)
def pool_file(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a file is: waited for until its months are there, and why there are none."""
    file = file_or_404(request, pk)
    if target := target_of(file):
        if request.htmx:  # type: ignore[attr-defined]
            response = HttpResponse(status=STOP_POLLING)
            response["HX-Redirect"] = target
            return response
        return redirect(target)
    template = "_computing.html" if request.htmx else "file.html"  # type: ignore[attr-defined]
    context = {"file": file, "version": file.version, "pool": file.security}
    return render(request, f"portfolios/remittances/{template}", context)


def target_of(file: PoolFile) -> str:
    """Where a file leads: to its columns, to its month, or nowhere while it is computed or has a problem."""
    if file.version.status == TapeStatus.MAPPING:
        return mapping_address(file)
    if not file.done_at or file.security is None:
        return ""
    if file.month is None:
        return file.security.get_absolute_url()
    return f"{remittance_address(file.security)}?month={file.month:%Y-%m}"


def mapping_address(file: PoolFile) -> str:
    return reverse("loans:mapping", args=[file.version_id])


def remittance_address(security: Security) -> str:
    return reverse("portfolios:pool-remittance", args=[security.pk])


def file_or_404(request: HttpRequest, pk: int) -> PoolFile:
    visible = PoolFile.objects.visible_to(signed_in(request)).select_related("version__tape", "security", "sent_by")
    return get_object_or_404(visible, version__id=pk)  # a number of any size is looked up, and not found


@require_GET
@allow(*SENDERS)
def tape(request: HttpRequest, pk: int) -> HttpResponse:
    """The tape of a pool has no page of its own: its months are the pool's."""
    found = get_object_or_404(Tape.objects.visible_to(signed_in(request)), pk=pk)
    file = get_object_or_404(PoolFile.objects.filter(version__tape=found)[:1])
    return redirect(remittance_address(file.security) if file.security else file.get_absolute_url())


@require_GET
@allow(*READERS)
def findings_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """What did not add up, of one month (`?month=2026-02`) or of all."""
    security = pool_or_404(request, pk)
    month: date | None = month_named(request.GET.get("month", ""))
    name = "-".join(filter(None, [slugify(security.name) or "pool", f"{month:%Y-%m}" if month else "", "findings"]))
    content = query.findings_csv(security, month)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)
