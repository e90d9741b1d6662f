"""One installation with servers of its own, from its first link to its end: its parts are killed on the way."""

import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests import databases
from tests.running import Running
from tests.workers import collected

SETTINGS = {"PLUMBLINE_CHUNK_LEASE": "16", "PLUMBLINE_CHUNK_TIME_LIMIT": "12", "PLUMBLINE_CHUNK_ROWS": "40000"}


@pytest.fixture(scope="package")
def running(django_db_setup: None) -> Iterator[Running]:
    """Empty, and begun with the kept schema. The files follow the order of their names: the last one ends it."""
    with tempfile.TemporaryDirectory(prefix="plumbline-faults-") as folder:
        Path(folder).chmod(0o711)
        databases.prepare(Path(folder))
        with closing(Running(Path(folder), **SETTINGS, **collected())) as installation:
            assert installation.line() == f"READY {installation.url}", installation.said()
            yield installation


@pytest.fixture(scope="package")
def link(running: Running) -> str:
    """What follows READY: where the first person begins."""
    said = running.line()
    return said[said.index("http") :]
