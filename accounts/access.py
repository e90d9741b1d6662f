"""Who may open a page. Sign-in is demanded by middleware everywhere; this adds the role."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.roles import Role

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def allow(*roles: Role) -> Callable[[View[P]], View[P]]:
    """Let only holders of one of `roles` open the view; others get a 403 that names the roles.

    Operator staff hold no role of a tenant, so pages of tenants are closed to them: they work in the admin.
    """

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            check_role(signed_in(request), *roles)
            return view(request, *args, **kwargs)

        guarded.allowed_roles = roles  # type: ignore[attr-defined]  # read by the test that walks every URL
        return guarded

    return decorate


def signed_in(request: HttpRequest) -> User:
    """The person behind the request, on pages that the login middleware guards."""
    if not isinstance(request.user, User):
        raise NotAllowed("Sign in to open this page.")
    return request.user


def check_role(user: User, *roles: Role) -> None:
    """Raise NotAllowed with the roles that would do, unless `user` holds one of them."""
    if user.has_role(*roles):
        return
    wanted = " or ".join(role.label.lower() for role in roles)
    raise NotAllowed(f"This page is for the role {wanted}. You hold: {role_names(user)}.")


def role_names(user: User | AnonymousUser) -> str:
    """The person's roles as words, such as "Reviewer, Approver"."""
    return ", ".join(user.role_labels) if isinstance(user, User) else "none"
