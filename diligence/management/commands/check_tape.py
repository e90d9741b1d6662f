"""`manage.py check_tape`: the engine over one file, without web, worker or database."""

import hashlib
import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NoReturn

import polars as pl
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from diligence.domain import pipeline, reports
from diligence.domain.pipeline import Checked, FindingsSink, Job, Matched
from diligence.domain.rulebook import SEVERITIES, BrokenRulebook, shipped_rulebook
from loans.domain.criteria import Criteria
from loans.domain.criteria import shipped as shipped_criteria
from loans.domain.fields import FIELD
from loans.domain.formats import LAYOUTS, Unreadable
from loans.domain.mapping import Choice, Mapping

CLEAN, FATAL_FINDINGS, UNREADABLE, BROKEN_RULES = 0, 1, 2, 3
SURE = 0.9


class Command(BaseCommand):
    help = "Check a loan tape without storing it. Exit code 0: no fatal finding, 1: fatal findings, 2: not readable."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--criteria", metavar="CODE", help="check against a purchaser's criteria that ship")
        parser.add_argument("--layout", default="auto", help=f"auto (default), {', '.join(sorted(LAYOUTS))}")
        parser.add_argument(
            "--mapping", type=Path, metavar="FILE", help="JSON: column to field, for the columns it names"
        )
        parser.add_argument("--as-of", metavar="DATE", help="the day taken as today")
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--findings", type=Path, metavar="OUT.csv", help="write every finding to a CSV file")
        parser.add_argument("--strict", action="store_true", help="refuse a tape whose columns were matched by a guess")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        try:
            checked = self.check_file(options)
        except (Unreadable, OSError) as problem:
            self.refuse(problem)
        except BrokenRulebook as broken:
            raise CommandError(f"The rules cannot be used:\n{broken}", returncode=BROKEN_RULES) from broken
        seconds = time.perf_counter() - started
        self.print_result(checked, options, seconds)
        sys.exit(FATAL_FINDINGS if checked.by_severity["fatal"] else CLEAN)

    def check_file(self, options: dict[str, Any]) -> Checked:
        with TemporaryDirectory(prefix="check-tape-") as folder:
            job = job_of(options, Path(folder))
            matched = pipeline.match(job)
            if options["strict"]:
                refuse_guesses(matched)
            with findings_file(options["findings"], job) as on_findings:
                return pipeline.check(job, matched, on_findings=on_findings)

    def refuse(self, problem: Exception) -> NoReturn:
        told = f"{problem.filename}: {problem.strerror}." if isinstance(problem, OSError) else str(problem)
        self.stderr.write(" ".join(told.split()))
        sys.exit(UNREADABLE)

    def print_result(self, checked: Checked, options: dict[str, Any], seconds: float) -> None:
        file: Path = options["file"]
        if options["json"]:
            found = reports.as_object(
                checked, file=file.name, sha256=sha256_of(file), criteria=checked.criteria, seconds=seconds
            )
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(reports.as_text(checked, file=file.name, seconds=seconds))


def job_of(options: dict[str, Any], folder: Path) -> Job:
    file: Path = options["file"]
    if not file.is_file():
        raise Unreadable(f"There is no file {file}.")
    return Job(
        path=file,
        name=file.name,
        scratch=folder,
        rulebook=shipped_rulebook(),
        as_of=day(options["as_of"]) if options["as_of"] else timezone.localdate(),
        layout=options["layout"],
        criteria=criteria_named(options["criteria"]) if options["criteria"] else None,
        choices=choices_from(options["mapping"]) if options["mapping"] else {},
    )


def day(text: str) -> date:
    """The day of the check; raises Unreadable for a text that is none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"--as-of {text} is no day; write it as 2026-11-21.") from error


def criteria_named(code: str) -> Criteria:
    """Criteria that ship, by their code in any case; raises Unreadable naming those there are."""
    known = {name.casefold(): criteria for name, criteria in shipped_criteria().items()}
    if code.casefold() not in known:
        there_are = ", ".join(sorted(criteria.code for criteria in known.values()))
        raise Unreadable(f"There are no criteria {code}; those that ship: {there_are}.")
    return known[code.casefold()]


def choices_from(path: Path) -> dict[str, Choice]:
    """Columns as the columns page keeps them, or plainly `{"tape column": "canonical field"}` (null leaves one out)."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(stored.get("columns"), list):
            return dict(Mapping.from_json(stored).columns)
        unknown = sorted({str(name) for name in stored.values() if name is not None and name not in FIELD})
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"{path} is no mapping: one JSON object of columns and their fields is expected.") from error
    if unknown:
        raise Unreadable(f"{path} is no mapping: there is no field {', '.join(unknown)}.")
    return {column: FIELD[name].name if name else None for column, name in stored.items()}


def refuse_guesses(matched: Matched) -> None:
    """Raise Unreadable naming the columns whose field was matched with less than 90% confidence."""
    used = matched.mapping.columns
    guesses = [
        f"{match.column} ({used[match.column].field}, {match.confidence:.0%})"
        for match in matched.proposal.matches
        if match.column in used and used[match.column].field and match.confidence < SURE
    ]
    if guesses:
        raise Unreadable(f"Not checked: the fields of {len(guesses)} columns are guesses: {', '.join(guesses)}.")


@contextmanager
def findings_file(path: Path | None, job: Job) -> Iterator[FindingsSink]:
    """A sink that writes findings to a CSV file, or one that lets them go."""
    if path is None:
        yield lambda found: None
        return
    rules = job.rulebook.numbered()
    words = {number: word for word, number in SEVERITIES.items()}
    with path.open("wb") as out:
        out.write((",".join(reports.CSV_COLUMNS) + "\n").encode())

        def write(found: pl.DataFrame) -> None:
            reports.csv_rows(found, rules, words).write_csv(out, include_header=False)

        yield write


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
