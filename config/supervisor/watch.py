"""Start everything, say READY, keep it running, stop everything."""

import os
import signal
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from config.embedded import Stack, StackError
from config.embedded.processes import Part, free_port, run_to_end
from config.supervisor import parts
from config.supervisor.paths import manage

DEFAULT_PORT = 8000
OPEN_PORTS_FROM = 1024
POLL_SECONDS = 0.2
FAILURES, WINDOW_SECONDS = 5, 60
FIRST_PAUSE_SECONDS = 0.5
STOP_SECONDS = 10
PORT_SECONDS = 2


class Interrupted(Exception):
    """The person, or the system, asked us to stop."""


class Supervisor:
    """The application on one machine."""

    def __init__(self, var: Path, *, port: int, demo: bool) -> None:
        self.var, self.logs, self.demo = var, var / "log", demo
        self.wanted_port = port
        self.stack = Stack(var, given=os.environ)
        self.application: list[Part] = []
        self.failures: dict[str, deque[float]] = defaultdict(deque)
        self.waiting: dict[str, float] = {}

    def run(self) -> int:
        """Run until asked to stop (0) or until a part cannot be kept running (1)."""
        for number in asked_to_stop_by():
            signal.signal(number, self._interrupt)
        try:
            self._start()
            self.keep_running()
        except Interrupted:
            say("Stopping.")
            return 0
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            self._stop()
        return 1

    def _start(self) -> None:
        environment = {**os.environ, **self.stack.start()}
        port = self._port()
        environment.setdefault("PLUMBLINE_PUBLIC_URL", f"http://127.0.0.1:{port}")
        if self.demo:
            environment.setdefault("PLUMBLINE_REQUIRE_MFA", "false")
        self.stack.lock.describe(f"http://127.0.0.1:{port}")
        first_user = self._command("boot", "--first-user-link", environment=environment)
        server = parts.web(environment, self.var, port)
        self.application = [server, parts.worker(environment, self.var), parts.beat(environment, self.var)]
        for part in self.application:
            part.start()
        server.wait_ready()
        tell(f"READY http://127.0.0.1:{port}")
        self._welcome(first_user, environment)

    def _welcome(self, first_user: str, environment: dict[str, str]) -> None:
        if self.demo:
            tell(self._command("demo", environment=environment).rstrip())
        elif first_user:
            tell(f"Nobody has an account yet. Create the first one: {first_user.strip()}")

    def _port(self) -> int:
        found = port_soon_free(self.wanted_port or DEFAULT_PORT)
        if self.wanted_port and found != self.wanted_port:
            closed = self.wanted_port < OPEN_PORTS_FROM and os.geteuid() != 0
            why = "is open to root only" if closed else "is in use"
            raise StackError(f"Port {self.wanted_port} {why}. Choose another one with --port.")
        return found

    def _command(self, *arguments: str, environment: dict[str, str]) -> str:
        return run_to_end(manage(*arguments), log=self.logs / "boot.log", environment=environment)

    def keep_running(self) -> None:
        """Start again what ends; returns when one part has ended too often."""
        while all(len(moments) < FAILURES for moments in self.failures.values()):
            time.sleep(POLL_SECONDS)
            for part in [*self.stack.parts, *self.application]:
                self._tend(part)
        say(f"One part ended {FAILURES} times within {WINDOW_SECONDS} seconds: stopping.")

    def _tend(self, part: Part) -> None:
        """Name a part that ended, and start it again after a pause that grows with each failure."""
        now = time.monotonic()
        if part.alive:
            part.hurry()
            return
        if part.name not in self.waiting:
            pause = self.note_failure(part, now)
            self.waiting[part.name] = now + pause
            say(f"{part.name} ended ({part.ending}); starting it again in {pause:g} s. Log: {part.log}")
            part.sweep()
        elif now >= self.waiting[part.name]:
            del self.waiting[part.name]
            part.start()

    def note_failure(self, part: Part, now: float) -> float:
        """Count a failure at `now` (seconds) and return how many seconds to wait before the next start."""
        moments = self.failures[part.name]
        while moments and moments[0] < now - WINDOW_SECONDS:
            moments.popleft()
        moments.append(now)
        return FIRST_PAUSE_SECONDS * 2.0 ** (len(moments) - 1)

    def _stop(self) -> None:
        for part in self.application:
            part.ask_to_stop()
        for part in self.application:
            part.finish(STOP_SECONDS)
        self.stack.stop()

    @staticmethod
    def _interrupt(number: int, frame: object) -> None:
        raise Interrupted


def port_soon_free(wanted: int) -> int:
    """`wanted`, for which what a killed supervisor left gets a moment to end, else any free port."""
    deadline = time.monotonic() + PORT_SECONDS
    while (found := free_port(wanted)) != wanted and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return found


def asked_to_stop_by() -> Iterator[signal.Signals]:
    """The signals that stop everything; the end of the terminal does not under `nohup`, which has it ignored."""
    yield from (signal.SIGINT, signal.SIGTERM)
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        yield signal.SIGHUP


def tell(line: str) -> None:
    """What scripts read: it goes to standard output."""
    _print(line, sys.stdout)


def say(sentence: str) -> None:
    """Everything but the READY lines goes to standard error."""
    _print(sentence, sys.stderr)


def _print(text: str, stream: TextIO) -> None:
    """Whoever read along may have gone; that stops nothing."""
    try:
        print(text, file=stream, flush=True)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
