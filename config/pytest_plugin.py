"""One throw-away PostgreSQL and Valkey for a test run, started before pytest-django reads the settings.

Loaded by `-p config.pytest_plugin`, because a conftest would come too late. A run that names only `domain` folders
needs neither servers nor Django and gets neither. DATABASE_URL and REDIS_URL in the environment replace the servers.
"""

import os
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path, PurePath

import pytest

from config.embedded import Stack
from config.embedded.state import Lock

PREFIX = "plumbline-tests-"
HOUR_SECONDS = 3600  # a run takes its lock seconds after it makes its folder

SETTINGS_FOR_TESTS = {
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's sync API leaves an event loop running
    "SECRET_KEY": "only-for-the-tests-and-long-enough-for-every-check-of-its-length",
    "PLUMBLINE_DB_POOL": "0",
    "PLUMBLINE_STATIC_MANIFEST": "false",
    "PLUMBLINE_LOG_LEVEL": "WARNING",
}

# A run is many processes that read the same files. Compiling them again in each takes half of every start, whatever
# the shell says about keeping what was compiled.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


class Servers:
    """The servers of this run and the folder that they live in."""

    def __init__(self) -> None:
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.stack = Stack(self.folder / "var", fast=True, given=os.environ)

    def start(self) -> None:
        """Start what the environment does not name and put the addresses there."""
        self.folder.chmod(0o711)
        for key in ("PLUMBLINE_MEDIA_ROOT", "PLUMBLINE_STATIC_ROOT"):
            (self.folder / key).mkdir()
            os.environ[key] = str(self.folder / key)
        os.environ["TESTS_FOLDER"] = str(self.folder)
        os.environ.update(self.stack.start())

    def stop(self) -> None:
        """Stop and leave nothing."""
        self.stack.remove()
        shutil.rmtree(self.folder, ignore_errors=True)


def _sweep() -> None:
    """Take away what killed runs of ours left behind, or it would fill the disk in time."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        found = folder.stat()
        is_old = time.time() - found.st_mtime > HOUR_SECONDS
        if is_old and found.st_uid == os.geteuid() and not Lock(folder / "var").is_held():
            Stack(folder / "var").remove()
            shutil.rmtree(folder, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Start the servers and set the environment, unless only pure tests were asked for."""
    if _needs_nothing(early_config.known_args_namespace):
        return
    if "PYTEST_XDIST_WORKER" in os.environ:
        _take_own_index(os.environ["PYTEST_XDIST_WORKER"])
        return
    os.environ.update(SETTINGS_FOR_TESTS)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: what was started is stopped
    servers = Servers()
    early_config.add_cleanup(servers.stop)
    servers.start()


def _needs_nothing(asked: object) -> bool:
    targets: list[str] = getattr(asked, "file_or_dir", [])
    pure = bool(targets) and all("domain" in PurePath(target.split("::")[0]).parts for target in targets)
    return pure or getattr(asked, "version", 0) > 0 or getattr(asked, "help", False)


def _take_own_index(worker: str) -> None:
    """Give each xdist worker its own Valkey database; pytest-django does so for PostgreSQL."""
    address = os.environ["REDIS_URL"].rpartition("/")[0]
    os.environ["REDIS_URL"] = f"{address}/{int(worker.removeprefix('gw')) + 1}"
