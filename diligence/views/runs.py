"""Starting a check, following it, and reading its results."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from diligence import tasks
from diligence.domain.lifecycles import RunStatus
from diligence.models import Run
from diligence.queries import progress as query
from diligence.services import runs as service
from diligence.services import watches
from diligence.views.heads import find
from diligence.views.results import results
from loans.domain.lifecycles import TapeStatus
from loans.forms.columns import Columns, read_columns
from loans.models import CriteriaVersion, TapeVersion
from loans.services.mappings import Incomplete
from loans.views import mappings as mapping_page

STOP_POLLING = 286


@require_POST
@allow(Role.UPLOADER, Role.MANAGER)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm the columns of a tape and start its check; a tape that is ready is checked again."""
    user = signed_in(request)
    version = get_object_or_404(TapeVersion.objects.visible_to(user).select_related("tape"), pk=pk)
    columns = read_columns(version, request.POST) if version.status == TapeStatus.MAPPING else None
    if columns and columns.unconfirmed:
        return ask_again(request, version, columns, f"Confirm or change: {', '.join(columns.unconfirmed)}.")
    try:
        run = service.start(
            version=version,
            criteria=chosen_criteria(request),
            as_of=timezone.localdate(),
            by=user,
            at=timezone.now(),
            mapping=columns.mapping if columns else None,
            accept_missing="accept_missing" in request.POST,
        )
    except (NotAllowed, Incomplete) as refusal:
        return ask_again(request, version, columns, str(refusal)) if columns else redirect(version)
    tasks.advance.delay_on_commit(run.pk)
    return redirect(run)


def chosen_criteria(request: HttpRequest) -> CriteriaVersion | None:
    """The criteria to check against; an empty choice means the data rules only."""
    code = request.POST.get("criteria")
    published = CriteriaVersion.objects.visible_to(signed_in(request)).published()
    return get_object_or_404(published, code=code) if code else None


def ask_again(request: HttpRequest, version: TapeVersion, columns: Columns, error: str) -> HttpResponse:
    """The mapping page with what was chosen so far and what is missing."""
    confirmed = frozenset(columns.mapping.columns) - frozenset(columns.unconfirmed)
    context = mapping_page.context(request, version, columns.mapping, confirmed=confirmed, error=error)
    return render(request, "loans/mappings/columns.html", context, status=422)


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """A check: how far it is while it runs, its results when it is done."""
    found = find(request, pk)
    if found.status == RunStatus.DONE:
        return results(request, found)
    told = found.watches.filter(user=signed_in(request)).exists()
    return render(request, "diligence/runs/progress.html", progress_context(found) | {"is_told": told})


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The moving part of the progress page; it leads to the results by itself."""
    found = find(request, pk)
    if found.status in service.UNDER_WAY:
        return render(request, "diligence/runs/_progress.html", progress_context(found))
    response = HttpResponse(status=STOP_POLLING)
    response["HX-Redirect"] = found.get_absolute_url()
    return response


@require_POST
@allow(Role.UPLOADER, Role.MANAGER)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a check that is under way."""
    found = find(request, pk)
    try:
        stopped = service.stop(run=found, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "The check was stopped." if stopped else "The check had ended already.")
    return redirect(found)


@require_POST
@allow(Role.UPLOADER, Role.MANAGER)
def tell_me(request: HttpRequest, pk: int) -> HttpResponse:
    """Have oneself told when a check ends."""
    found = find(request, pk)
    if found.status in service.UNDER_WAY:
        watches.ask(run=found, by=signed_in(request), at=timezone.now())
        by_mail = " and by e-mail" if watches.mail_leaves() else ""
        messages.success(request, f"You will be told in the bell{by_mail} when this check ends.")
    return redirect(found)


def progress_context(found: Run) -> dict[str, object]:
    now = timezone.now()
    return {"run": found, "progress": query.progress(found, now=now), "under_way": found.status in service.UNDER_WAY}
