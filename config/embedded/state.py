"""What has to survive between starts: passwords, keys and the last ports, in one file that only its owner can read."""

import fcntl
import json
import os
import secrets
import time
from pathlib import Path
from typing import IO, Any

from config.embedded.processes import StackError

STATE_NAME = "stack.json"
LOCK_NAME = "lock"
LOOKS, LOOK_SECONDS = 3, 0.05


class Held(StackError):
    """Another process has the lock."""


class Lock:
    """Held while the servers of one var folder run; its file says who holds it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOCK_NAME
        self._file: IO[str] | None = None

    def acquire(self) -> None:
        """Take the lock; raises Held naming the address of the stack that has it."""
        file = self.path.open("a+")
        if not _locked(file):
            file.close()
            raise Held(f"Plumbline is already running on {self.holder()}.")
        self._file = file
        self.describe("another terminal")

    def describe(self, holder: str) -> None:
        """Write down what a second start should be told."""
        if self._file is not None:
            self._file.seek(0)
            self._file.truncate()
            self._file.write(holder)
            self._file.flush()

    def holder(self) -> str:
        """What the process that has the lock wrote."""
        return self.path.read_text().strip() or "another terminal"

    def is_held(self) -> bool:
        """True when some process, this one included, has the lock."""
        if not self.path.exists():
            return False
        with self.path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _locked(file: IO[str]) -> bool:
    """True once the file is locked; who only looks whether it is (`is_held`) has the lock for a moment."""
    for _ in range(LOOKS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(LOOK_SECONDS)
        else:
            return True
    return False


def load_or_make(folder: Path) -> dict[str, Any]:
    """The stored state of `folder`, with secrets made up on the first call."""
    path = folder / STATE_NAME
    stored: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    fresh = {
        "secret_key": secrets.token_urlsafe(50),
        "postgres_password": secrets.token_urlsafe(24),
        "valkey_password": secrets.token_urlsafe(24),
    }
    return {**fresh, **stored}


def save(folder: Path, state: dict[str, Any]) -> None:
    """Replace the state file in one step, readable by its owner only."""
    path, draft = folder / STATE_NAME, folder / f"{STATE_NAME}.new"
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(state, file, indent=1)
    draft.replace(path)
