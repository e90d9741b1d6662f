"""What a browser complains about while somebody uses it: console, scripts, requests that fail or leave the house."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

LEFT_BEHIND = "net::ERR_ABORTED"  # a poll or a download that the next page put an end to
TOLD_BY_STATUS = "Failed to load resource: the server responded with a status of"


class Watch:
    """Collects the complaints of all pages of a context; statuses of 400 and more only where nobody expects them."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.complaints: list[str] = []
        self.visited: list[str] = []
        self._expected: set[int] = set()
        self._house = urlsplit(address).netloc
        context.on("console", self._console)
        context.on("weberror", lambda error: self._complain(f"script error: {error.error}"))
        context.on("request", self._request)
        context.on("requestfailed", self._failed)
        context.on("response", self._response)
        context.on("page", lambda page: page.on("framenavigated", lambda frame: self._visit(page)))

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Answers with these statuses are what the journey is about."""
        self._expected |= set(statuses)
        yield
        self._expected -= set(statuses)

    def told(self) -> list[str]:
        """All complaints until now; afterwards it begins anew."""
        told, self.complaints, self.visited, self._expected = self.complaints, [], [], set()
        return told

    def _visit(self, page: Page) -> None:
        if page.url.startswith("http") and page.url not in self.visited:
            self.visited.append(page.url)

    def _complain(self, complaint: str) -> None:
        self.complaints.append(complaint)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(TOLD_BY_STATUS):
            self._complain(f"console: {message.text} ({message.location.get('url')})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme.startswith("http") and parts.netloc != self._house:
            self._complain(f"outside request: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT_BEHIND:
            self._complain(f"failed request: {request.url} ({request.failure})")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self._complain(f"status {response.status}: {response.request.method} {response.url}")
