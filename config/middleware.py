"""What holds for every request and every answer, whichever page it is."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_cache_control

NUL = "\x00"


class KeepPrivateMiddleware:
    """No browser and no proxy keeps what somebody saw who was signed in: most pages name loans or borrowers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, no_store=True, private=True)
        return response


class RefuseNonsenseMiddleware:
    """Answers 400 to what no person types and nothing behind can take, in an address or a form.

    That is NUL, which PostgreSQL stores in no text, and more digits than Python turns into a number. It works in
    `process_view`, after the check of the CSRF token, which has read the form.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        texts = (request.path_info, *_texts(request.GET), *_texts(request.POST))
        if any(is_nonsense(text) for text in texts):
            raise SuspiciousOperation("A request holds NUL or thousands of digits.")


def is_nonsense(text: str) -> bool:
    return NUL in text or (len(text) > sys.get_int_max_str_digits() and text.strip().isdecimal())


def _texts(data: QueryDict) -> Iterator[str]:
    for name, values in data.lists():
        yield name
        yield from (value for value in values if isinstance(value, str))
