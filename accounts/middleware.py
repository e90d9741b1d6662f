from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from accounts import queries
from accounts.models import User

OPEN_WITHOUT_MFA = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_activate_totp",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_index",
        "mfa_reauthenticate",
        "mfa_view_recovery_codes",
    }
)


class RequireMfaMiddleware:
    """Lead people whose role needs a second factor to its page, until they have one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not getattr(view, "login_required", True) or not _must_set_up(request):
            return None
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(_set_up_page().url)
        return _set_up_page()


def _must_set_up(request: HttpRequest) -> bool:
    user = request.user
    if not (isinstance(user, User) and user.needs_mfa):
        return False
    page = request.resolver_match
    return (page is None or page.view_name not in OPEN_WITHOUT_MFA) and not queries.has_second_factor(user)


def _set_up_page() -> Any:
    return redirect("mfa_index")
