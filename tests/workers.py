"""Tests in several processes: which one this is, and how the tests are divided among them."""

import os
from pathlib import PurePath

import pytest
from xdist.scheduler import LoadScopeScheduling

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
INDEXES = 5  # at most four workers, and 0 for whoever has none
JOURNEYS = "tests/journeys"
INSTALLATIONS = (JOURNEYS, "tests/faults", "tests/config/test_embedded.py")
LONG_JOURNEYS = tuple(f"{JOURNEYS}/test_{name}.py" for name in ("auction", "planning", "story", "whole_sale"))
LONG_FILES = ("tests/architecture/test_hostile_parameters.py", "tests/diligence/domain/test_synthetic_findings.py")


def processes() -> int:
    """One more than there are processors: journeys and installations wait for other processes half of their time."""
    return min((os.cpu_count() or 1) + 1, INDEXES - 1)


def collected() -> dict[str, str]:
    """The setting for an installation that shares the static files of this run."""
    return {"PLUMBLINE_STATIC_ROOT": os.environ["PLUMBLINE_STATIC_ROOT"]}


def broker(number: int) -> str:
    """A REDIS_URL for the installation `number` of this worker, whose index nobody else uses."""
    address, _, own = os.environ["REDIS_URL"].rpartition("/")
    return f"{address}/{int(own) + INDEXES * number}"


class WholeFiles(LoadScopeScheduling):
    """Files are not split, so that what a module sets up is set up once.

    The journeys are two pieces of the same length: a worker does those of a piece one after the other, with one browser
    and one installation to share. What starts, kills and stops installations of its own is a third.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _piece(path) if starts_installations(nodeid) else path


def _piece(path: str) -> str:
    if path in LONG_JOURNEYS:
        return "long journeys"
    return "journeys" if PurePath(path).is_relative_to(JOURNEYS) else "installations"


def starts_installations(nodeid: str) -> bool:
    """True for tests with processes of their own, which take longest."""
    path = PurePath(nodeid.partition("::")[0])
    return any(path.is_relative_to(place) for place in INSTALLATIONS)


def longest_first(items: list[pytest.Item]) -> None:
    """Begin with what takes longest; the small files of the first folders come last and fill the gaps.

    What starts installations keeps the order of its files: the last of them end what the first began.
    """
    first = sorted((item for item in items if starts_installations(item.nodeid)), key=_path)
    rest = [item for item in items if not starts_installations(item.nodeid)]
    items[:] = [*first, *sorted(rest, key=lambda item: (_path(item) in LONG_FILES, _path(item)), reverse=True)]


def _path(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]
