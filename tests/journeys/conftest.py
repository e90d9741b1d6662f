"""One installation with its real processes for all journeys, and a page for each person."""

import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests import databases, workers
from tests.journeys import people
from tests.journeys.people import PASSWORD, Person
from tests.journeys.watching import Watch
from tests.running import Running

WAIT_MS = 45_000
LOG_CHARS = 3000
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


class Windows:
    """Browser windows, each with its own cookies, and everything they complain about."""

    def __init__(self, browser: Browser, installation: Running) -> None:
        self.browser, self.installation, self.address = browser, installation, installation.url
        self.opened: list[tuple[BrowserContext, Watch]] = []

    def open(self, **options: Any) -> Page:
        context = self.browser.new_context(base_url=self.address, reduced_motion="reduce", locale="en-US", **options)
        context.set_default_timeout(WAIT_MS)
        self.opened.append((context, Watch(context, self.address)))
        return context.new_page()

    def watch(self, page: Page) -> Watch:
        return next(watch for context, watch in self.opened if context is page.context)

    def close(self) -> None:
        for context, _ in self.opened:
            context.close()
        complaints = [complaint for _, watch in self.opened for complaint in watch.complaints]
        assert not complaints, "\n".join([*complaints, self.installation.log("web")[-LOG_CHARS:]])


@pytest.fixture
def windows(browser: Browser, site: Running) -> Iterator[Windows]:
    """The windows of one test; at its end nothing may have been complained about."""
    opened = Windows(browser, site)
    yield opened
    opened.close()


@pytest.fixture
def page_of(windows: Windows, passes: dict[str, Any]) -> Callable[[Person], Page]:
    """The window of the test in which that person is signed in; another one would load everything anew."""

    @cache
    def page_of(person: Person) -> Page:
        if person.email not in passes:
            page = windows.open()
            sign_in(page, person.email, PASSWORD)
            passes[person.email] = page.context.storage_state()
            return page
        return windows.open(storage_state=passes[person.email])

    return page_of


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by the form, as everybody does, and come out at one's own profile."""
    page.goto("/accounts/login/?next=/profile/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login/" not in address)
