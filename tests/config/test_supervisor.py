"""What the supervisor does about parts that end; tests/faults look at a whole stack from its beginning to its end."""

import os
import socket
import sys
import tempfile
from collections import deque
from pathlib import Path

import pytest

from config.embedded.processes import Part
from config.supervisor import watch
from config.supervisor.paths import ROOT
from config.supervisor.watch import Supervisor
from tests.running import Running


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


def test_a_taken_port_gets_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o711)
        busy = Running.__new__(Running)
        busy.var = Path(name)
        busy.environment = {**os.environ, "PLUMBLINE_VAR": name, "PYTHONPATH": str(ROOT)}
        code, _, said = busy.run("--port", str(taken.getsockname()[1]))
        assert code == 1
        assert "is in use. Choose another one with --port." in said
