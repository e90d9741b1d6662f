"""`manage.py generate_tape`: a synthetic loan tape whose defects are known."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, get_args

import polars as pl
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diligence.domain.synthetic import SETS, Batch, Plan, batches
from diligence.domain.synthetic.defect import Profile
from diligence.domain.synthetic.files import XLSX_LOANS, as_deliveries_write, write_csv, write_xlsx
from loans.domain.criteria import Criteria, shipped
from loans.domain.formats.uldd_write import write_uldd

OTHER_INVESTOR = "freddie_mac"


class Command(BaseCommand):
    help = "Write a synthetic loan tape: realistic loans that break no rule, with listed defects in a share of them."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="OUT.csv", help="the tape to write")
        parser.add_argument("--loans", type=count, required=True, metavar="N", help="how many loans")
        parser.add_argument("--seed", type=int, default=1, help="the same seed and day give the same bytes (default 1)")
        parser.add_argument(
            "--defects", type=share, default=0.0, help="share of loans with defects, 0 to 1 (default 0)"
        )
        parser.add_argument("--answers", type=Path, metavar="OUT.csv", help="list every defect: row, loan, rule, field")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE", help="cut-off day (default today)")
        parser.add_argument("--columns", choices=sorted(SETS), default="standard", help="how many columns the tape has")
        parser.add_argument("--criteria", metavar="CODE", help="defects that these criteria find, their own among them")
        parser.add_argument("--xlsx", action="store_true", help="write OUT.xlsx too")
        parser.add_argument("--uldd", action="store_true", help="write OUT.xml too, a MISMO ULDD delivery")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = plan_of(options)
        if options["xlsx"] and plan.loans > XLSX_LOANS:
            raise CommandError(f"A sheet holds at most {XLSX_LOANS:,} loans.")
        out: Path = options["file"]
        with ExitStack() as files:
            answers = files.enter_context(options["answers"].open("wb")) if options["answers"] else None
            loans = write_csv(batches(plan), files.enter_context(out.open("wb")), answers)
        if options["xlsx"]:
            write_xlsx(cells(batches(plan)), out.with_suffix(".xlsx"))
        if options["uldd"]:
            delivery = as_deliveries_write(pl.concat(cells(batches(plan))))
            write_uldd(delivery, out.with_suffix(".xml"))
        self.stdout.write(f"{loans:,} loans as of {plan.as_of} in {out.name}")


def plan_of(options: dict[str, Any]) -> Plan:
    """The plan the options describe; raises CommandError for criteria that do not ship."""
    criteria = criteria_named(options["criteria"]) if options["criteria"] else None
    return Plan(
        loans=options["loans"],
        seed=options["seed"],
        as_of=options["as_of"] or timezone.localdate(),
        defects=options["defects"],
        columns=options["columns"],
        profile=profile_of(criteria) if criteria else "all",
        takes=criteria.takes if criteria else None,
    )


def criteria_named(code: str) -> Criteria:
    """Criteria that ship, by their code in any case, of those that judge loans underwritten by DU."""
    known = {name: criteria for name, criteria in shipped().items() if criteria.investor != OTHER_INVESTOR}
    found = next((criteria for name, criteria in known.items() if name.casefold() == code.casefold()), None)
    if found is None:
        raise CommandError(f"There are no defects for criteria {code}, only for {', '.join(sorted(known))}.")
    return found


def profile_of(criteria: Criteria) -> Profile:
    """The profile whose defects the criteria find; a private one finds what any check does."""
    return next((profile for profile in get_args(Profile) if profile == criteria.profile), "all")


def cells(tape: Iterator[Batch]) -> Iterator[pl.DataFrame]:
    """The cells of a tape, one column a canonical field."""
    return (batch.cells for batch in tape)


def count(text: str) -> int:
    """A number of loans."""
    number = int(text.replace(",", "").replace("_", ""))
    if number < 1:
        raise ArgumentTypeError("at least one loan")
    return number


def share(text: str) -> float:
    """A share between 0 and 1."""
    number = float(text)
    if not 0 <= number <= 1:
        raise ArgumentTypeError("a share between 0 and 1")
    return number
