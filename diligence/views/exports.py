"""Downloads: asked for with the filters of a page, written at once when small, else by a worker with progress."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.roles import Role
from diligence import tasks
from diligence.models import Export, Run
from diligence.models.exports import ExportKind
from diligence.queries.results import SEVERITIES, STATUSES
from diligence.services import exports as service
from diligence.views.heads import find

STOP_POLLING = 286


@require_POST
@allow(Role.UPLOADER, Role.MANAGER)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a download of a check; a small one comes back at once."""
    run, user = find(request, pk), signed_in(request)
    kind = request.POST.get("kind")
    if kind not in ExportKind.values:
        raise Http404
    export = service.request(
        run=run,
        kind=ExportKind(kind),
        filters=filters_of(run, request.POST),
        by=user,
        organization=user.organization,
        at=timezone.now(),
    )
    if service.is_small(export):
        service.write(export_id=export.pk, clock=timezone.now)
        return redirect("diligence:run-file", export.pk)
    tasks.write_export.delay_on_commit(export.pk)
    return redirect("diligence:run-download", export.pk)


def filters_of(run: Run, data: QueryDict) -> dict[str, str]:
    """The filters of a page as an export keeps them; what is unknown is left out."""
    filters = {}
    if (severity := data.get("severity", "")) in SEVERITIES:
        filters["severity"] = ",".join(str(number) for number in SEVERITIES[severity])
    if (status := data.get("status", "")) in STATUSES and status != "all":
        filters["status"] = ",".join(str(int(number)) for number in STATUSES[status])
    if code := data.get("rule", ""):
        filters["rule"] = get_object_or_404(run.rules, code=code).code
    return filters


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a download is; asked by htmx, only the moving part, which leads to the file when it is ready."""
    export = own(request, pk)
    if not request.headers.get("HX-Request"):
        context = {"export": export, "run": export.run, "holds": service.filter_words(export)}
        return render(request, "diligence/exports/progress.html", context)
    status = STOP_POLLING if export.done_at or export.problem else 200
    return render(request, "diligence/exports/_progress.html", {"export": export}, status=status)


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The file of a download, for the organization that asked for it."""
    export = own(request, pk)
    if not export.done_at:
        return redirect("diligence:run-download", pk)
    return FileResponse(export.file.open("rb"), as_attachment=True, filename=export.filename)


def own(request: HttpRequest, pk: int) -> Export:
    visible = Export.objects.visible_to(signed_in(request)).select_related("run__version__tape", "requested_by")
    return get_object_or_404(visible, pk=pk)
