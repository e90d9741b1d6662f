"""Pages that people open by a link, before they can sign in."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import queries
from accounts.forms.entrance import FirstUserForm, NewPasswordForm
from accounts.models import User
from accounts.policies import NotAllowed
from accounts.services import first_user as first_user_service
from accounts.services import invitations


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: name, password, in."""
    invitation = queries.usable_invitation(token, at=timezone.now())
    if invitation is None:
        return _gone(request, invitations.NOT_USABLE)
    form = NewPasswordForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        name, password = form.cleaned_data["name"], form.cleaned_data["password"]
        try:
            person = invitations.accept(token=token, name=name, password=password, at=timezone.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _sign_in(request, person)
    page = {"form": form, "invitation": invitation}
    return render(request, "accounts/entrance/accept.html", page, status=422 if form.errors else 200)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_user(request: HttpRequest, token: str) -> HttpResponse:
    """Make the operator organization and the first superuser."""
    if not queries.is_first_user_link_usable(token, at=timezone.now()):
        return _gone(request, first_user_service.NOT_USABLE)
    form = FirstUserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = first_user_service.claim(token=token, at=timezone.now(), **_without_repetition(form))
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            return _sign_in(request, person)
    return render(request, "accounts/entrance/first_user.html", {"form": form}, status=422 if form.errors else 200)


def _without_repetition(form: FirstUserForm) -> dict[str, str]:
    return {key: value for key, value in form.cleaned_data.items() if key != "again"}


def _gone(request: HttpRequest, sentence: str) -> HttpResponse:
    return render(request, "accounts/entrance/gone.html", {"sentence": sentence}, status=410)


def _sign_in(request: HttpRequest, person: User) -> HttpResponse:
    if request.user.is_authenticated:  # somebody opened the link in another person's browser
        request.session.flush()
    # The password was typed a moment ago: setting up a second factor shall not ask for it again.
    record_authentication(request, person, method="password", email=person.email)
    return perform_login(request, person)
