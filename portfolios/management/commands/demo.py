"""Load the demonstration and say who can sign in."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from portfolios.services import demonstration


class Command(BaseCommand):
    """Runs again without harm: what is there already stays as it is."""

    help = "Load demonstration data (companies, people, tapes, bundles) and print who can sign in."

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_reference", verbosity=0)
        people = demonstration.load(at=timezone.now())
        widths = [max(len(cell) for cell in column) for column in zip(*map(cells, people), strict=True)]
        self.stdout.write("Demonstration data is loaded. Everything in it is invented. These people can sign in:")
        for person in people:
            line = "  ".join(cell.ljust(width) for cell, width in zip(cells(person), widths, strict=True))
            self.stdout.write(f"  {line.rstrip()}")
        self.stdout.write(f"Password of all of them: {demonstration.PASSWORD}")
        self.stdout.write("For demonstration only: do not keep real loans in this installation.")


def cells(person: demonstration.Person) -> tuple[str, str, str, str]:
    roles = ", ".join(role.label.lower() for role in person.roles)
    return person.email, person.name, person.company.name, roles
