"""`manage.py load_pool FILE`: a pool with all its months from a file of its loans with their exits."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts.models import User
from accounts.policies import NotAllowed
from accounts.queries import organization_named
from accounts.roles import Role
from loans.domain.fields import EVERY_FIELD
from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.models import TapeVersion
from loans.services import intake, mappings, tapes
from portfolios.domain.securities import Program
from portfolios.models import PoolFile, PoolMonth, Security
from portfolios.services import poolfiles, redflags, remittances
from portfolios.services.loanfiles import Terms


class Command(BaseCommand):
    help = (
        "Load a pool from a file of its loans at issue with their exits (loan number, balance, rate, remaining term, "
        "exit month and code). Columns are matched by themselves; what they were taken for is printed."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--organization", required=True, metavar="SLUG", help="who follows the pool")
        parser.add_argument("--name", required=True, metavar="NAME", help="what the pool is called")
        parser.add_argument("--user", metavar="EMAIL", help="the analyst who loads it; else the first one")
        parser.add_argument("--issued", type=month, metavar="YYYY-MM", help="else the month before the first exit")
        parser.add_argument("--through", type=month, metavar="YYYY-MM", help="last month; else that of the last exit")
        parser.add_argument("--coupon", type=percent, metavar="PERCENT", help="else the average rate less 0.25")
        parser.add_argument("--program", choices=[program.value for program in Program], default=Program.PRIVATE.value)
        parser.add_argument("--psa", type=float, metavar="PSA", help="speed expected at issue")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.load(options)
        except (NotAllowed, tapes.Refused, mappings.Incomplete) as refusal:
            raise CommandError(str(refusal)) from refusal

    def load(self, options: dict[str, Any]) -> None:
        file = sent(options)
        if file.security is not None:
            self.stdout.write(f"These bytes are pool {file.security.name} already.")
            return
        version = TapeVersion.objects.get(pk=file.version_id)
        if version.status == TapeStatus.READING:
            intake.read(version_id=version.pk, clock=timezone.now)
            version.refresh_from_db()
        if version.status == TapeStatus.UNREADABLE:
            raise CommandError(version.problem)
        if version.status == TapeStatus.MAPPING:
            self.match(version, file.sent_by)
        security = remittances.compute(version_id=version.pk, clock=timezone.now)
        if security is None:
            file.refresh_from_db()
            raise CommandError(file.problem or "Another worker computes this file at the moment.")
        redflags.watch(security=security, at=timezone.now())
        self.report(security)

    def match(self, version: TapeVersion, by: User) -> None:
        """Confirm the columns as they were matched, and say what they were taken for."""
        for match in version.columns:
            field = EVERY_FIELD[match["field"]].label if match["field"] else "kept aside"
            self.stdout.write(f"  {match['column']:<24} {field} ({match['confidence']:.0%})")
        mapping = Mapping.from_json(version.mapping or {})
        if missing := mappings.missing_fields(version, mapping):
            self.stderr.write(f"No column fills {mappings.listed(missing)}.")
        poolfiles.start(version=version, mapping=mapping, by=by, at=timezone.now(), accept_missing=True)

    def report(self, security: Security) -> None:
        security.refresh_from_db()
        months = PoolMonth.objects.filter(security=security, latest=True).count()
        self.stdout.write(
            f"{security.name}: {security.loan_count:,} loans, original face {security.original_face:,.2f}, issued "
            f"{security.issued_on:%Y-%m}, coupon {security.coupon:.3f}%, {months} months to {security.month:%Y-%m}, "
            f"factor {security.factor}, {security.loans_left:,} loans left"
        )


def sent(options: dict[str, Any]) -> PoolFile:
    """The file as somebody's upload."""
    path: Path = options["file"]
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    terms = Terms(
        name=options["name"],
        program=Program(options["program"]),
        coupon=options["coupon"],
        issued_on=options["issued"],
        through=options["through"],
        forecast={"kind": "PSA", "values": [options["psa"]]} if options["psa"] is not None else {},
    )
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    return poolfiles.send_loans(upload=upload, terms=terms.to_json(), by=analyst(options), at=timezone.now()).file


def analyst(options: dict[str, Any]) -> User:
    """Who loads the pool: the person named, else the organization's first analyst."""
    try:
        organization = organization_named(options["organization"])
    except LookupError as problem:
        raise CommandError(str(problem)) from None
    people = User.objects.filter(organization=organization, is_active=True).order_by("pk")
    if options["user"]:
        people = people.filter(email__iexact=options["user"])
    found = next((person for person in people if person.has_role(Role.ANALYST)), None)
    if found is None:
        raise CommandError(f"{organization} has no analyst to follow the pool; give somebody that role first.")
    return found


def month(text: str) -> date:
    """The first of a month written YYYY-MM."""
    try:
        return datetime.strptime(text, "%Y-%m").date()
    except ValueError as problem:
        raise ArgumentTypeError(f"{text} is not a month such as 2017-09") from problem


def percent(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as problem:
        raise ArgumentTypeError(f"{text} is not a number such as 3.5") from problem
