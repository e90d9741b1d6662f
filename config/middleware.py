"""What holds for every request and every answer, whichever page it is."""

import sys
from collections.abc import Callable, Iterator
from datetime import MAXYEAR, MINYEAR
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.usersessions.middleware import UserSessionsMiddleware
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_cache_control

NUL = "\x00"
SEEN_SECONDS = 60


class KeepPrivateMiddleware:
    """No browser and no proxy keeps what somebody saw who was signed in: most pages name loans or borrowers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response


class NoteDeviceMiddleware(UserSessionsMiddleware):
    """Notes from where a session is used: at once where that is new, else once a minute, not with every page."""

    def __call__(self, request: HttpRequest) -> HttpResponse:
        middleware = super().__call__ if _is_news(request) else self.get_response
        return middleware(request)


def _is_news(request: HttpRequest) -> bool:
    if not request.user.is_authenticated:
        return False
    agent = request.headers.get("User-Agent", "")
    device = f"{request.session.session_key} {get_adapter().get_client_ip(request)} {agent}"
    return cache.add(f"seen:{sha256(device.encode()).hexdigest()}", True, SEEN_SECONDS)


class RefuseNonsenseMiddleware:
    """Answers 400 to what no person types and nothing behind can take, in an address or a form.

    That is NUL, which PostgreSQL stores in no text, more digits than Python turns into a number, and, in the admin's
    lists, a year that no calendar has. It works in `process_view`, after the check of the CSRF token, which has read
    the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        texts = (request.path_info, *_texts(request.GET), *_texts(request.POST))
        years = (value for name in request.GET if name.endswith("__year") for value in request.GET.getlist(name))
        if any(is_nonsense(text) for text in texts) or any(is_no_year(text) for text in years):
            raise SuspiciousOperation("A request holds NUL, thousands of digits or a year that no calendar has.")


def is_nonsense(text: str) -> bool:
    return NUL in text or (len(text) > sys.get_int_max_str_digits() and text.strip().isdecimal())


def is_no_year(text: str) -> bool:
    return text.strip().isdecimal() and not MINYEAR <= int(text) <= MAXYEAR


def _texts(data: QueryDict) -> Iterator[str]:
    for name, values in data.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))


class ShowTheWayMiddleware:
    """Shows a script that sent a file where to go, and leaves it to the browser to go there.

    A script follows a redirect without showing the page, and what was to be said there would be said to nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.has_header("Location") and request.headers.get("X-Sent-By") == "script":
            response.status_code = HTTPStatus.NO_CONTENT
        return response
