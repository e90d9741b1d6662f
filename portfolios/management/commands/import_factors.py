"""`manage.py import_factors FILE…`: import the agencies' factor and loan-level files, exactly as published."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.queries import organization_named
from portfolios.models import FactorFile, Security
from portfolios.services.factorfiles import Unreadable, import_file

SHOWN_PROBLEMS = 10
FINE, WITH_PROBLEMS, UNREADABLE = 0, 1, 2


class Command(BaseCommand):
    help = (
        "Import factor and loan-level files of Ginnie Mae, Fannie Mae and Freddie Mac. Exit 0: all is well; "
        "1: imported, with problems; 2: a file cannot be read."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--pool", metavar="NAME", help="The pool of a history of loans that names none.")
        parser.add_argument("--organization", metavar="SLUG", help="Whose pool it is.")

    def handle(self, *args: Any, **options: Any) -> None:
        security = _security(options["pool"], options["organization"])
        worst = max(self._import(path, security) for path in options["files"])
        if worst:
            raise SystemExit(worst)

    def _import(self, path: Path, security: Security | None) -> int:
        """Import one file and say what came of it; the exit status it asks for."""
        at = timezone.now()
        try:
            file = import_file(path=path, name=path.name, by=None, at=at, security=security)
        except Unreadable as problem:
            self.stderr.write(f"{path.name}: {problem}")
            return UNREADABLE
        except OSError as problem:
            self.stderr.write(f"{path.name}: The file cannot be opened: {problem.strerror}.")
            return UNREADABLE
        if file.imported_at < at:
            day = timezone.localtime(file.imported_at)
            self.stdout.write(f"{path.name}: imported already on {day:%Y-%m-%d at %H:%M}; nothing changed. It brought:")
        self._report(file)
        return WITH_PROBLEMS if file.problem_count else FINE

    def _report(self, file: FactorFile) -> None:
        month = f"{file.month:%Y-%m}" if file.month else "several months"
        rows = _counted(file.rows, "loan-month" if file.holds_loans else "factor")
        self.stdout.write(
            f"{file.name}: {file.title}, {month}: {rows} of {_counted(file.pools, 'pool')}; {file.added:,} added, "
            f"{file.corrected:,} corrected, {file.same:,} same, {_counted(file.problem_count, 'problem')}"
        )
        if file.without_factor:
            self.stdout.write(f"  without a factor this month: {_counted(file.without_factor, 'line')}")
        for issuer, rules in file.rounding.items():
            told = ", ".join(f"{count:,} {rule}" for rule, count in rules.items())
            self.stdout.write(f"  {issuer} rounds: {told}")
        for problem in file.problems[:SHOWN_PROBLEMS]:
            self.stdout.write(f"  line {problem['line']}: {problem['sentence']}")
        if file.problem_count > SHOWN_PROBLEMS:
            self.stdout.write(f"  and {file.problem_count - SHOWN_PROBLEMS:,} more")


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _security(name: str | None, slug: str | None) -> Security | None:
    """The pool named on the command line."""
    if not name and not slug:
        return None
    if not (name and slug):
        raise CommandError("Name both the pool and its organization: --pool NAME --organization SLUG.")
    try:
        organization = organization_named(slug)
    except LookupError as problem:
        raise CommandError(str(problem)) from None
    security = Security.objects.filter(organization=organization, name=name).first()
    if security is None:
        raise CommandError(f"{organization.name} follows no pool named “{name}”; add it first.")
    return security
