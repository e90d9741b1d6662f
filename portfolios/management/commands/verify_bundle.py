"""Compute the fingerprint of an approved bundle again from the database and the kept files."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portfolios.domain.lifecycles import BundleStatus
from portfolios.models import Bundle
from portfolios.services import freezing


class Command(BaseCommand):
    """Exit code 0 when the fingerprint agrees, 1 when it differs or there is nothing to verify."""

    help = "Say whether an approved bundle still is what was approved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", help="the number of the bundle, such as B-2026-0001")

    def handle(self, *args: Any, number: str, **options: Any) -> None:
        bundle = (
            Bundle.objects.filter(number=number).select_related("run__version", "run__rulebook", "criteria").first()
        )
        if bundle is None:
            raise CommandError(f"There is no bundle {number}.")
        if bundle.status != BundleStatus.APPROVED or bundle.decided_at is None:
            raise CommandError(f"{number} is not approved, so it has no fingerprint yet.")
        computed = freezing.frozen_hash(bundle, at=bundle.decided_at)
        loans = f"{bundle.kept_count:,} loans, {bundle.kept_upb:,.2f} USD"
        if computed != bundle.frozen_hash:
            raise CommandError(f"{number} differs: approved as {bundle.frozen_hash}, now {computed} ({loans}).")
        self.stdout.write(f"{number} agrees: {computed} ({loans}).")
