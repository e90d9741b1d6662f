"""Real processes are killed in the middle of real checks; each check ends by itself, no loan twice and none missing."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults import programs
from tests.faults.tape import write_tape
from tests.inside import NoAnswerError
from tests.running import Running, wait_until

LOANS = 160_000  # four parts for two processes
WAIT_SECONDS, ANSWER_SECONDS, PAUSE_SECONDS = 300, 120, 0.2

pytestmark = [pytest.mark.faults]


class Installation:
    """A running Plumbline with one tape in it, and the ways to ask it and to hurt it."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def ask(self, program: str, **words: object) -> Any:
        """Run a small program inside; a server that has just been killed may not answer yet."""
        deadline = time.monotonic() + ANSWER_SECONDS
        while True:
            try:
                return self.running.ask(program, **words)
            except NoAnswerError:
                if time.monotonic() > deadline:
                    raise
            time.sleep(PAUSE_SECONDS)

    def kill(self, name: str) -> None:
        """Kill a part; it is named, with its log, and started again."""
        assert wait_until(lambda: self.running.pid_of(name) is not None)
        killed = self.running.kill(name)
        assert wait_until(lambda: self.running.pid_of(name) not in (None, killed))
        assert f"{name} ended (signal 9)" in self.running.said()
        assert str(self.running.var / "log") in self.running.said()

    def wait(self, program: str, wanted: Callable[[Any], bool], **words: object) -> Any:
        deadline = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < deadline:
            answer = self.ask(program, **words)
            if wanted(answer):
                return answer
            time.sleep(PAUSE_SECONDS)
        raise AssertionError(f"still {answer} after {WAIT_SECONDS} seconds")

    def ended(self, run: int) -> Any:
        """What a check has come to, once it is done."""
        self.wait(programs.PROGRESS, lambda answer: answer["status"] == "done", PK=run)
        return self.ask(programs.RUN, PK=run)


@pytest.fixture(scope="module")
def installation(running: Running) -> Installation:
    return Installation(running)


@pytest.fixture(scope="module")
def version(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> int:
    path = tmp_path_factory.mktemp("tape") / "tape.csv"
    write_tape(path, LOANS)
    version = installation.ask(programs.UPLOAD, PATH=str(path))["version"]
    installation.wait(programs.VERSION, lambda answer: answer["status"] == "mapping", PK=version)
    return version


@pytest.fixture(scope="module")
def undisturbed(installation: Installation, version: int) -> Any:
    """What the same tape gives when nothing is killed. It runs after the first disturbed check, on the same parts."""
    run = installation.ask(programs.CHECK, PK=version)["run"]
    return installation.ended(run)


def hurt_worker(installation: Installation) -> None:
    installation.kill("worker")


def hurt_broker(installation: Installation) -> None:
    installation.kill("Valkey")


def lose_queue(installation: Installation) -> None:
    installation.ask(programs.FLUSH)


def hurt_database(installation: Installation) -> None:
    installation.kill("PostgreSQL")


HURTS = [hurt_worker, hurt_broker, lose_queue, hurt_database]


@pytest.mark.parametrize("hurt", HURTS)
def test_a_check_completes_by_itself(
    installation: Installation, version: int, hurt: Callable[[Installation], None], request: pytest.FixtureRequest
) -> None:
    run = installation.ask(programs.CHECK, PK=version)["run"]
    installation.wait(programs.PROGRESS, lambda answer: answer["done"] > 0, PK=run)
    hurt(installation)
    ended = installation.ended(run)
    assert ended["loans"] == [LOANS, LOANS, 1, LOANS]
    assert ended["checked"] == LOANS
    assert all(stored == counted for _, stored, counted in ended["rules"])
    assert ended["rules"] == request.getfixturevalue("undisturbed")["rules"]
    assert {code: stored for code, stored, _ in ended["rules"]}["DV-041"] == LOANS // 50


@pytest.mark.parametrize("name", ["beat", "web"])
def test_what_no_check_needs_is_started_again_too(installation: Installation, name: str) -> None:
    installation.kill(name)
    assert wait_until(installation.running.answers)
