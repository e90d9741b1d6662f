"""Pages of tapes: the list, the upload, one tape with its versions, and the wait while a file is read."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from loans import tasks
from loans.domain.lifecycles import TapeStatus
from loans.domain.purposes import TapePurpose
from loans.forms.handlers import too_large
from loans.forms.uploads import UploadForm
from loans.models import CriteriaVersion, Tape, TapeVersion
from loans.queries.differences import changes_csv
from loans.queries.tapes import PAGE, tapes_of, versions_of
from loans.services import files
from loans.services import tapes as service

STOP_POLLING = 286


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def tapes(request: HttpRequest) -> HttpResponse:
    """The lender's tapes, newest upload first."""
    page = Paginator(tapes_of(signed_in(request)), PAGE).get_page(request.GET.get("page"))
    return render(request, "loans/tapes/list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@allow(Role.UPLOADER, Role.MANAGER)
def upload(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Take a file, as a new tape or as the next version of one."""
    user = signed_in(request)
    tape = get_object_or_404(Tape.objects.visible_to(user).for_sale(), pk=pk) if pk else None
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = UploadForm(*posted, user=user, refusal=size_refusal(request), initial={"tape": tape})
    if form.is_valid():
        data = form.cleaned_data
        try:
            received = service.receive(
                upload=data["file"], by=user, at=timezone.now(), tape=data["tape"], name=data["name"]
            )
        except (NotAllowed, service.Refused) as refusal:
            form.add_error("file", str(refusal))
        else:
            return after_upload(request, received)
    status = 422 if form.errors else 200
    return render(request, "loans/tapes/upload.html", {"form": form, "tape": tape}, status=status)


def size_refusal(request: HttpRequest) -> str:
    """The sentence for a file that was not received because the request was larger than any file may be."""
    size = int(request.META.get("CONTENT_LENGTH") or 0)
    try:
        if too_large(size):
            service.check_size(size)
    except service.Refused as refusal:
        return str(refusal)
    return ""


def after_upload(request: HttpRequest, received: service.Received) -> HttpResponse:
    if received.is_new:
        tasks.read.delay_on_commit(received.version.pk)
    else:
        messages.info(request, f"These bytes were uploaded before: this is {received.version}.")
    return redirect(received.version)


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def tape(request: HttpRequest, pk: int) -> HttpResponse:
    """One tape: its versions, and what changed from one to the next."""
    found = get_object_or_404(Tape.objects.visible_to(signed_in(request)).for_sale(), pk=pk)
    criteria = CriteriaVersion.objects.visible_to(signed_in(request)).published()
    context = {"tape": found, "versions": versions_of(found), "criteria": criteria}
    return render(request, "loans/tapes/detail.html", context)


@require_GET
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to where this version stands: reading, columns, check, results, or why it could not be read."""
    found = get_object_or_404(visible(request), pk=pk)
    if found.status == TapeStatus.MAPPING:
        return redirect("loans:mapping", found.pk)
    if found.tape.purpose != TapePurpose.SALE and found.status != TapeStatus.READING:
        return redirect("portfolios:pool-file", found.pk)
    if run := found.runs.first():
        return redirect(run)
    if found.status in {TapeStatus.PREPARING, TapeStatus.READY}:
        return redirect(found.tape)
    return render(request, "loans/tapes/version.html", {"version": found})


@require_GET
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def reading(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that waits for the file to be read; it leads on by itself."""
    found = get_object_or_404(visible(request), pk=pk)
    if found.status == TapeStatus.READING:
        return render(request, "loans/tapes/_reading.html", {"version": found})
    response = HttpResponse(status=STOP_POLLING)
    response["HX-Redirect"] = found.get_absolute_url()
    return response


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def changes(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every change against the version before, as CSV."""
    found = get_object_or_404(visible(request).exclude(changes=""), pk=pk)
    response = StreamingHttpResponse(changes_csv(files.read_parquet(found.changes)), content_type="text/csv")
    name = f"{slugify(found.tape.name) or 'tape'}-version-{found.number}-changes.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_GET
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The untouched upload, under the name it came with."""
    found = get_object_or_404(visible(request), pk=pk)
    return FileResponse(found.original.open("rb"), as_attachment=True, filename=found.filename)


def visible(request: HttpRequest) -> QuerySet[TapeVersion]:
    return TapeVersion.objects.visible_to(signed_in(request)).select_related("tape", "uploaded_by")
