"""Files of tapes that no record names: left behind by workers killed between writing a file and its record."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.files.storage import Storage, default_storage

from loans.models import TapeChunk, TapeVersion

FOLDER = "tapes"
KEPT_FOR = timedelta(days=1)  # longer than any step works on files before it writes their record


def orphans(*, at: datetime, storage: Storage = default_storage) -> Iterator[str]:
    """Names of stored files of tapes that are older than a day and that no record names."""
    named = names()
    for name in walk(storage, FOLDER):
        if name not in named and storage.get_modified_time(name) < at - KEPT_FOR:
            yield name


def prune(*, at: datetime, storage: Storage = default_storage) -> list[str]:
    """Delete the orphans; returns their names."""
    found = list(orphans(at=at, storage=storage))
    for name in found:
        storage.delete(name)
    return found


def names() -> set[str]:
    """Every file that a record names."""
    versions = TapeVersion.objects.values_list("original", "changes")
    parts = TapeChunk.objects.values_list("typed", "cells", "problems")
    return {name for row in (*versions.iterator(), *parts.iterator()) for name in row if name}


def walk(storage: Storage, folder: str) -> Iterator[str]:
    """The files of a folder and those below it; nothing where the folder does not exist."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in folders:
        yield from walk(storage, f"{folder}/{name}")
