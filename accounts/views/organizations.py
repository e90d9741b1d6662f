from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts import queries
from accounts.access import allow, signed_in
from accounts.forms.organizations import OrganizationForm
from accounts.models import Role
from accounts.policies import NotAllowed
from accounts.services import organizations as service


@require_GET
@allow(Role.STAFF)
def organizations(request: HttpRequest) -> HttpResponse:
    """Every tenant, for operator staff."""
    return render(request, "accounts/organizations/list.html", {"organizations": queries.organizations()})


@require_http_methods(["GET", "POST"])
@allow(Role.STAFF)
def create(request: HttpRequest) -> HttpResponse:
    """A new tenant; its first people are invited on the next page."""
    form = OrganizationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organization = service.create(by=signed_in(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{organization} is created. Invite its first organization admin.")
            return redirect("accounts:organization_invite", slug=organization.slug)
    return render(request, "accounts/organizations/create.html", {"form": form}, status=422 if form.errors else 200)
