"""`manage.py pooling_plan`: where each loan of a tape earns most, from a file of loans and a folder of price grids."""

import json
from argparse import ArgumentParser
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from loans.domain.formats import Unreadable
from portfolios.domain.executions.assembling import assembled
from portfolios.domain.executions.book import book_of
from portfolios.domain.executions.market import Market, Row, Terms
from portfolios.domain.executions.pricing import notes, quotes_of
from portfolios.domain.executions.tape import loans_in
from portfolios.domain.grids import KINDS, Unusable, read_grid
from portfolios.services.plans.answering import answered
from portfolios.services.plans.answers import values_of
from portfolios.services.plans.loading import Prepared, rules_used

SUFFIXES = (".csv", ".xlsx")
LINES = 40


class Command(BaseCommand):
    help = "Find where each loan of a tape earns most at the prices of a folder. Reads files only, no database."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tape", type=Path, metavar="TAPE.csv")
        parser.add_argument(
            "--grids", type=Path, required=True, metavar="DIR", help="files named by kind, as mbs.csv and retain.xlsx"
        )
        parser.add_argument("--settlement", metavar="2026-12", help="month of issue (default the first of mbs)")
        parser.add_argument("--seconds", type=float, default=120.0, help="for the exact answer (default 120)")
        parser.add_argument("--pool-cost", default="0", metavar="USD", help="cost of one pool (default 0)")
        parser.add_argument("--json", action="store_true", help="print the whole summary as JSON")
        parser.add_argument("--out", type=Path, metavar="OUT.csv", help="write where each loan goes, and why")

    def handle(self, *args: Any, **options: Any) -> None:
        ready = ready_for(options)
        *_, last = answered(ready, seconds=options["seconds"], tick=lambda: None)
        values = values_of(ready, last)
        if options["out"]:
            values["placements"].write_csv(options["out"])
        told = values["summary"] | {name: str(values[name]) for name in ("earned", "next_best", "bound", "upb")}
        self.stdout.write(json.dumps(told, indent=1) if options["json"] else "\n".join(lines(told)))


def ready_for(options: dict[str, Any]) -> Prepared:
    """Loans and prices of the files, assembled; raises CommandError with the sentence that says what is wrong."""
    rows = rows_in(options["grids"])
    market = Market(rows, terms_of(options, rows))
    try:
        book = book_of(loans_in(options["tape"]), issued=market.terms.issued)
        problem = assembled(book, quotes_of(book, market), market.terms)
    except (Unreadable, ValueError, OSError) as error:
        raise CommandError(str(error)) from error
    return Prepared(market, problem, (), rules_used(market), tuple(notes(book, market)), "")


def rows_in(folder: Path) -> dict[str, list[Row]]:
    """The prices of a folder by kind."""
    found: dict[str, list[Row]] = {}
    for path in sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES):
        if path.stem not in KINDS:
            raise CommandError(f"{path.name}: no kind of prices has this name; the kinds are {', '.join(KINDS)}.")
        try:
            found.setdefault(path.stem, []).extend(read_grid(KINDS[path.stem], path, name=path.name))
        except Unusable as unusable:
            raise CommandError("\n".join(f"{path.name}: {problem}" for problem in unusable.problems)) from unusable
    if not found:
        raise CommandError(f"{folder} has no prices.")
    return found


def terms_of(options: dict[str, Any], rows: dict[str, list[Row]]) -> Terms:
    months = [str(row["settlement"]) for row in rows.get("mbs", ())]
    month = options["settlement"] or min(months, default="")
    try:
        return Terms(date.fromisoformat(f"{month}-01"), int(Decimal(options["pool_cost"]) * 100))
    except (ValueError, InvalidOperation) as error:
        raise CommandError("Give the month as --settlement 2026-12 and the cost of a pool in USD.") from error


def lines(told: dict[str, Any]) -> list[str]:
    """The answer on a screen."""
    gap = "" if told["gap"] is None else f", at most {told['gap']:.4%} below the best"
    used = [
        f"{pool['loans']:>7,}  {pool['upb']:>17}  {pool['points']:>8.4f}  {pool['title']}" for pool in told["pools"]
    ]
    more = [f"and {len(used) - LINES} more"] if len(used) > LINES else []
    return [
        f"Earned over par: {told['earned']} ({told['answer']}{gap}).",
        f"Greedy: {told['compared']['greedy']}; each loan at its best single buyer: {told['next_best']}.",
        f"Unplaced: {told['unplaced']['loans']} loans.",
        "  loans                UPB    points  pool",
        *used[:LINES],
        *more,
        *told["notes"],
    ]
