"""PostgreSQL and Valkey together, only as far as the environment does not name others."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from config.embedded import postgres
from config.embedded.account import Account, account_name
from config.embedded.postgres import Cluster
from config.embedded.processes import Part, StackError, free_port
from config.embedded.state import STATE_NAME, Lock, load_or_make, save
from config.embedded.valkey import Broker

SERVER_KEYS = ("DATABASE_URL", "REDIS_URL")


class Stack:
    """The servers of one var folder.

    Starts only what `given` (normally the environment) does not already name by DATABASE_URL or REDIS_URL.
    """

    def __init__(self, var: Path, *, fast: bool = False, given: Mapping[str, str] | None = None) -> None:
        self.var, self.fast = var, fast
        self.given = _named_servers(given or {})
        self.lock = Lock(var)
        self.parts: list[Part] = []
        self.is_new = False

    @property
    def complete(self) -> bool:
        """True when the environment names every server, so that there is nothing to start."""
        return len(self.given) == len(SERVER_KEYS)

    def start(self) -> dict[str, str]:
        """Start what is missing and return the environment for the application's processes.

        Raises StackError with a sentence when another stack holds the folder or a server does not start.
        """
        self._check_owner()
        self._make_var()
        self.lock.acquire()
        state = load_or_make(self.var)
        save(self.var, state)  # secrets outlive a start that is killed once data was made with them
        try:
            urls = {**self._start_servers(state), **self.given}
        except BaseException:
            self.stop()
            raise
        save(self.var, {**state, "database_url": urls["DATABASE_URL"], "redis_url": urls["REDIS_URL"]})
        secret = os.environ.get("SECRET_KEY") or str(state["secret_key"])
        return {**urls, "SECRET_KEY": secret, "PLUMBLINE_STATE": str(self.state_file)}

    @property
    def state_file(self) -> Path:
        """Where other processes of this clone find the addresses."""
        return self.var / STATE_NAME

    def stop(self) -> None:
        """Stop the servers, the last started first, and give the folder back."""
        for part in reversed(self.parts):
            part.stop()
        self.parts.clear()
        self.lock.release()

    def remove(self) -> None:
        """Stop, and take the data and the var folder away, for installations that tests and benchmarks make."""
        self.stop()
        if outside := load_or_make(self.var).get("data_outside"):
            shutil.rmtree(postgres.SHARED / str(outside), ignore_errors=True)
        shutil.rmtree(self.var, ignore_errors=True)

    def _start_servers(self, state: dict[str, str | int]) -> dict[str, str]:
        urls = {}
        cluster = None
        if "DATABASE_URL" not in self.given:
            cluster = self._cluster(state)
            self.is_new = cluster.prepare()
            self._add(cluster.part())
            urls["DATABASE_URL"] = cluster.url
        if "REDIS_URL" not in self.given:
            broker = self._broker(state)
            self._add(broker.part())
            urls["REDIS_URL"] = broker.url
        for part in self.parts:
            part.wait_ready()
        if cluster:
            cluster.create_database()
        return urls

    def _add(self, part: Part) -> None:
        self.parts.append(part)
        part.start()

    def _cluster(self, state: dict[str, str | int]) -> Cluster:
        account = Account.for_servers()
        state["postgres_port"] = free_port(int(state.get("postgres_port", 0)))
        return Cluster(
            self._data_folder(account, state),
            password=str(state["postgres_password"]),
            port=int(state["postgres_port"]),
            log=self.var / "log" / "postgres.log",
            account=account,
            fast=self.fast,
        )

    def _broker(self, state: dict[str, str | int]) -> Broker:
        state["valkey_port"] = free_port(int(state.get("valkey_port", 0)))
        return Broker(
            self.var,
            password=str(state["valkey_password"]),
            port=int(state["valkey_port"]),
            log=self.var / "log" / "valkey.log",
            fast=self.fast,
        )

    def _check_owner(self) -> None:
        """Root could start here what an account keeps, and what it writes then would be closed to that account."""
        try:
            owner = self.state_file.stat().st_uid
        except FileNotFoundError:
            return
        if owner != os.geteuid():
            raise StackError(
                f"The data in {self.var} belongs to the account {account_name(owner)}. Start Plumbline as it."
            )

    def _make_var(self) -> None:
        """Others may pass through the folder only when another account has to reach its data inside."""
        self.var.mkdir(parents=True, exist_ok=True)
        self.var.chmod(0o711 if os.geteuid() == 0 else 0o700)

    def _data_folder(self, account: Account, state: dict[str, str | int]) -> Path:
        """The var folder, or one of its own below /var/lib/plumbline when the server's account cannot reach it.

        The state keeps which, so that data is found again wherever the var folder is moved to, and new secrets never
        meet old data.
        """
        if "data_outside" not in state:
            inside = (self.var / "postgres").exists() or account.reaches(self.var)
            state["data_outside"] = "" if inside else self._name_outside(state)
        return self._outside(str(state["data_outside"])) if state["data_outside"] else self.var

    def _name_outside(self, state: dict[str, str | int]) -> str:
        """What installations that started before the state kept it have: a name made of the path; else a new one."""
        name = hashlib.sha256(str(self.var.resolve()).encode()).hexdigest()[:12]
        return name if "database_url" in state and (postgres.SHARED / name).exists() else secrets.token_hex(6)

    def _outside(self, name: str) -> Path:
        """The folder `name` beside those of other installations; its file says which var folder it belongs to."""
        folder = postgres.SHARED / name
        folder.mkdir(parents=True, exist_ok=True)
        for path in (postgres.SHARED, folder):
            path.chmod(0o711 if path == folder else 0o755)
        (folder / "belongs-to").write_text(f"{self.var.resolve()}\n")
        return folder


def _named_servers(environment: Mapping[str, str]) -> dict[str, str]:
    """The server addresses that the environment names, directly or by a KEY_FILE."""
    named = {}
    for key in SERVER_KEYS:
        if path := environment.get(f"{key}_FILE"):
            named[key] = Path(path).read_text().strip()
        elif value := environment.get(key):
            named[key] = value
    return named
