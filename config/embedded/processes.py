"""Processes that end with the one that started them, and the small things that are known about ports and readiness."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

PR_SET_PDEATHSIG = 1
STOP_SECONDS = 30
READY_SECONDS = 180  # who ends while starting is named at once; only a very busy machine takes as long
LOG_BYTES = 10_000_000
QUIET_PORTS = range(20_000, 30_000)  # Linux takes the ports of connections from 32768 upwards

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class StackError(Exception):
    """A sentence for the person who started the servers."""


def end_with_parent(number: int) -> None:
    """Ask the kernel to send this process signal `number` when its parent is gone, even after kill -9 of the parent."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)


def free_port(wanted: int | None = None) -> int:
    """`wanted` if nothing listens there on the loopback address, else any free port that no connection is given."""
    for port in (*([wanted] if wanted else []), *random.sample(QUIET_PORTS, len(QUIET_PORTS) // 10)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise StackError("No free port was found on 127.0.0.1.")


def last_lines(log: Path, count: int = 5) -> str:
    """The end of a log file, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except FileNotFoundError:
        return ""


def run_to_end(command: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> str:
    """Run `command` and return what it printed; its errors go to `log`. Raises StackError when it fails."""
    supervisor = os.getpid()
    with open_log(log) as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=lambda: _tie_to(supervisor, signal.SIGTERM),
        )
    try:
        printed, _ = process.communicate()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if process.returncode:
        raise StackError(f"{Path(command[1]).name} {command[2]} failed.\n{last_lines(log)}\nLog: {log}")
    return printed


def open_log(path: Path) -> IO[bytes]:
    """Open a log for appending; one that has grown large becomes the previous one."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # PostgreSQL may quote a row in its log
    if path.exists() and path.stat().st_size > LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _tie_to(supervisor: int, number: signal.Signals) -> None:
    """In the child: end with the supervisor, also when it died before we could ask for that."""
    end_with_parent(number)
    if os.getppid() != supervisor:
        os._exit(1)


@dataclass
class Part:
    """One process of the stack: how it is started, where it logs and which signal asks it to stop.

    `account` holds the `user`, `group` and `extra_groups` of subprocess.Popen; `stdin` is written to the process once;
    `death_signal` is what the kernel sends when the supervisor is gone (the stop signal unless named);
    `before` runs ahead of every start; `ready` says whether the process does its work yet, and `halting` whether
    somebody else asked it to end, which it will once all others are done: with servers that is never.
    """

    name: str
    command: Sequence[str | Path]
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    death_signal: signal.Signals | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    account: Mapping[str, Any] = field(default_factory=dict)
    directory: Path | None = None
    stdin: str | None = None
    before: Callable[[], None] | None = None
    ready: Callable[[], bool] | None = None
    halting: Callable[[], bool] | None = None
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        if self.before:
            self.before()
        supervisor = os.getpid()
        with open_log(self.log) as log:
            self.process = subprocess.Popen(
                [str(word) for word in self.command],
                stdin=subprocess.PIPE if self.stdin is not None else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.environment),
                cwd=self.directory or "/",
                start_new_session=True,
                preexec_fn=lambda: _tie_to(supervisor, self.death_signal or self.stop_signal),
                **self.account,
            )
        self._feed()

    def wait_ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until `ready` is true; raises StackError when the process ends or the time is over."""
        deadline = time.monotonic() + seconds
        while self.ready and not self.ready():
            if not self.alive:
                why = last_lines(self.log)
                raise StackError(f"{self.name} ended while starting ({self.ending}).\n{why}\nLog: {self.log}")
            if time.monotonic() > deadline:
                raise StackError(f"{self.name} was not ready after {seconds:.0f} seconds. Log: {self.log}")
            time.sleep(0.05)

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self.process is not None and self.process.poll() is None

    @property
    def ending(self) -> str:
        """How the process ended, in words."""
        code = self.process.returncode if self.process else None
        if code is None:
            return "not started" if self.process is None else "running"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def ask_to_stop(self) -> None:
        """Send the stop signal and return at once."""
        if self.process is not None and self.alive:
            self.process.send_signal(self.stop_signal)

    def hurry(self) -> None:
        """Stop it now if it halts: until it has ended it can neither be used nor be started again."""
        if self.halting and self.halting():
            self.ask_to_stop()

    def finish(self, seconds: float = STOP_SECONDS) -> None:
        """Wait for the end; what is left of the session after `seconds` is killed."""
        if self.process is None:
            return
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep()

    def sweep(self) -> None:
        """Kill children that outlived the process, such as the pool of a worker that was killed."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def stop(self) -> None:
        """Stop and wait."""
        self.ask_to_stop()
        self.finish()

    def _feed(self) -> None:
        if self.stdin is not None and self.process is not None and self.process.stdin is not None:
            self.process.stdin.write(self.stdin.encode())
            self.process.stdin.close()
