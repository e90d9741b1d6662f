"""Remove stored files that no record names."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from loans.services import pruning


class Command(BaseCommand):
    """Safe at any time: what is younger than a day may belong to a step that is under way, and stays."""

    help = "Delete stored files, of every kind, that no record names and that are older than a day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only name the files")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        found = list(pruning.orphans(at=now)) if dry_run else pruning.prune(at=now)
        for name in found:
            self.stdout.write(name)
        files = "1 file" if len(found) == 1 else f"{len(found)} files"
        self.stdout.write(f"{files} {'would be ' if dry_run else ''}deleted.")
