"""A supervisor started as a person would start it, with its real processes, for tests that watch or kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from config.embedded.processes import end_with_parent
from config.supervisor import parts
from config.supervisor.paths import ROOT
from tests import inside
from tests.ports import choose_ports, quiet_port

START = "import sys; from config.supervisor.main import main; sys.exit(main(sys.argv[1:]))"
COMMAND = """
import io, json
from django.core.management import CommandError, call_command
out, code = io.StringIO(), 0
try:
    call_command(*ARGUMENTS, stdout=out)
except CommandError as refused:
    code = refused.returncode
print(json.dumps([code, out.getvalue()]))
"""
PATIENCE_SECONDS = 120  # a machine that does other things too is slow, not wrong
NAMES = {
    "web": "gunicorn",
    "worker": " worker ",
    "beat": " beat ",
    "PostgreSQL": "bin/postgres ",
    "Valkey": "valkey-server",
}


class Process(NamedTuple):
    """Who started a process, and the session that it belongs to."""

    parent: int
    session: int


class Running:
    """A supervisor started as a person would start it, in a var folder of its own."""

    def __init__(self, var: Path, **settings: str) -> None:
        choose_ports(var)
        self.var, self.port = var, quiet_port()
        self.environment = {
            **{key: value for key, value in os.environ.items() if not _points_at_servers(key)},
            "PLUMBLINE_VAR": str(var),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.process = self.start("--port", str(self.port))
        self._helper: inside.Helper | None = None
        self._sessions: set[int] = set()

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        with (self.var / "stderr").open("a") as errors:
            return subprocess.Popen(
                [sys.executable, "-c", START, *arguments],
                cwd=self.var,
                env=self.environment,
                text=True,
                stdout=subprocess.PIPE,
                stderr=errors,
                preexec_fn=lambda: end_with_parent(signal.SIGTERM),  # a run of tests that is killed leaves nothing
            )

    def start_again(self) -> None:
        """Start once more what has ended, on the same data and the same port."""
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process.wait(PATIENCE_SECONDS)
        self.process = self.start("--port", str(self.port))

    def close(self) -> None:
        """Stop as Ctrl-C does and let go of the pipes."""
        if self._helper is not None:
            self._helper.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE_SECONDS)
        assert self.process.stdout is not None
        self.process.stdout.close()

    def run(self, *arguments: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", START, *arguments],
            cwd=self.var,
            env=self.environment,
            text=True,
            capture_output=True,
        )
        return done.returncode, done.stdout, done.stderr

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, program: str, **words: object) -> Any:
        """What a small program says in JSON, run inside this installation; words such as PK stand for values."""
        for word, value in words.items():
            program = program.replace(word, repr(value))
        if self._helper is None:
            command = [sys.executable, "-c", START, "manage", "shell", "--no-imports", "-c", inside.SERVE]
            self._helper = inside.Helper(command, cwd=self.var, env=self.environment)
        return self._helper.ask(program)

    def command(self, *arguments: str) -> tuple[int, str]:
        """Exit code and output of a management command, inside this installation as `ask` is."""
        code, said = self.ask(COMMAND, ARGUMENTS=arguments)
        return code, said

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def answers(self) -> bool:
        return parts.answers(self.port)

    def said(self) -> str:
        return (self.var / "stderr").read_text()

    def log(self, name: str) -> str:
        """What web, worker, beat or boot wrote down."""
        return (self.var / "log" / f"{name}.log").read_text()

    def children(self) -> dict[int, str]:
        """Every process of this stack but the supervisor, with its command line."""
        found = self._look()
        commands = {pid: _command(pid) for pid in found if pid != self.process.pid}
        var = str(self.var)
        return {pid: said for pid, said in commands.items() if found[pid].session in self._sessions or var in said}

    def pid_of(self, name: str) -> int | None:
        direct = [pid for pid, process in self._look().items() if process.parent == self.process.pid]
        return next((pid for pid in direct if NAMES[name] in _command(pid)), None)

    def _look(self) -> dict[int, Process]:
        """All processes; the sessions of our parts are remembered, for what a part leaves behind when it is killed."""
        found = _processes()
        self._sessions |= {process.session for process in found.values() if process.parent == self.process.pid}
        return found

    def kill(self, name: str) -> int:
        pid = self.pid_of(name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Hold a part and its processes still for as long as the block takes."""
        first = self.pid_of(name)
        assert first is not None
        processes = self._look()
        held = [pid for pid, process in processes.items() if process.session == processes[first].session]
        for pid in held:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in held:
                os.kill(pid, signal.SIGCONT)


def _points_at_servers(key: str) -> bool:
    return key.startswith(("PLUMBLINE_", "DATABASE_", "REDIS_", "SECRET_KEY"))


def _processes() -> dict[int, Process]:
    """Every process of the machine that has not ended, from one look through all of them."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, parent, _, session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if state != "Z":
                found[int(folder.name)] = Process(int(parent), int(session))
    return found


def _command(pid: int) -> str:
    """The command line of a process; nothing when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return ""


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.2)
    return False
