"""Stored files that no record names: left behind by workers killed between writing a file and its record, or replaced.

Every app says in its configuration which folders of the storage are its own, and which columns name their files
(`stored_files`). A folder that no app names is nobody's to prune.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.apps import apps
from django.core.files.storage import Storage, default_storage
from django.db.models import Model

KEPT_FOR = timedelta(days=1)  # longer than any step works on files before it writes their record
Column = tuple[type[Model], str]


def folders() -> dict[str, tuple[Column, ...]]:
    """The folders that are pruned, each with the columns that name its files."""
    return {
        folder: tuple((config.get_model(named.split(".")[0]), named.split(".")[1]) for named in columns)
        for config in apps.get_app_configs()
        for folder, columns in getattr(config, "stored_files", {}).items()
    }


def orphans(*, at: datetime, storage: Storage = default_storage) -> Iterator[str]:
    """Names of stored files that are older than a day and that no record names, folder by folder."""
    for folder, columns in folders().items():
        named = names(columns)
        for name in walk(storage, folder):
            if name not in named and is_old(storage, name, at=at):
                yield name


def prune(*, at: datetime, storage: Storage = default_storage) -> list[str]:
    """Delete the orphans; returns their names."""
    found = list(orphans(at=at, storage=storage))
    for name in found:
        storage.delete(name)
    return found


def names(columns: tuple[Column, ...]) -> set[str]:
    """Every file that a row names in one of the columns."""
    found: set[str] = set()
    for model, column in columns:
        rows = model._base_manager.values_list(column, flat=True)
        found.update(name for name in rows.iterator() if name)
    return found


def is_old(storage: Storage, name: str, *, at: datetime) -> bool:
    """Whether no step that is under way can have written it; a file that is gone meanwhile is nobody's."""
    try:
        return storage.get_modified_time(name) < at - KEPT_FOR
    except FileNotFoundError:
        return False


def walk(storage: Storage, folder: str) -> Iterator[str]:
    """The files of a folder and those below it; nothing where the folder does not exist."""
    try:
        inside, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in files)
    for name in inside:
        yield from walk(storage, f"{folder}/{name}")
