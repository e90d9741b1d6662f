"""Log lines with a request id, as text or JSON, without borrower data."""

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse

_request_id: ContextVar[str] = ContextVar("request_id", default="-")

# PostgreSQL quotes the row it refused in these lines, and a row of a tape is a borrower.
_DATABASE_DETAIL = re.compile(r"^(\s*)(DETAIL|CONTEXT):.*$", re.MULTILINE)
_TAXPAYER_NUMBER = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")
_MAIL_ADDRESS = re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b")
# Links that let somebody in: Django names the path of every refused request, a password that was too short included.
_LINK_TOKEN = re.compile(r"(/(?:start|invitations|reset/key)/)[\w-]{20,}")
_URL_PASSWORD = re.compile(r"(\w+://[^:/@\s]*:)[^@\s]+@")


def request_id() -> str:
    """The id of the request that is being answered, as the log and X-Request-ID carry it; "-" outside of one."""
    return _request_id.get()


def redact(text: str) -> str:
    """`text` without rows quoted by the database, taxpayer numbers, mail addresses, one-time links and passwords."""
    text = _DATABASE_DETAIL.sub(r"\1\2: (left out)", text)
    text = _TAXPAYER_NUMBER.sub("***-**-****", text)
    text = _LINK_TOKEN.sub(r"\1***", text)
    text = _URL_PASSWORD.sub(r"\1***@", text)
    return _MAIL_ADDRESS.sub("***@***", text)


class Redact(logging.Filter):
    """Cleans the message before any formatter sees it; formatters clean the traceback, which is made later."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), None
        return True


class Context(logging.Filter):
    """Adds the id of the request that is being answered."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _request_id.get()
        return True


class TextFormatter(logging.Formatter):
    """One readable line, then the traceback if there is one."""

    def __init__(self) -> None:
        super().__init__(
            "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s", defaults={"request_id": "-"}
        )

    def formatException(self, ei: object) -> str:
        return redact(super().formatException(ei))  # type: ignore[arg-type]


class JsonFormatter(TextFormatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps(entry)


class RequestIdMiddleware:
    """Gives each request an id for the log and returns it in X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _request_id.set(uuid.uuid4().hex[:12])
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = _request_id.get()
        finally:
            _request_id.reset(token)
        return response
