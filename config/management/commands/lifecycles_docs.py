"""`manage.py lifecycles_docs`: write docs/lifecycles.md from the tables of transitions; or check it."""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from diligence.domain.lifecycles import FINDING_TRANSITIONS, RUN_TRANSITIONS
from loans.domain.lifecycles import TAPE_TRANSITIONS
from portfolios.domain.advisers import ADVISER_TRANSITIONS
from portfolios.domain.factorfiles.lifecycle import FILE_TRANSITIONS
from portfolios.domain.lifecycles import BUNDLE_TRANSITIONS
from portfolios.domain.sales import BIDDER_TRANSITIONS, LOT_TRANSITIONS, SALE_TRANSITIONS, SETTLEMENT_TRANSITIONS
from portfolios.domain.securities import FLAG_TRANSITIONS
from portfolios.domain.settlement import CLAIM_TRANSITIONS, TRUE_UP_TRANSITIONS

LIFECYCLES: dict[str, Mapping[Any, Sequence[Any]]] = {
    "Version of a tape": TAPE_TRANSITIONS,
    "Check": RUN_TRANSITIONS,
    "Finding": FINDING_TRANSITIONS,
    "Bundle": BUNDLE_TRANSITIONS,
    "Red flag": FLAG_TRANSITIONS,
    "Factor file": FILE_TRANSITIONS,
    "Sale": SALE_TRANSITIONS,
    "Lot": LOT_TRANSITIONS,
    "Bidder": BIDDER_TRANSITIONS,
    "Adviser of a demanded sale": ADVISER_TRANSITIONS,
    "Settlement": SETTLEMENT_TRANSITIONS,
    "True-up": TRUE_UP_TRANSITIONS,
    "Repurchase claim": CLAIM_TRANSITIONS,
}
HEAD = "# Lifecycles\n\nMade by `manage.py lifecycles_docs` from the tables in `*/domain/lifecycles.py`.\n"


class Command(BaseCommand):
    help = "Write docs/lifecycles.md, or with --check say whether it is in step."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "lifecycles.md"
        if not options["check"]:
            path.write_text(text(), encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text():
            self.stderr.write("docs/lifecycles.md is not in step; run `python3 run.py manage lifecycles_docs`.")
            sys.exit(1)


def text() -> str:
    """The whole page."""
    return HEAD + "".join(section(title, table) for title, table in LIFECYCLES.items())


def section(title: str, table: Mapping[Any, Sequence[Any]]) -> str:
    """One lifecycle as a Mermaid diagram; statuses without a way on lead to the end."""
    first = next(iter(table))
    lines = [f"    [*] --> {name(first)}"]
    for status, following in table.items():
        lines += [f"    {name(status)} --> {name(target)}" for target in following] or [f"    {name(status)} --> [*]"]
    return f"\n## {title}\n\n```mermaid\nstateDiagram-v2\n" + "\n".join(lines) + "\n```\n"


def name(status: Any) -> str:
    return str(status.name).lower()
