"""Pages of organization admins (their own people) and operator staff (everybody's)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import policies, queries
from accounts.access import allow, signed_in
from accounts.forms.people import DeactivationForm, InvitationForm, RolesForm
from accounts.models import Invitation, Organization, Role, User
from accounts.policies import NotAllowed
from accounts.services import invitations
from accounts.services import people as service


@require_GET
@allow(Role.ADMIN, Role.STAFF)
def people(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Everybody of an organization, and who is invited."""
    organization = _organization(request, slug)
    page = {
        "organization": organization,
        "people": queries.people_of(organization),
        "invitations": queries.open_invitations(organization),
        "now": timezone.now(),
    }
    return render(request, "accounts/people/list.html", page)


@never_cache
@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN, Role.STAFF)
def invite(request: HttpRequest, slug: str = "") -> HttpResponse:
    """Invite an address; the answer shows the link, this once."""
    organization = _organization(request, slug)
    form = InvitationForm(request.POST or None, organization=organization)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invitations.invite(
                organization=organization,
                by=signed_in(request),
                at=timezone.now(),
                link_to=lambda token: request.build_absolute_uri(reverse("accounts:accept", args=[token])),
                **form.cleaned_data,
            )
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            # No redirect: the link must not be kept anywhere, so that this answer is its only place.
            return render(request, "accounts/people/invited.html", {"sent": sent, "organization": organization})
    page = {"form": form, "organization": organization}
    return render(request, "accounts/people/invite.html", page, status=422 if form.errors else 200)


@require_POST
@allow(Role.ADMIN, Role.STAFF)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an invitation's link worthless."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.user).select_related("organization"), pk=pk)
    try:
        invitations.revoke(invitation=invitation, by=signed_in(request), at=timezone.now())
    except NotAllowed as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The invitation of {invitation.email} is revoked.")
    return redirect("accounts:organization", slug=invitation.organization.slug)


@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN, Role.STAFF)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles, and what was changed when by whom."""
    who = _person(request, pk)
    form = RolesForm(request.POST or None, person=who)
    if request.method == "POST" and form.is_valid():
        try:
            service.set_roles(person=who, by=signed_in(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The roles of {who} are saved.")
            return redirect("accounts:person", pk=who.pk)
    page = {"person": who, "form": form, "history": queries.history_of(who)}
    return render(request, "accounts/people/person.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allow(Role.ADMIN, Role.STAFF)
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then shut the person out."""
    who = _person(request, pk)
    form = DeactivationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            service.deactivate(person=who, by=signed_in(request), **form.cleaned_data)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{who} can no longer sign in.")
            return redirect("accounts:person", pk=who.pk)
    page = {"person": who, "form": form}
    return render(request, "accounts/people/deactivate.html", page, status=422 if form.errors else 200)


@require_POST
@allow(Role.ADMIN, Role.STAFF)
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the person in again."""
    who = _person(request, pk)
    service.reactivate(person=who, by=signed_in(request))
    messages.success(request, f"{who} can sign in again.")
    return redirect("accounts:person", pk=who.pk)


def _organization(request: HttpRequest, slug: str) -> Organization:
    """The organization of the address, or one's own; unknown to strangers (404), closed to counterparties (403)."""
    user = signed_in(request)
    if not slug:
        return user.organization
    found = get_object_or_404(Organization.objects.visible_to(user), slug=slug)
    if found.pk != user.organization_id:
        policies.check_can_manage(user, found)
    return found


def _person(request: HttpRequest, pk: int) -> User:
    people = queries.with_mfa(User.objects.visible_to(request.user)).select_related("organization")
    return get_object_or_404(people, pk=pk)
