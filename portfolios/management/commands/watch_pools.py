"""`manage.py watch_pools`: look at every pool and print the open flags, worst first."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet
from django.utils import timezone

from accounts.queries import organization_named
from portfolios.models import Portfolio, RedFlag, Security
from portfolios.services import redflags

NO_FLAG, RED, TROUBLE = 0, 1, 2
HEAD = ("Pool", "Month", "Factor", "Level", "Flag", "State", "What it says")


@dataclass(frozen=True)
class Watched:
    """A pool after a look: its flags of now, or why it could not be looked at."""

    security: Security
    flags: list[RedFlag]
    trouble: str = ""

    @property
    def open(self) -> list[RedFlag]:
        return [flag for flag in self.flags if flag.is_open]

    @property
    def rank(self) -> tuple[int, int, str]:
        """Pools with most open red flags first, then amber ones."""
        red = sum(flag.is_red for flag in self.open)
        return -red, red - len(self.open), self.security.name


class Command(BaseCommand):
    """Exit code 0 without an open red flag, 1 with one, 2 when something could not be looked at."""

    help = "Evaluate the red flags of all pools that are followed. Exit code 0: no red flag, 1: red flags, 2: trouble."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="only pools that this organization follows")
        parser.add_argument("--portfolio", metavar="NAME", help="only pools of portfolios with this name")
        parser.add_argument("--json", action="store_true", help="print one JSON object instead of a table")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pools = chosen(options["organization"], options["portfolio"])
        except LookupError as problem:
            self.stderr.write(str(problem))
            sys.exit(TROUBLE)
        watched = sorted((look(pool) for pool in pools), key=lambda each: each.rank)
        self.stdout.write(as_json(watched) if options["json"] else table(watched))
        for each in watched:
            if each.trouble:
                self.stderr.write(f"{each.security.name} could not be looked at: {each.trouble}")
        sys.exit(outcome(watched))


def chosen(organization: str | None, portfolio: str | None) -> QuerySet[Security]:
    """The pools to look at; LookupError names what does not exist."""
    pools = Security.objects.active().select_related("organization", "portfolio").order_by("name")
    if organization:
        pools = pools.filter(organization=organization_named(organization))
    if portfolio:
        if not Portfolio.objects.filter(name=portfolio).exists():
            raise LookupError(f"There is no portfolio named {portfolio}.")
        pools = pools.filter(portfolio__name=portfolio)
    return pools


def look(security: Security) -> Watched:
    """One pool; a look that fails does not keep the others from theirs."""
    try:
        flags = redflags.watch(security=security, at=timezone.now())
    except Exception as problem:
        return Watched(security, [], f"{type(problem).__name__}: {problem}")
    security.refresh_from_db(fields=["month", "factor"])
    return Watched(security, flags)


def outcome(watched: Sequence[Watched]) -> int:
    if any(each.trouble for each in watched):
        return TROUBLE
    return RED if any(flag.is_red for each in watched for flag in each.open) else NO_FLAG


def table(watched: Sequence[Watched]) -> str:
    """Open flags in columns as wide as their content, and a line that sums up."""
    rows = [row_of(each.security, flag) for each in watched for flag in each.open]
    flagged = sum(bool(each.open) for each in watched)
    pools = "1 pool" if len(watched) == 1 else f"{len(watched):,} pools"
    total = f"{pools} looked at, {flagged:,} with open flags."
    if not rows:
        return total
    widths = [max(len(row[at]) for row in (HEAD, *rows)) for at in range(len(HEAD) - 1)]
    lines = [
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[-1]])
        for row in (HEAD, *rows)
    ]
    return "\n".join([*lines, "", total])


def row_of(security: Security, flag: RedFlag) -> tuple[str, ...]:
    factor = "" if security.factor is None else f"{security.factor:.8f}"
    return security.name, f"{flag.month:%Y-%m}", factor, level_of(flag), flag.title, flag.state, flag.sentence


def level_of(flag: RedFlag) -> str:
    return "red" if flag.is_red else "amber"


def as_json(watched: Sequence[Watched]) -> str:
    """Every pool with its flags of now, explained ones included, for other programs."""
    pools = [
        {
            "pool": each.security.name,
            "organization": each.security.organization.slug,
            "portfolio": each.security.portfolio.name,
            "month": f"{each.security.month:%Y-%m}" if each.security.month else None,
            "factor": str(each.security.factor) if each.security.factor is not None else None,
            "trouble": each.trouble or None,
            "flags": [flag_of(flag) for flag in each.flags],
        }
        for each in watched
    ]
    return json.dumps({"pools": pools}, ensure_ascii=False, indent=2)


def flag_of(flag: RedFlag) -> dict[str, Any]:
    named = {"code": flag.code, "kind": flag.kind, "level": level_of(flag), "month": f"{flag.month:%Y-%m}"}
    return named | {"state": flag.state, "sentence": flag.sentence, "numbers": flag.numbers}
