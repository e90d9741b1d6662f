"""The mapping page: every column with what it is taken for, confirmed by a person.

All its buttons send the whole form, so that nothing chosen is lost: what was chosen is kept as a draft first.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.domain.purposes import TapePurpose
from loans.forms.columns import read_columns
from loans.models import CriteriaVersion, SavedMapping, TapeVersion
from loans.queries import mappings as query
from loans.services import mappings as service
from loans.services.mappings import Draft


@require_GET
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """The columns of a tape that waits for its mapping, as they were left."""
    version = waiting(request, pk)
    if version.status != TapeStatus.MAPPING:
        return redirect(version)
    chosen = Mapping.from_json(version.mapping or {})
    confirmed = frozenset(version.facts.get("draft", {}).get("confirmed", ()))
    return render(request, "loans/mappings/columns.html", context(request, version, chosen, confirmed=confirmed))


@require_POST
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was chosen, and show what was asked for: another group, another row, a saved mapping."""
    version = waiting(request, pk)
    if version.status != TapeStatus.MAPPING:
        return redirect(version)
    left = chosen(request, version)
    if request.POST.get("apply", "").isdecimal():
        saved = get_object_or_404(SavedMapping.objects.visible_to(signed_in(request)), pk=request.POST["apply"])
        left = replace(left, mapping=service.applied(Mapping.from_json(saved.mapping), left.mapping))
        messages.success(request, f"{saved.name} applied. Columns it does not know keep their match.")
    return kept(request, version, lambda: service.keep(version=version, draft=left, **actor(request)))


@require_POST
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def match_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the choices and propose every column afresh."""
    version = waiting(request, pk)
    return kept(request, version, lambda: service.match_again(version=version, by=signed_in(request)))


@require_POST
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the mapping as it stands, under a name, for the next file with this header."""
    version = waiting(request, pk)
    if version.status != TapeStatus.MAPPING:
        return redirect(version)
    left = chosen(request, version)
    name = (
        request.POST.get("mapping_name", "").strip()[:120] or f"{version.tape.name}, {timezone.now():%b %d, %Y}"[:120]
    )
    answer = kept(request, version, lambda: service.save(version=version, draft=left, name=name, **actor(request)))
    messages.success(request, f"Mapping saved as {name}. The next file with this header finds it by itself.")
    return answer


@require_POST
@allow(Role.UPLOADER, Role.MANAGER, Role.ANALYST)
def delete(request: HttpRequest, pk: int, saved_pk: int) -> HttpResponse:
    """Remove a saved mapping; the page keeps what was chosen."""
    version = waiting(request, pk)
    saved = get_object_or_404(SavedMapping.objects.visible_to(signed_in(request)), pk=saved_pk)
    if version.status == TapeStatus.MAPPING:
        service.keep(version=version, draft=chosen(request, version), **actor(request))
    answer = kept(request, version, lambda: service.delete(saved=saved, by=signed_in(request)))
    messages.success(request, f"Saved mapping {saved.name} deleted. This tape keeps its matches.")
    return answer


def kept(request: HttpRequest, version: TapeVersion, write: Any) -> HttpResponse:
    """Write, and lead back to the page with the same part in view."""
    try:
        write()
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    wanted = {name: request.POST[name] for name in ("show", "q", "start", "row", "open") if request.POST.get(name)}
    address = reverse("loans:mapping", args=[version.pk])
    return redirect(f"{address}?{urlencode(wanted)}" if wanted else address)


def actor(request: HttpRequest) -> dict[str, Any]:
    return {"by": signed_in(request), "at": timezone.now()}


def chosen(request: HttpRequest, version: TapeVersion) -> Draft:
    """What the person has chosen so far, as the form sent it."""
    columns = read_columns(version, request.POST)
    return Draft(
        mapping=columns.mapping,
        confirmed=columns.confirmed,
        criteria=request.POST.get("criteria", "")[:40],
        accept_missing="accept_missing" in request.POST,
    )


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
    left = version.facts.get("draft", {})
    if request.method == "POST":
        left = {"criteria": request.POST.get("criteria", ""), "accept_missing": "accept_missing" in request.POST}
    view = viewed(request)
    return {
        "version": version,
        "for_sale": version.tape.purpose == TapePurpose.SALE,
        "page": query.page(version, mapping, confirmed, view),
        "groups": query.GROUPS,
        "view": view,
        "draft": left,
        "mapping_name": request.POST.get("mapping_name", ""),
        "saved_mappings": SavedMapping.objects.visible_to(signed_in(request)),
        "criteria": CriteriaVersion.objects.visible_to(signed_in(request)).published(),
        "error": error,
    }


def viewed(request: HttpRequest) -> query.View:
    """Which part of the page is looked at; what makes no sense is passed over."""
    asked = request.POST if request.method == "POST" else request.GET
    show = asked.get("show", "")
    start, row, column = asked.get("start", ""), asked.get("row", ""), asked.get("open", "")
    return query.View(
        show=show if show in query.SEGMENTS else "",
        words=asked.get("q", "").strip()[:100],
        start=int(start) if start.isdecimal() else 0,
        row=int(row) if row.isdecimal() else 0,
        open=int(column) if column.isdecimal() else None,
    )
