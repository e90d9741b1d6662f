"""The table of environment keys, and the file in which the supervisor leaves the addresses of the embedded servers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import environ

KEYS: dict[str, tuple[type, object]] = {
    "SECRET_KEY": (str, ""),
    "SECRET_KEY_FALLBACKS": (list, []),
    "PLUMBLINE_PROPERTY_KEY": (str, ""),
    "DATABASE_URL": (str, ""),
    "REDIS_URL": (str, ""),
    "PLUMBLINE_DEBUG": (bool, False),
    "PLUMBLINE_HTTPS": (bool, False),
    "PLUMBLINE_PROXIES": (int, 0),
    "PLUMBLINE_PUBLIC_URL": (str, ""),
    "PLUMBLINE_ALLOWED_HOSTS": (list, ["127.0.0.1", "localhost", "[::1]"]),
    "PLUMBLINE_TRUSTED_ORIGINS": (list, []),
    "PLUMBLINE_REQUIRE_MFA": (bool, True),
    "PLUMBLINE_SESSION_HOURS": (int, 12),
    "PLUMBLINE_EMAIL_URL": (str, "consolemail://"),
    "PLUMBLINE_EMAIL_FROM": (str, "Plumbline <plumbline@localhost>"),
    "PLUMBLINE_VAR": (str, ""),
    "PLUMBLINE_STATE": (str, ""),
    "PLUMBLINE_MEDIA_ROOT": (str, ""),
    "PLUMBLINE_STATIC_ROOT": (str, ""),
    "PLUMBLINE_STATIC_MANIFEST": (bool, True),
    "PLUMBLINE_DB_POOL": (int, 0),
    "PLUMBLINE_CHUNK_ROWS": (int, 100_000),
    "PLUMBLINE_CHUNK_TIME_LIMIT": (int, 45),
    "PLUMBLINE_CHUNK_LEASE": (int, 60),
    "PLUMBLINE_TASK_TIME_LIMIT": (int, 900),
    "PLUMBLINE_MAX_UPLOAD_MB": (int, 2048),
    "PLUMBLINE_MAX_ROWS": (int, 5_000_000),
    "PLUMBLINE_MAX_COLUMNS": (int, 1000),
    "PLUMBLINE_MAX_CELL_CHARS": (int, 4000),
    "PLUMBLINE_MAX_LINE_BYTES": (int, 4_000_000),
    "PLUMBLINE_MAX_ZIP_RATIO": (int, 200),
    "PLUMBLINE_LOG_LEVEL": (str, "INFO"),
    "PLUMBLINE_LOG_FORMAT": (str, "text"),
}

SUPERVISOR_KEYS = frozenset({"PLUMBLINE_PORT"})
KNOWN_KEYS = frozenset(KEYS) | SUPERVISOR_KEYS


class Environment(environ.FileAwareEnv):
    """django-environ's reader; a value that comes from a KEY_FILE loses the line end that editors add."""

    def get_value(self, var: str, *args: object, **kwargs: object) -> object:
        value = super().get_value(var, *args, **kwargs)
        return value.strip() if isinstance(value, str) else value


def read_environment() -> Environment:
    """The environment of this process with the types and defaults of KEYS."""
    return Environment(**KEYS)


def unknown_keys(environment: Mapping[str, str]) -> list[str]:
    """The PLUMBLINE_* keys that nothing reads, sorted: most often a typing error."""
    known = KNOWN_KEYS | {f"{key}_FILE" for key in KNOWN_KEYS}
    return sorted(key for key in environment if key.startswith("PLUMBLINE_") and key not in known)


@dataclass(frozen=True, slots=True)
class StackState:
    """What a running `run.py` tells other processes of the same clone."""

    secret_key: str = ""
    database_url: str = ""
    redis_url: str = ""

    @classmethod
    def read(cls, path: Path) -> "StackState":
        """The state in `path`; empty when there is no such file or another account owns it."""
        try:
            stored = json.loads(path.read_text())
        except (FileNotFoundError, PermissionError, json.JSONDecodeError):
            return cls()
        return cls(**{key: stored.get(key, "") for key in ("secret_key", "database_url", "redis_url")})
