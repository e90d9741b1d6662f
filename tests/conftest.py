"""What every test may use."""

import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests import databases, workers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
settings.load_profile("plumbline")


def pytest_configure() -> None:
    """Leave out what takes time and is not what the tests are about.

    Passwords are hashed cheaply, and static files are looked up when they are asked for: every test client would list
    all of them first.
    """
    from django.conf import settings as django_settings

    if django_settings.configured:
        django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
        django_settings.WHITENOISE_AUTOREFRESH = True


def pytest_unconfigure(config: pytest.Config) -> None:
    """The process that started the workers outlives them and clears up."""
    if not hasattr(config, "workerinput"):
        databases.drop_migrated()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Thousands of tests are found and stay: looking for garbage among them takes a third of the finding.

    Afterwards it would be looked for there again and again.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        workers.longest_first(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return workers.processes()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> workers.WholeFiles:
    config.option.loadscopereorder = False
    return workers.WholeFiles(config, log)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker) -> Iterator[None]:
    """A database for this worker, in place of the one that pytest-django would migrate for each."""
    with django_db_blocker.unblock():
        databases.take_own_copy()
    yield
    with django_db_blocker.unblock():
        databases.give_back()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """One Chromium for all tests of a process: Playwright runs once in each."""
    from tests.browsers import chromium

    with chromium() as started:
        yield started


@pytest.fixture(autouse=True)
def _own_media(request: pytest.FixtureRequest) -> None:
    """Uploads of one test never meet those of another."""
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        folder = request.getfixturevalue("tmp_path") / "media"
        request.getfixturevalue("settings").MEDIA_ROOT = folder
