"""The operating-system account that runs PostgreSQL, which refuses to run as root."""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.embedded.processes import StackError

DEFAULT_ACCOUNT = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """`name` is None when servers run as whoever started us, which is every case but root."""

    name: str | None
    uid: int
    gid: int

    @classmethod
    def for_servers(cls) -> "Account":
        """Ourselves, or as root the account named by EMBEDDED_OS_USER (nobody by default)."""
        if os.geteuid() != 0:
            return cls(None, os.geteuid(), os.getegid())
        name = os.environ.get("EMBEDDED_OS_USER", DEFAULT_ACCOUNT)
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            raise StackError(f"PostgreSQL cannot run as root, and there is no account {name!r} to run it as.") from None
        return cls(name, entry.pw_uid, entry.pw_gid)

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments that make subprocess start a program as this account."""
        return {} if self.name is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def reaches(self, path: Path) -> bool:
        """True when this account may enter the folder or run the program at `path`."""
        if self.name is None:
            return os.access(path, os.X_OK)
        test = subprocess.run(["/usr/bin/test", "-x", str(path)], cwd="/", **self.popen)
        return test.returncode == 0

    def own(self, path: Path) -> None:
        """Give `path` to this account."""
        if self.name is not None:
            os.chown(path, self.uid, self.gid)


def account_name(uid: int) -> str:
    """The name of an account, or its number where nothing names it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
