"""The migrated database of a run: made once, by whoever needs it first, and copied for everybody else.

What the migrations make is kept below `var` until they change: they take fifteen seconds, and loading it takes one.

Nothing here may import Django before a function is called: tests of the domain run without it.
"""

import fcntl
import gc
import hashlib
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from config.embedded import Stack, StackError
from config.embedded.postgres import find_programs
from config.supervisor.paths import ROOT
from tests.ports import choose_ports
from tests.workers import WORKER

FOLDER = "TESTS_FOLDER"  # where the servers of this run live, named in the environment by the plugin
MADE = "migrated"
KEPT = ROOT / "var" / "tests"
DECIDE_THE_SCHEMA = ("*/migrations/*.py", "*/models/**/*.py", "*/models.py", "requirements*.txt")
TURN_OFF = r"""
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tgrelid::regclass AS owner, tgname FROM pg_trigger WHERE tgname LIKE '%\_by\_the\_clock\_%' LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', found.owner, found.tgname);
  END LOOP;
END $$
"""
QUIETLY = ("--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--output", os.devnull)
FILLED_BY_MIGRATIONS = frozenset({"auth_permission", "django_content_type", "django_migrations"})


def take_own_copy() -> None:
    """Point Django at a copy of the migrated database that belongs to this worker alone."""
    from django.db import connection

    connection.settings_dict["NAME"] = copy_of_migrated(WORKER)


def give_back() -> None:
    """Drop the copy of this worker."""
    from django.db import connection

    connection.close()
    drop(WORKER)


def copy_of_migrated(suffix: str) -> str:
    """The name of a new database that is like the migrated one."""
    name = f"{_template()}_{suffix}"
    with _alone() as folder:
        if not (folder / MADE).exists():
            _make()
            (folder / MADE).touch()
        _run(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_template())))
    _let_tests_tell_the_time(name)
    return name


def _let_tests_tell_the_time(name: str) -> None:
    """Turn off the triggers that read the clock of the database: tests say what time it is.

    Tests of these triggers turn them on again, by `pgtrigger.enable`.
    """
    with psycopg.connect(_server(), dbname=name, autocommit=True) as server:
        server.execute(TURN_OFF)


def drop(suffix: str) -> None:
    """Drop a copy, whoever is still connected to it."""
    _run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(f"{_template()}_{suffix}")))


def drop_migrated() -> None:
    """Drop what the copies were made of; it stays until the whole run is over."""
    if _made():
        _run(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(_template())))


def filled() -> set[str]:
    """The tables of our copy that have rows."""
    from django.db import connection

    tables = connection.introspection.table_names()
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(sql.Literal(table), sql.Identifier(table))
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return {table for (table,) in cursor.fetchall()}


def prepare(var: Path) -> None:
    """Let an installation with a server of its own begin migrated; without a kept schema it migrates by itself."""
    kept = _kept()
    if kept.exists():
        choose_ports(var)
        stack = Stack(var, fast=True)
        try:
            _client("psql", *QUIETLY, "--single-transaction", "--file", kept, of=stack.start()["DATABASE_URL"])
        finally:
            stack.stop()


def address(name: str) -> str:
    """The DATABASE_URL of a database on the server of this run."""
    return f"{_server().rpartition('/')[0]}/{name}"


def _make() -> None:
    """Make the migrated database, from what an earlier run kept where the migrations are the same."""
    kept = _kept()
    if not (kept.exists() and _load(kept)):
        _migrate()
        _keep(kept)


def _load(kept: Path) -> bool:
    name = sql.Identifier(_template())
    _run(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
    _run(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(name))
    return _client("psql", *QUIETLY, "--file", kept, of=address(_template()))


def _migrate() -> None:
    """Render the models of every migration, which leaves so much behind that collecting it takes a quarter longer."""
    from django.db import connection

    before = connection.settings_dict["NAME"]
    gc.disable()
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        gc.enable()
    connection.close()
    connection.settings_dict["NAME"] = before


def _keep(kept: Path) -> None:
    """Keep what was made in place of what other migrations made. Without a fitting pg_dump nothing is kept."""
    KEPT.mkdir(parents=True, exist_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    if _client("pg_dump", "--no-owner", "--file", draft, of=address(_template())):
        for old in KEPT.glob("*.sql"):
            old.unlink(missing_ok=True)
        draft.rename(kept)


def _client(program: str, *arguments: str | Path, of: str) -> bool:
    """Run a client of PostgreSQL on the database of an address; True when there is a client and it went well."""
    try:
        command = [find_programs() / program, *arguments, of]
    except StackError:
        return False
    return subprocess.run(command, capture_output=True).returncode == 0


def _kept() -> Path:
    """Named by a hash that changes with everything that decides what a migrated database looks like."""
    found = sorted(path for pattern in DECIDE_THE_SCHEMA for path in ROOT.glob(pattern))
    return KEPT / f"{hashlib.sha256(b''.join(path.read_bytes() for path in found)).hexdigest()[:16]}.sql"


def _template() -> str:
    return f"test_{_server().rpartition('/')[2]}"


def _server() -> str:
    from django.conf import settings

    return str(settings.DATABASE_URL).partition("?")[0]


def _run(statement: sql.Composed) -> None:
    """Outside every transaction, and from a database that nobody copies or drops."""
    with psycopg.connect(_server(), dbname="postgres", autocommit=True) as server:
        server.execute(statement)


def _made() -> bool:
    folder = os.environ.get(FOLDER)
    return folder is not None and (Path(folder) / MADE).exists()


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder of this run, while no other worker makes or copies a database."""
    folder = Path(os.environ[FOLDER])
    with (folder / "databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
