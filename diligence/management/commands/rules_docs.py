"""`manage.py rules_docs`: write docs/rules.md from the rulebook, or with --check make sure that it is up to date."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from diligence.domain.rulebook import shipped_rulebook
from diligence.domain.ruledocs import rules_page


class Command(BaseCommand):
    help = "Write docs/rules.md from the rulebook; with --check only compare, exit 1 when it is out of date."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true")
        parser.add_argument("--out", type=Path, default=Path(settings.BASE_DIR) / "docs" / "rules.md")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["out"]
        page = rules_page(shipped_rulebook())
        if not options["check"]:
            path.write_text(page, encoding="utf-8")
            self.stdout.write(f"{path.name} written")
        elif not path.is_file() or path.read_text(encoding="utf-8") != page:
            self.stderr.write(f"{path.name} is out of date: run `python3 run.py manage rules_docs`")
            sys.exit(1)
