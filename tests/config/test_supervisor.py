"""The whole stack as one command: what it prints, what it survives and what it leaves behind."""

import json
import os
import re
import sys
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from config.embedded.processes import Part
from config.supervisor import watch
from config.supervisor.paths import ROOT
from config.supervisor.watch import Supervisor
from tests.ports import quiet_port
from tests.running import NAMES, Running, wait_until


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="plumbline-supervisor-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    """From nothing; only the static files are those that journeys have collected."""
    stack = Running(folder, PLUMBLINE_STATIC_ROOT=os.environ["PLUMBLINE_STATIC_ROOT"])
    with closing(stack):
        assert stack.line() == f"READY http://127.0.0.1:{stack.port}", stack.said()
        yield stack


pytestmark = pytest.mark.faults


def test_after_ready_comes_the_link_for_the_first_user(running: Running) -> None:
    assert re.search(rf"http://127\.0\.0\.1:{running.port}/start/[\w-]+/$", running.line())
    assert running.answers()


def test_a_second_start_is_refused_with_the_address(running: Running) -> None:
    code, printed, said = running.run("--port", str(quiet_port()))
    assert (code, printed) == (1, "")
    assert said.strip() == f"Plumbline is already running on http://127.0.0.1:{running.port}."


def test_a_management_command_works_beside_the_running_stack(running: Running) -> None:
    code, printed, said = running.run("manage", "shell", "--verbosity", "0", "--command", COUNT_PEOPLE)
    assert (code, printed.strip()) == (0, "people: 0"), said


COUNT_PEOPLE = "from accounts.models import User; print('people:', User.objects.count())"


@pytest.mark.parametrize("name", ["worker", "beat", "web", "Valkey", "PostgreSQL"])
def test_a_killed_part_is_named_and_started_again(running: Running, name: str) -> None:
    killed = running.kill(name)
    assert wait_until(lambda: running.pid_of(name) not in (None, killed))
    assert wait_until(running.answers)
    assert f"{name} ended (signal 9)" in running.said()
    assert str(running.var / "log") in running.said()


def test_killing_the_supervisor_leaves_no_process_and_the_data_is_there_next_time(running: Running) -> None:
    """Ctrl-C ends the installation whose parts are killed in the middle of checks."""
    assert len(running.children()) > len(NAMES)
    running.process.kill()
    assert wait_until(lambda: not running.children()), running.children()
    code, printed, said = running.run("manage", "shell", "--verbosity", "0", "--command", COUNT_PEOPLE)
    assert (code, printed.strip()) == (0, "people: 0"), said
    assert not running.children()


def test_a_part_that_keeps_ending_stops_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(watch, "POLL_SECONDS", 0.02)
    supervisor = Supervisor(tmp_path, port=0, demo=False)
    supervisor.application = [Part("web", [sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "web.log")]
    supervisor.application[0].start()
    supervisor.keep_running()
    assert len(supervisor.failures["web"]) == watch.FAILURES


def test_failures_that_lie_apart_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = Supervisor(tmp_path, port=0, demo=False)
    part = Part("web", ["true"], tmp_path / "web.log")
    pauses = [supervisor.note_failure(part, now) for now in (0, 1, 100, 1000)]
    assert pauses == [0.5, 1.0, 0.5, 0.5]
    assert supervisor.failures["web"] == deque([1000])


def test_a_taken_port_gets_a_sentence(folder: Path) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken, tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        busy = Running.__new__(Running)
        busy.var = Path(name)
        busy.environment = {**os.environ, "PLUMBLINE_VAR": name, "PYTHONPATH": str(ROOT)}
        code, _, said = busy.run("--port", str(taken.getsockname()[1]))
        assert code == 1
        assert "is in use. Choose another one with --port." in said


def test_state_names_the_addresses_for_other_processes(running: Running) -> None:
    state = json.loads((running.var / "stack.json").read_text())
    assert state["database_url"].startswith("postgres://plumbline:")
    assert state["redis_url"].startswith("redis://:")
