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
from diligence.domain.rule import SEVERITIES
from diligence.domain.rulebook import BrokenRulebook, shipped_rulebook
from loans.domain.criteria import Criteria
from loans.domain.criteria import shipped as shipped_criteria
from loans.domain.fields import FIELD
from loans.domain.formats import LAYOUTS, Bounds, Unreadable
from loans.domain.mapping import Choice, Mapping
from loans.domain.purposes import TapePurpose, catalogue

CLEAN, FATAL_FINDINGS, UNREADABLE, BROKEN_RULES = 0, 1, 2, 3
SURE = 0.9
STANDARD_INPUT = Path("-")
PIECE = 1 << 20
HEADERS_SHOWN = 12


class Command(BaseCommand):
    help = "Check a loan tape without storing it. Exit code 0: no fatal finding, 1: fatal findings, 2: not readable."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False
    sha256 = ""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the tape; - reads it from standard input")
        parser.add_argument("--criteria", metavar="CODE", help="check against a purchaser's criteria that ship")
        parser.add_argument("--layout", default="auto", help=f"auto (default), {', '.join(sorted(LAYOUTS))}")
        parser.add_argument(
            "--mapping",
            type=Path,
            metavar="FILE",
            help="JSON: column to field, for the columns it names; what --json printed serves, too",
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
        with TemporaryDirectory(prefix="check-tape-") as folder, tape_file(options["file"], Path(folder)) as path:
            self.sha256 = sha256_of(path)
            job = job_of(options, path, Path(folder))
            matched = pipeline.match(job)
            refuse_no_tape(matched)
            if options["strict"]:
                refuse_guesses(matched)
            with findings_file(options["findings"], job) as on_findings:
                return pipeline.check(job, matched, on_findings=on_findings)

    def refuse(self, problem: Exception) -> NoReturn:
        told = f"{problem.filename}: {problem.strerror}." if isinstance(problem, OSError) else str(problem)
        self.stderr.write(" ".join(told.split()))
        sys.exit(UNREADABLE)

    def print_result(self, checked: Checked, options: dict[str, Any], seconds: float) -> None:
        name = name_of(options["file"])
        if options["json"]:
            found = reports.as_object(
                checked, file=name, sha256=self.sha256, criteria=checked.criteria, seconds=seconds
            )
            self.stdout.write(json.dumps(found, ensure_ascii=False))
        else:
            self.stdout.write(reports.as_text(checked, file=name, seconds=seconds))


def name_of(file: Path) -> str:
    """What the tape is called in messages."""
    return "standard input" if file == STANDARD_INPUT else file.name


@contextmanager
def tape_file(file: Path, folder: Path) -> Iterator[Path]:
    """The tape as a file that can be read twice; a pipe is copied to the folder.

    Raises Unreadable for a folder, for no file, and for one that somebody wrote to while it was read.
    """
    if file == STANDARD_INPUT or file.is_fifo() or file.is_char_device():
        yield copied(file, folder / "piped")
        return
    if file.is_dir():
        raise Unreadable(f"{file} is a folder; name the file of the tape in it.")
    if not file.is_file():
        raise Unreadable(f"There is no file {file}.")
    before = file.stat()
    yield file
    after = file.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Unreadable(f"{file} was written to while it was read; check it again when it is whole.")


def copied(pipe: Path, target: Path) -> Path:
    """What comes through a pipe, as a file."""
    most = Bounds().max_bytes
    source = sys.stdin.buffer if pipe == STANDARD_INPUT else pipe.open("rb")
    with source, target.open("wb") as out:
        while piece := source.read(PIECE):
            out.write(piece)
            if out.tell() > most:
                raise Unreadable(f"More than {most:,} bytes came in; at most that many can be read. Split the tape.")
    return target


def job_of(options: dict[str, Any], path: Path, folder: Path) -> Job:
    return Job(
        path=path,
        name=name_of(options["file"]),
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
        if isinstance(stored.get("columns"), dict):
            stored = fields_reported(stored["columns"])
        unknown = sorted({str(name) for name in stored.values() if name is not None and name not in FIELD})
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise Unreadable(f"{path} is no mapping: one JSON object of columns and their fields is expected.") from error
    if unknown:
        raise Unreadable(f"{path} is no mapping: there is no field {', '.join(unknown)}.")
    return {column: FIELD[name].name if name else None for column, name in stored.items()}


def fields_reported(columns: dict[str, Any]) -> dict[str, str | None]:
    """The columns as `--json` reports them."""
    return {entry["column"]: entry["field"] for entry in columns["matched"]} | dict.fromkeys(columns["unmatched"])


def refuse_no_tape(matched: Matched) -> None:
    """Raise Unreadable where no column holds a loan number and none a balance, so that nothing could be checked."""
    essential = catalogue(TapePurpose.SALE).essential
    if any(set(alternatives) & set(matched.mapping.fields) for alternatives in essential):
        return
    columns = matched.tape.columns
    more = f" and {len(columns) - HEADERS_SHOWN:,} more" if len(columns) > HEADERS_SHOWN else ""
    named = matched.tape.header_row is not None or matched.tape.container == "uldd"
    headless = "" if named else "No line with names of columns was found. "
    raise Unreadable(
        f"{headless}No column was taken for a loan number or a balance, so this is no tape of loans that can be "
        f"checked. Its columns: {', '.join(columns[:HEADERS_SHOWN])}{more}. "
        "Say with --mapping what they hold, or name the layout with --layout."
    )


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
    if path.exists() and path.samefile(job.path):
        raise Unreadable(f"{path} is the tape itself; name another file for the findings.")
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
