"""The command line of the supervisor, without starting anything."""

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
import textwrap
from argparse import ArgumentTypeError
from pathlib import Path

import pytest

from config import gunicorn
from config.embedded import Stack, StackError
from config.embedded.state import Lock
from config.supervisor import commands, parts, watch
from config.supervisor import main as command_line
from config.supervisor.main import main, parse, port_number
from config.supervisor.paths import ROOT, manage
from config.supervisor.watch import Supervisor


@pytest.mark.parametrize("text", ["1", "8000", "65535"])
def test_ports_are_numbers_that_a_server_can_listen_on(text: str) -> None:
    assert port_number(text) == int(text)


@pytest.mark.parametrize("text", ["0", "-1", "65536", "99999999999", "http", "", "8000.0", "٨٠٨٠"])
def test_other_ports_are_refused(text: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not a port: a number from 1 to 65535"):
        port_number(text)


def test_a_port_of_the_environment_is_held_to_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_PORT", "8123")
    assert parse([]).port == 8123
    assert parse(["--port", "8124"]).port == 8124
    monkeypatch.setenv("PLUMBLINE_PORT", "many")
    with pytest.raises(SystemExit):
        parse([])
    assert "'many' is not a port" in capsys.readouterr().err


def test_a_port_below_1024_is_said_to_be_for_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "free_port", lambda wanted: 40_000)
    monkeypatch.setattr(watch, "PORT_SECONDS", 0)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(StackError, match=r"Port 80 is open to root only\. Choose another one with --port\."):
        Supervisor(tmp_path, port=80, demo=False)._port()


def test_the_port_of_a_killed_start_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ending:
        port = ending.getsockname()[1]
        monkeypatch.setattr(watch.time, "sleep", lambda seconds: ending.close())
        assert watch.port_soon_free(port) == port


def test_a_port_that_stays_taken_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PORT_SECONDS", 0)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert watch.port_soon_free(taken.getsockname()[1]) != taken.getsockname()[1]


def test_the_processes_of_a_killed_server_end_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(gunicorn, "end_with_parent", asked.append)
    gunicorn.post_fork(None, None)
    assert asked == [signal.SIGKILL]


def test_a_folder_that_takes_nothing_is_named_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(supervisor: Supervisor) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/data/stack.json.new")

    monkeypatch.setenv("PLUMBLINE_VAR", "/data")
    monkeypatch.setattr(command_line.Supervisor, "run", full)
    assert main([]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Plumbline cannot keep its data in /data: [Errno 28] No space left on device")
    assert said.endswith("PLUMBLINE_VAR names another folder.\n")


def test_parts_do_not_name_the_folder_that_the_environment_was_made_in(tmp_path: Path) -> None:
    """The scripts of pip do, in their first line: they end with the folder's old name."""
    made = [parts.web({}, tmp_path, 8000), parts.worker({}, tmp_path), parts.beat({}, tmp_path)]
    for part, module in zip(made, ("gunicorn", "celery", "celery"), strict=True):
        assert part.command[:3] == [sys.executable, "-m", module]


def test_what_a_killed_part_left_of_an_upload_is_gone_when_it_starts_again(tmp_path: Path) -> None:
    for part in (parts.web({"TMPDIR": "/tmp"}, tmp_path, 8000), parts.worker({}, tmp_path)):
        folder = Path(part.environment["TMPDIR"])
        assert folder.is_relative_to(tmp_path)
        assert part.before is not None
        part.before()
        (folder / "plumbline-x").mkdir()
        (folder / "plumbline-x" / "tape.csv").write_text("Adaline Stonebridge")
        part.before()
        assert list(folder.iterdir()) == []
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_end_of_the_terminal_stops_everything_but_not_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        assert signal.SIGHUP in watch.asked_to_stop_by()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        assert list(watch.asked_to_stop_by()) == [signal.SIGINT, signal.SIGTERM]
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_reader_that_has_gone_stops_nothing() -> None:
    """As `head -1` does, or `grep -m1 READY`."""
    program = """
        import os, sys
        from config.supervisor.watch import say, tell
        sys.stdin.read()
        tell("READY")
        tell("Nobody has an account yet.")
        say("Stopping.")
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as telling:
        assert telling.stdin is not None
        assert telling.stdout is not None
        telling.stdout.close()
        telling.stdin.close()
        assert telling.wait(30) == 0
        assert telling.stderr is not None
        assert telling.stderr.read() == b"Stopping.\n"


def test_the_brokers_folder_may_have_any_name(tmp_path: Path) -> None:
    folder = tmp_path / 'büro "2" \\ %s'
    folder.mkdir()
    stack = Stack(folder / "var", fast=True, given={"DATABASE_URL": "postgres://db.example/plumbline"})
    try:
        assert stack.start()["REDIS_URL"].startswith("redis://")
    finally:
        stack.remove()


def test_a_command_waits_for_one_with_servers_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    other, mine = Lock(tmp_path), Lock(tmp_path)
    assert not commands.serves(mine)
    other.acquire()
    waits = iter([lambda: None, other.release])
    monkeypatch.setattr(commands.time, "sleep", lambda seconds: next(waits)())
    assert not commands.serves(mine)
    assert capsys.readouterr().err == "The servers are in use by another start or command: waiting for it.\n"


def test_links_of_a_command_lead_to_the_application_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLUMBLINE_PUBLIC_URL", raising=False)
    running = "http://127.0.0.1:8491"
    assert commands.public_address(running) == {"PLUMBLINE_PUBLIC_URL": running}
    monkeypatch.setenv("PLUMBLINE_PUBLIC_URL", "https://plumbline.example")
    assert commands.public_address(running) == {}


def test_of_two_commands_at_once_one_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Lock(tmp_path)
    monkeypatch.setenv("PLUMBLINE_VAR", str(tmp_path))
    for key in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(key, raising=False)
    seen = iter([False, True])  # nobody is there yet, and then somebody was faster
    monkeypatch.setattr(commands, "serves", lambda lock: next(seen))
    monkeypatch.setattr(commands, "_run", lambda command, environment: len(command))
    other.acquire()
    assert commands.run_command(["check"]) == len(manage("check"))
    other.release()


def test_a_command_runs_beside_an_application_once_that_has_its_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = Lock(tmp_path)
    application.acquire()
    monkeypatch.setattr(commands.time, "sleep", lambda seconds: application.describe("http://127.0.0.1:8000"))
    assert commands.serves(Lock(tmp_path))
    application.release()


PROGRAM = """
    import sys
    from config.supervisor.commands import _run
    sys.exit(_run([sys.executable, "-c", "print('up', flush=True); import time; time.sleep(60)"], {}))
"""


def test_a_terminated_command_ends_and_says_so_as_shells_do() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)], cwd=ROOT, stdout=subprocess.PIPE
    ) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == b"up\n"
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(30) == 128 + signal.SIGTERM


def test_a_command_ends_with_the_one_that_waits_for_it() -> None:
    """Its servers end, too; it would go on without them."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)], cwd=ROOT, stdout=subprocess.PIPE
    ) as waiting:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == b"up\n"
        waiting.send_signal(signal.SIGKILL)
        assert waiting.stdout.read() == b""  # the command held it open
