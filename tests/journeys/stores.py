"""Everything an installation keeps, searched byte by byte: tables, broker and cache, files, logs."""

from collections.abc import Iterator

import psycopg
import redis
from psycopg import sql

from tests.running import Running


def holding(installation: Running, words: tuple[str, ...]) -> list[str]:
    """Where any of these words lies open: the names of tables, keys and files."""
    wanted = [word.encode() for word in words]
    return [name for name, data in stored(installation) if any(word in data for word in wanted)]


def stored(installation: Running) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each thing that is kept."""
    yield from _tables(installation.environment["DATABASE_URL"])
    yield from _keys(installation.environment["REDIS_URL"])
    for path in sorted(installation.var.rglob("*")):
        if path.is_file():
            yield f"file {path.relative_to(installation.var)}", path.read_bytes()


def _tables(address: str) -> Iterator[tuple[str, bytes]]:
    """Every table of every schema but the server's own, as its rows are stored."""
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT LIKE ALL (ARRAY['pg\\_%', 'inf%'])"
        )
        for schema, table in cursor.fetchall():
            asked = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(schema, table))
            with cursor.copy(asked) as copy:
                yield f"table {table}", b"".join(bytes(block) for block in copy)


def _keys(address: str) -> Iterator[tuple[str, bytes]]:
    with redis.Redis.from_url(address) as store:
        readers = {
            b"string": store.get,
            b"hash": store.hgetall,
            b"list": lambda key: store.lrange(key, 0, -1),
            b"set": store.smembers,
            b"zset": lambda key: store.zrange(key, 0, -1, withscores=True),
        }
        for key in store.scan_iter():
            kind = store.type(key)
            yield f"key {key!r}", key + repr(readers[kind](key)).encode() if kind in readers else key
