"""The cache in Valkey, with one client for each thread instead of one for each question."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient


class KeptClient(RedisCacheClient):
    """Django makes a client for each question, which takes longer than the answer, and keeps connections."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **options)
        self.kept: dict[int, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """A client of the pool of this server."""
        pool = self._get_connection_pool(write)  # type: ignore[attr-defined]
        if id(pool) not in self.kept:
            self.kept[id(pool)] = super().get_client(key, write=write)
        return self.kept[id(pool)]


class ValkeyCache(RedisCache):
    """Django's cache in Redis, which Valkey speaks, with clients that are kept."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = KeptClient
