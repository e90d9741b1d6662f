from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from accounts import queries
from accounts.access import signed_in
from accounts.forms.people import ProfileForm, ThemeForm
from accounts.services import people


@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """What people may change about themselves, and the way to password, second factor and devices."""
    user = signed_in(request)
    # The page shows the name in its frame: the form works on a copy, so that a refused name does not appear there.
    form = ProfileForm(request.POST or None, initial={"name": user.name, "theme": user.theme})
    if request.method == "POST" and form.is_valid():
        people.save_profile(person=user, **form.cleaned_data)
        messages.success(request, "Your profile is saved.")
        return redirect("accounts:profile")
    page = {
        "form": form,
        "has_mfa": queries.has_second_factor(user),
        "devices": UserSession.objects.filter(user=user).count(),
    }
    return render(request, "accounts/profile.html", page, status=422 if form.errors else 200)


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """The switch in the account menu: saved on the person, so that it holds on every device."""
    form = ThemeForm(request.POST)
    if form.is_valid():
        people.save_theme(person=signed_in(request), theme=form.cleaned_data["theme"])
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else "accounts:profile"
