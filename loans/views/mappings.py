"""The mapping page: every column with what it is taken for, confirmed by a person."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.forms.columns import read_columns
from loans.models import CriteriaVersion, SavedMapping, TapeVersion
from loans.queries import mappings as query
from loans.services import mappings as service


@require_GET
@allow(Role.UPLOADER, Role.MANAGER)
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """The columns of a tape that waits for its mapping; `?mapping=` tries one that was saved."""
    version = waiting(request, pk)
    if version.status != TapeStatus.MAPPING:
        return redirect(version)
    chosen = Mapping.from_json(version.mapping or {})
    if (wanted := request.GET.get("mapping", "")).isdigit():
        saved = get_object_or_404(SavedMapping.objects.visible_to(signed_in(request)), pk=wanted)
        chosen = service.applied(Mapping.from_json(saved.mapping), chosen)
    return render(request, "loans/mappings/columns.html", context(request, version, chosen))


@require_POST
@allow(Role.UPLOADER, Role.MANAGER)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the mapping as it stands, under a name, for the next file with this header."""
    version = waiting(request, pk)
    columns = read_columns(version, request.POST)
    name = request.POST.get("mapping_name", "").strip()[:120] or f"{version.tape.name}, {timezone.now():%b %d, %Y}"
    try:
        service.save(version=version, mapping=columns.mapping, name=name, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Mapping saved as {name}. The next file with this header finds it by itself.")
    return redirect("loans:mapping", version.pk)


def waiting(request: HttpRequest, pk: int) -> TapeVersion:
    visible = TapeVersion.objects.visible_to(signed_in(request)).select_related("tape", "uploaded_by")
    return get_object_or_404(visible, pk=pk)


def context(
    request: HttpRequest,
    version: TapeVersion,
    mapping: Mapping,
    *,
    confirmed: frozenset[str] = frozenset(),
    error: str = "",
) -> dict[str, object]:
    """What the template needs; the view that starts the check shows the same page when something is missing."""
    return {
        "version": version,
        "page": query.page(version, mapping, confirmed),
        "groups": query.GROUPS,
        "saved_mappings": SavedMapping.objects.visible_to(signed_in(request)),
        "criteria": CriteriaVersion.objects.visible_to(signed_in(request)).published(),
        "error": error,
    }
