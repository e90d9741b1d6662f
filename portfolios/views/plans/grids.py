"""Pages of price grids: those that hold, loading a file, one grid with its prices, and the files to fill."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import allow, signed_in
from accounts.policies import NotAllowed
from accounts.roles import Role
from portfolios.domain.grids import KINDS, Kind, Unusable
from portfolios.forms.grids import GridForm
from portfolios.models.plans import PriceGrid
from portfolios.queries.planpages import grids as query
from portfolios.services import grids as service
from portfolios.services import gridsamples
from portfolios.views.plans.frames import downloaded, tabs


@require_GET
@allow(Role.MANAGER)
def grids(request: HttpRequest) -> HttpResponse:
    """The lender's grids, and the kinds of prices that can be loaded."""
    user, at = signed_in(request), timezone.now()
    page = query.grids_page(user, shown=request.GET.get("show", "current"), after=request.GET.get("after", ""), at=at)
    shows = [
        {"label": word, "url": f"?show={name}", "current": name == page.shown, "count": page.counts[name]}
        for name, word in query.SHOWN.items()
    ]
    kinds = query.kind_lines(user, at=at)
    context = {"page": page, "shows": shows, "kinds": kinds, "samples": len(query.samples()), "tabs": tabs("grids")}
    return render(request, "portfolios/grids/list.html", context)


def kind_or_404(code: str) -> Kind:
    try:
        return KINDS[code]
    except KeyError as unknown:
        raise Http404 from unknown


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def load(request: HttpRequest, kind: str) -> HttpResponse:
    """Take a file of prices; what is wrong in it is said cell by cell, and nothing of it is kept then."""
    chosen, user = kind_or_404(kind), signed_in(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = GridForm(*posted, kind=chosen)
    problems: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            grid = service.load(organization=user.organization, kind=kind, by=user, at=timezone.now(), **data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        except Unusable as unusable:
            problems = unusable.problems
        else:
            messages.success(request, f"{grid.name}: {len(grid.rows):,} prices loaded.")
            return redirect("portfolios:grid", grid.pk)
    context = {"form": form, "kind": chosen, "problems": problems, "sample": kind in query.samples()}
    status = 422 if form.errors or problems else 200
    return render(request, "portfolios/grids/load.html", context, status=status)


@require_POST
@allow(Role.MANAGER)
def load_samples(request: HttpRequest) -> HttpResponse:
    """Load every sample that ships, to try a plan without prices of one's own."""
    user = signed_in(request)
    loaded = gridsamples.load_samples(organization=user.organization, by=user, at=timezone.now())
    messages.success(request, f"{len(loaded)} grids of synthetic prices are loaded. They are no market prices.")
    return redirect("portfolios:grids")


@require_GET
@allow(Role.MANAGER)
def grid(request: HttpRequest, pk: int) -> HttpResponse:
    """One grid: until when it holds, who quoted it, and its prices."""
    found = grid_or_404(request, pk)
    context = {
        "grid": found,
        "kind": KINDS.get(found.kind),
        "state": query.state_of(found, timezone.now()),
        "synthetic": query.is_synthetic(found),
        "page": query.prices_page(found, after=request.GET.get("after", "")),
        "plans": found.plans.visible_to(signed_in(request)).order_by("-pk")[:5],
    }
    return render(request, "portfolios/grids/grid.html", context)


def grid_or_404(request: HttpRequest, pk: int) -> PriceGrid:
    """The grid of this number, which does not exist for strangers."""
    visible = PriceGrid.objects.visible_to(signed_in(request)).select_related("loaded_by")
    return get_object_or_404(visible, pk=pk)


@require_http_methods(["GET", "POST"])
@allow(Role.MANAGER)
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a grid out of use, after asking."""
    found = grid_or_404(request, pk)
    problem = ""
    if request.method == "POST":
        try:
            service.retire(grid=found, by=signed_in(request), at=timezone.now())
        except NotAllowed as refusal:
            problem = str(refusal)
        else:
            messages.success(request, f"{found.name} is retired.")
            return redirect("portfolios:grids")
    status = 422 if problem else 200
    return render(request, "portfolios/grids/retire.html", {"grid": found, "problem": problem}, status=status)


@require_GET
@allow(Role.MANAGER)
def original(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was loaded."""
    found = grid_or_404(request, pk)
    return FileResponse(found.original.open("rb"), as_attachment=True, filename=found.filename or "grid.csv")


@require_GET
@allow(Role.MANAGER)
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """The file to fill: a header with nothing below it."""
    return downloaded(service.template(kind_or_404(kind).code), f"{kind}-template.csv")


@require_GET
@allow(Role.MANAGER)
def sample(request: HttpRequest, kind: str) -> HttpResponse:
    """Synthetic prices in the form of the template."""
    kind_or_404(kind)
    path = query.sample_path(kind)
    if not path.is_file():
        raise Http404
    return downloaded(path.read_bytes(), f"{kind}-synthetic.csv")
