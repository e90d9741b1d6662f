"""Bring criteria and reference tables in the database in step with the files that ship."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from loans.services import criteria


class Command(BaseCommand):
    """Run by `boot` at every start; changes nothing when nothing new ships."""

    help = "Publish the criteria that ship and mirror the reference tables for the admin."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        published = criteria.sync_criteria(at=now)
        tables = criteria.sync_reference(at=now)
        if options["verbosity"] > 0:
            self.stdout.write(f"Criteria published: {published}. Reference tables written: {tables}.")
