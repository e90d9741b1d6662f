"""`manage.py pool_factor`: current face from a factor, or the factor from a current face. No database."""

import sys
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand

from portfolios.domain.factor import current_face, pool_factor


class Command(BaseCommand):
    help = "Print original face × factor in USD, or with --current-face the factor to eight places."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--original-face", required=True, metavar="USD")
        wanted = parser.add_mutually_exclusive_group(required=True)
        wanted.add_argument("--factor", metavar="F", help="from 0 to 1, such as 0.6325")
        wanted.add_argument("--current-face", metavar="USD")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(str(answer(options)))
        except (InvalidOperation, ValueError) as problem:
            self.stderr.write(str(problem) if isinstance(problem, ValueError) else "Amounts are plain numbers.")
            sys.exit(2)


def answer(options: dict[str, Any]) -> Decimal:
    """The current face in USD to the cent, or the factor; ValueError says which number cannot be."""
    face = amount(options["original_face"])
    if options["factor"] is None:
        return pool_factor(face, amount(options["current_face"]))
    factor = amount(options["factor"])
    if not 0 <= factor <= 1:
        raise ValueError(f"A pool factor lies between 0 and 1, and this is {factor}.")
    return current_face(face, factor)


def amount(text: str) -> Decimal:
    """A number as people write it, with or without `$` and `,`; it is never negative."""
    number = Decimal(text.replace("$", "").replace(",", ""))
    if not number.is_finite() or number < 0:
        raise ValueError(f"{text} is not an amount.")
    return number
