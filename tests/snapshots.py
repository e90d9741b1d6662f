"""What many tests begin with, made through the services once in each process and put back for each further test.

A checked tape takes the services a quarter of a second; its rows and files are put back in a tenth of that. Keys stay
as they were when it was made. Nothing here may import Django before a function is called.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from psycopg import sql

from tests import databases

Made = TypeVar("Made")


@dataclass(frozen=True)
class Snapshot:
    """What was made, with every row and every uploaded file that it needs."""

    made: bytes
    rows: dict[str, bytes]
    files: dict[Path, bytes]


_kept: dict[str, Snapshot] = {}


def made_once(name: str, make: Callable[[], Made]) -> Made:
    """What `make` makes, with the rows and files of the first time that it was asked for by this name.

    `make` must depend on nothing that tests change. It runs again where rows are in the way or cannot be put back: in
    a database that is not empty, in a test without a transaction, and where PostgreSQL does not take us as superuser.
    """
    if not _can_be_put_back():
        return make()
    if name not in _kept:
        made = make()
        _kept[name] = Snapshot(pickle.dumps(made), _rows(), _files())
        return made
    return _put_back(_kept[name])  # type: ignore[no-any-return]


def _can_be_put_back() -> bool:
    from django.db import connection

    if not connection.in_atomic_block or databases.filled() != databases.FILLED_BY_MIGRATIONS:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return bool(cursor.fetchone() == ("on",))


def _rows() -> dict[str, bytes]:
    from django.db import connection

    rows = {}
    with connection.cursor() as cursor:
        for table in databases.filled() - databases.FILLED_BY_MIGRATIONS:
            with cursor.copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as out:
                rows[table] = b"".join(bytes(block) for block in out)
    return rows


def _files() -> dict[Path, bytes]:
    root = _media()
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _put_back(snapshot: Snapshot) -> object:
    """Copy the rows in without triggers: what they wrote then is among the rows."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, rows in snapshot.rows.items():
            with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(sql.Identifier(table))) as into:
                into.write(rows)
        cursor.execute("SET LOCAL session_replication_role = origin")
    for name, content in snapshot.files.items():
        path = _media() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return pickle.loads(snapshot.made)


def _media() -> Path:
    from django.conf import settings

    return Path(settings.MEDIA_ROOT)
