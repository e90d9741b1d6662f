"""The migrated database of a run: made once, by whoever needs it first, and copied for everybody else.

Nothing here may import Django before a function is called: tests of the domain run without it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.workers import WORKER

FOLDER = "TESTS_FOLDER"  # where the servers of this run live, named in the environment by the plugin
MADE = "migrated"
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
            _migrate()
            (folder / MADE).touch()
        _run(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        _run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(_template())))
    return name


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


def address(name: str) -> str:
    """The DATABASE_URL of a database on the server of this run."""
    return f"{_server().rpartition('/')[0]}/{name}"


def _migrate() -> None:
    from django.db import connection

    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()
    connection.settings_dict["NAME"] = before


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
