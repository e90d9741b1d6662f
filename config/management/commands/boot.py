"""Bring database and static files to this version, in one process."""

import gc
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from config.staticfiles import collect_if_changed

OWN_APPS = frozenset({"accounts", "loans", "diligence", "portfolios"})
# Each brings rows of its app in step with the files that ship, and may run again at every start.
LOADERS = ("load_reference",)


class Command(BaseCommand):
    """Run before the processes of a new version start; runs again without harm."""

    help = "Migrate, collect static files if they changed, and load what ships with this version."
    requires_system_checks = "__all__"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--first-user-link", action="store_true", help="print a link for the first user if none exists"
        )

    def handle(self, *args: Any, first_user_link: bool, verbosity: int, **options: Any) -> None:
        refuse_newer_database()
        progress = {"stdout": self.stderr, "verbosity": verbosity}
        with collecting_later():
            call_command("migrate", interactive=False, **progress)
        if "whitenoise" in settings.STATIC_STORAGE:
            collect_if_changed()
        for name in LOADERS:
            if name in get_commands():
                call_command(name, **progress)
        if first_user_link:
            call_command("first_user_link", "--if-none", stdout=self.stdout)


@contextmanager
def collecting_later() -> Iterator[None]:
    """Migrations render their models over and over: collecting what that leaves behind takes a quarter longer."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refuse_newer_database() -> None:
    """Raise CommandError when a later version has migrated this database: its tables are not ours to touch."""
    loader = MigrationLoader(connection)
    unknown = [key for key in loader.applied_migrations if key[0] in OWN_APPS and key not in loader.disk_migrations]
    if unknown:
        names = ", ".join(f"{app}.{name}" for app, name in sorted(unknown))
        raise CommandError(f"The database belongs to a newer version of Plumbline ({names}). Start that version.")
