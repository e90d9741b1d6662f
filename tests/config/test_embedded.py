"""The embedded servers, with real processes in folders of their own."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
import redis

from config.embedded import Stack, StackError, postgres
from config.embedded.account import Account
from config.embedded.postgres import Cluster
from config.embedded.processes import QUIET_PORTS, Part, free_port
from config.supervisor.paths import ROOT
from tests.ports import choose_ports


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """A folder that the servers' account can enter, unlike those of tmp_path, which pytest keeps to its user."""
    with tempfile.TemporaryDirectory(prefix="plumbline-embedded-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture(scope="module")
def stack(open_folder: Path) -> Iterator[Stack]:
    stack = Stack(open_folder / "var", fast=True)
    stack.start()
    yield stack
    stack.stop()


def addresses(stack: Stack) -> dict[str, str]:
    return json.loads(stack.state_file.read_text())


def processes_naming(text: str) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if text.encode() in command:
            found.append(int(folder.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_both_servers_answer_at_the_addresses_that_were_written(stack: Stack) -> None:
    with psycopg.connect(addresses(stack)["database_url"]) as connection:
        found = connection.execute("SELECT current_setting('TimeZone'), sum(0.1) FROM generate_series(1, 3)")
        assert found.fetchone() == ("UTC", Decimal("0.3"))
    assert redis.Redis.from_url(addresses(stack)["redis_url"]).ping()


def test_text_sorts_by_code_point(stack: Stack) -> None:
    with psycopg.connect(addresses(stack)["database_url"]) as connection:
        rows = connection.execute("SELECT word FROM (VALUES ('b'), ('B'), ('ä'), ('a')) AS t(word) ORDER BY word")
        assert [row[0] for row in rows] == ["B", "a", "b", "ä"]


def test_a_wrong_password_is_refused_on_the_loopback_address(stack: Stack) -> None:
    wrong = addresses(stack)["database_url"].replace(addresses(stack)["postgres_password"], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=int(addresses(stack)["valkey_port"])).ping()


def test_secrets_are_in_one_private_file_and_in_no_command_line(stack: Stack) -> None:
    assert stat.S_IMODE(stack.state_file.stat().st_mode) == 0o600
    for secret in ("postgres_password", "valkey_password", "secret_key"):
        assert processes_naming(addresses(stack)[secret]) == []


def test_data_folder_is_closed_and_postgresql_does_not_run_as_root(stack: Stack) -> None:
    data = stack.var / "postgres"
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert data.stat().st_uid != 0


def test_a_second_start_is_refused_with_the_address_of_the_first(stack: Stack) -> None:
    stack.lock.describe("http://127.0.0.1:8000")
    with pytest.raises(StackError, match=r"already running on http://127\.0\.0\.1:8000"):
        Stack(stack.var, fast=True).start()


def test_only_the_missing_server_is_started(tmp_path: Path) -> None:
    stack = Stack(tmp_path / "var", fast=True, given={"DATABASE_URL": "postgres://db.example/plumbline"})
    environment = stack.start()
    try:
        assert [part.name for part in stack.parts] == ["Valkey"]
        assert environment["DATABASE_URL"] == "postgres://db.example/plumbline"
    finally:
        stack.stop()


def test_an_address_in_a_file_counts_as_given(tmp_path: Path) -> None:
    secret = tmp_path / "address"
    secret.write_text("redis://broker.example/0\n")
    stack = Stack(tmp_path, given={"DATABASE_URL": "postgres://db.example/x", "REDIS_URL_FILE": str(secret)})
    assert stack.complete
    assert stack.given["REDIS_URL"] == "redis://broker.example/0"


def test_data_and_ports_outlive_a_stop_and_an_unfinished_initdb_is_thrown_away(open_folder: Path) -> None:
    var = open_folder / "again"
    (var / "postgres.new").mkdir(parents=True)
    (var / "postgres.new" / "PG_VERSION").write_text("18\n")
    choose_ports(var)
    first = Stack(var, fast=True)
    before = first.start()
    with psycopg.connect(before["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    first.stop()
    second = Stack(var, fast=True)
    after = second.start()
    try:
        assert after == before
        with psycopg.connect(after["DATABASE_URL"]) as connection:
            assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    finally:
        second.stop()


def test_data_of_another_major_version_is_not_opened(open_folder: Path) -> None:
    var = open_folder / "older"
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("17\n")
    with pytest.raises(StackError, match="belongs to PostgreSQL 17, and this is PostgreSQL 18"):
        Stack(var, fast=True).start()


def test_nothing_is_left_when_the_starter_is_killed(open_folder: Path) -> None:
    var = open_folder / "killed"
    choose_ports(var)
    program = f"""
        import time
        from pathlib import Path
        from config.embedded import Stack
        Stack(Path({str(var)!r}), fast=True).start()
        print("up", flush=True)
        time.sleep(60)
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=ROOT, stdout=subprocess.PIPE
    ) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == b"up\n"
        assert processes_naming(f"{var}/postgres")
        starter.send_signal(signal.SIGKILL)
    assert wait_until(lambda: not processes_naming(f"{var}/postgres"))
    port = json.loads((var / "stack.json").read_text())["valkey_port"]
    assert wait_until(lambda: free_port(port) == port)


def test_secrets_outlive_a_start_that_ends_before_the_servers_answer(open_folder: Path) -> None:
    var = open_folder / "older again"
    (var / "postgres").mkdir(parents=True)
    (var / "postgres" / "PG_VERSION").write_text("17\n")
    stack = Stack(var, fast=True)
    with pytest.raises(StackError):
        stack.start()
    before = addresses(stack)["postgres_password"]
    with pytest.raises(StackError):
        stack.start()
    assert addresses(stack)["postgres_password"] == before


def test_a_part_that_cannot_start_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "import sys; sys.exit('no such thing')"]
    part = Part("web", command, tmp_path / "web.log", ready=lambda: False)
    part.start()
    with pytest.raises(StackError, match=r"web ended while starting \(exit code 1\)\.\nno such thing"):
        part.wait_ready(seconds=20)


def test_what_the_database_refuses_stands_in_no_log(stack: Stack) -> None:
    row = "'Adaline Stonebridge', '123-45-6789'"
    with psycopg.connect(addresses(stack)["database_url"], autocommit=True) as connection:
        connection.execute("CREATE TEMPORARY TABLE loan (name text, number text CHECK (number = ''))")
        with pytest.raises(psycopg.errors.CheckViolation):
            connection.execute(f"INSERT INTO loan VALUES ({row})")
    log = (stack.var / "log" / "postgres.log").read_text()
    assert "violates check constraint" in log
    assert "Stonebridge" not in log
    assert "123-45-6789" not in log


def test_a_server_starts_again_although_a_process_of_the_killed_one_does_not_end(stack: Stack) -> None:
    """One that calculates does not see that its server is gone, and holds the memory that the next one wants."""
    server = stack.parts[0]
    connection = psycopg.connect(addresses(stack)["database_url"])
    calculating = connection.info.backend_pid
    os.kill(calculating, signal.SIGSTOP)
    assert server.process is not None
    server.process.kill()
    server.process.wait()
    server.start()
    server.wait_ready(60)
    assert calculating not in postgres.left_behind(stack.var / "postgres")
    connection.close()


def test_a_server_that_waits_for_its_clients_to_leave_is_stopped_at_once(stack: Stack) -> None:
    """As after `kill`, which is the smart shutdown: nobody new comes in, and the web server never leaves."""
    server = stack.parts[0]
    connection = psycopg.connect(addresses(stack)["database_url"])
    assert server.process is not None
    server.hurry()
    assert server.alive
    server.process.terminate()
    assert server.halting is not None
    assert wait_until(server.halting)
    server.hurry()
    assert server.process.wait(60) == 0
    connection.close()
    server.start()
    server.wait_ready(60)


def test_the_server_of_another_installation_on_the_port_is_not_taken_for_ready(stack: Stack, tmp_path: Path) -> None:
    """Two that start at once may be given one port; then the second ends, and says so, instead of serving wrongly."""
    port = int(addresses(stack)["postgres_port"])
    account = Account.for_servers()
    other = Cluster(tmp_path, password="other", port=port, log=tmp_path / "log", account=account, fast=True)
    assert other._run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)).returncode == 0
    assert not other._answers()


def test_no_connection_is_given_the_port_of_a_server() -> None:
    assert free_port() in QUIET_PORTS
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert free_port(taken.getsockname()[1]) in QUIET_PORTS
