"""Collect static files only when one of them, or the set of packages, has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

STAMP = ".collected"


def collect_if_changed() -> bool:
    """Run collectstatic when needed; True when it ran."""
    stamp, state = Path(settings.STATIC_ROOT) / STAMP, fingerprint()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)
    return True


def fingerprint() -> str:
    """A hash over path, size and time of every static file."""
    digest = hashlib.sha256(settings.STATIC_STORAGE.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            status = Path(storage.path(name)).stat()
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
