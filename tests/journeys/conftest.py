"""One installation with its real processes for all journeys, and a page for each person."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import databases, workers
from tests.journeys import people
from tests.journeys.looking import DESKTOP, resize
from tests.journeys.people import PASSWORD, Person
from tests.journeys.watching import Watch
from tests.running import Running

WAIT_MS = 45_000
LOG_CHARS = 3000
STILL = "/healthz"
NUMBERS = itertools.count(1)
expect.set_options(timeout=WAIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.journey)


@pytest.fixture(scope="session", autouse=True)
def _migrated(django_db_setup: None) -> None:
    """Installations begin with a copy of the migrated database."""


@contextmanager
def running(**settings: str) -> Iterator[Running]:
    """An installation in a folder of its own, which is gone afterwards, on the servers of this run."""
    folder = Path(tempfile.mkdtemp(prefix="plumbline-journeys-"))
    number = next(NUMBERS)
    suffix = f"{workers.WORKER}_installation_{number}"
    servers = {
        "DATABASE_URL": databases.address(databases.copy_of_migrated(suffix)),
        "REDIS_URL": workers.broker(number),
        **workers.collected(),
    }
    try:
        with closing(Running(folder, **servers, **settings)) as installation:
            assert installation.line().startswith("READY "), installation.said()
            yield installation
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        databases.drop(suffix)


@pytest.fixture(scope="package")
def site(browser: Browser) -> Iterator[Running]:
    """The shared installation: it does not insist on a second factor, and knows the people of the journeys."""
    with running(PLUMBLINE_REQUIRE_MFA="false") as installation:
        assert installation.ask(people.MAKE, PEOPLE=people.as_json(), PASSWORD=PASSWORD)
        yield installation


@pytest.fixture(scope="package")
def passes() -> dict[str, Any]:
    """The session of each person who has signed in already."""
    return {}


@dataclass(frozen=True)
class Window:
    """A page with cookies of its own, and everything that it complains about."""

    page: Page
    watch: Watch

    def clear(self) -> None:
        """Leave nothing but who is signed in and what was loaded: the next test begins on a page that does nothing."""
        for page in self.page.context.pages:
            if page is not self.page:
                page.close()
        self.page.unroute_all()
        self.page.goto(STILL)
        self.page.evaluate("localStorage.clear()")
        resize(self.page, DESKTOP)


@pytest.fixture(scope="package")
def kept(browser: Browser) -> Iterator[dict[str, Window]]:
    """The windows of people who have signed in: for each further one a process would load everything anew."""
    windows: dict[str, Window] = {}
    yield windows
    for window in windows.values():
        window.page.context.close()


class Windows:
    """The browser windows of one test, each with its own cookies, and everything they complain about."""

    def __init__(self, browser: Browser, installation: Running, kept: dict[str, Window] | None = None) -> None:
        self.browser, self.installation, self.address = browser, installation, installation.url
        self.kept = {} if kept is None else kept
        self.opened: list[Window] = []

    def open(self, **options: Any) -> Page:
        context = self.browser.new_context(
            base_url=self.address, reduced_motion="reduce", locale="en-US", viewport=DESKTOP, **options
        )
        context.set_default_timeout(WAIT_MS)
        watch = Watch(context, self.address)
        self.opened.append(Window(context.new_page(), watch))
        return self.opened[-1].page

    def of(self, person: Person) -> Page:
        """The window in which that person is signed in."""
        if person.email in self.kept:
            self.opened.append(self.kept[person.email])
        else:
            sign_in(self.open(), person.email, PASSWORD)
            self.kept[person.email] = self.opened[-1]
        return self.opened[-1].page

    def watch(self, page: Page) -> Watch:
        return next(window.watch for window in self.opened if window.page.context is page.context)

    def close(self) -> None:
        for window in self.opened:
            if window in self.kept.values():
                window.clear()
            else:
                window.page.context.close()
        complaints = [complaint for window in self.opened for complaint in window.watch.told()]
        assert not complaints, "\n".join([*complaints, self.installation.log("web")[-LOG_CHARS:]])


@pytest.fixture
def windows(browser: Browser, site: Running, kept: dict[str, Window]) -> Iterator[Windows]:
    """The windows of one test; at its end nothing may have been complained about."""
    opened = Windows(browser, site, kept)
    yield opened
    opened.close()


@pytest.fixture
def page_of(windows: Windows, passes: dict[str, Any]) -> Callable[[Person], Page]:
    """The page in which that person is signed in."""

    @cache
    def page_of(person: Person) -> Page:
        page = windows.of(person)
        if person.email not in passes:
            passes[person.email] = page.context.storage_state()
        return page

    return page_of


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by the form, as everybody does, and come out at one's own profile."""
    page.goto("/accounts/login/?next=/profile/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login/" not in address)
