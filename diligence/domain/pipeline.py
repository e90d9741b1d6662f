"""A tape from its file to its findings, without a database: open, match columns, cast, evaluate, add up.

The text is read twice, once to match the columns and once to cast. Typed batches wait in a folder between casting
and evaluating, because whole-file facts need every row first; so memory is that of one batch and of the keys.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl

from diligence.domain import batches, filefacts, findings, summaries, tapeseen, wholetape
from diligence.domain.compiling import RuleSet
from diligence.domain.criteria_rules import NO_CRITERIA, criteria_ruleset, ruleset_for
from diligence.domain.evaluate import Evaluation
from diligence.domain.rule import SEVERITIES
from diligence.domain.rulebook import Rulebook
from loans.domain.casting import cast
from loans.domain.criteria import Criteria
from loans.domain.formats import Bounds, OpenTape, Unreadable, open_tape, refuse_not_for_sale
from loans.domain.mapping import Choice, Profile, Proposal, profile_of, propose, with_choices
from loans.domain.mapping import Mapping as ColumnMapping

BATCH_ROWS = 100_000

FindingsSink = Callable[[pl.DataFrame], None]


@dataclass(frozen=True, slots=True)
class Job:
    """What to check and how. `choices` settle columns before any is proposed; `scratch` is an empty folder."""

    path: Path
    name: str
    scratch: Path
    rulebook: Rulebook
    as_of: date
    layout: str = "auto"
    criteria: Criteria | None = None
    choices: Mapping[str, Choice] = field(default_factory=dict)
    bounds: Bounds = field(default_factory=Bounds)


@dataclass(frozen=True, slots=True)
class Matched:
    """An opened tape with its columns matched to fields. `mapping` is what will be used."""

    tape: OpenTape
    proposal: Proposal
    mapping: ColumnMapping


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of a check: loans, counts by rule, findings by severity, the worst severity found
    by rule number, loans with a fatal finding, totals."""

    matched: Matched
    criteria: str | None
    ruleset: RuleSet
    rulebook_hash: str
    loans: int
    counts: pl.DataFrame
    by_severity: dict[str, int]
    worst: dict[int, int]
    loans_with_fatal: int
    totals: summaries.Totals


def match(job: Job) -> Matched:
    """Open the tape and match its columns; raises Unreadable with one sentence."""
    tape = open_tape(job.path, name=job.name, layout=job.layout, bounds=job.bounds, unpack_dir=job.scratch)
    if job.layout == "auto":
        refuse_not_for_sale(tape)
    seen = profile_of(tape)
    proposal = propose(seen, layout=tape.layout, percent_columns=tape.percent_columns)
    settled = _settled(proposal, job.choices, seen, tape) if job.choices else proposal
    return Matched(tape, settled, settled.mapping())


def _settled(proposal: Proposal, choices: Mapping[str, Choice], seen: Profile, tape: OpenTape) -> Proposal:
    unknown = [column for column in choices if column not in tape.columns]
    if unknown:
        raise Unreadable(f"The tape has no column {', '.join(unknown)}; it has {', '.join(tape.columns[:40])}.")
    return with_choices(proposal, choices, seen, layout=tape.layout, percent_columns=tape.percent_columns)


def check(job: Job, matched: Matched, *, on_findings: FindingsSink) -> Checked:
    """Check a matched tape. `on_findings` receives the findings batch by batch, those about the whole tape first."""
    ruleset = _ruleset(job)
    prepared = _prepare(job, matched, ruleset)
    tally = _Tally(on_findings)
    tally.add(_about_the_tape(matched, prepared, ruleset))
    for evaluation in _evaluations(prepared, matched, ruleset):
        tally.add(evaluation)
    return Checked(
        matched,
        job.criteria.code if job.criteria else None,
        ruleset,
        job.rulebook.content_hash,
        prepared.seen.rows,
        batches.combined(tally.parts).counts,
        tally.by_severity,
        tally.worst,
        tally.loans_with_fatal,
        summaries.totals(_all_loans(prepared)),
    )


def _ruleset(job: Job) -> RuleSet:
    if job.criteria is None:
        return ruleset_for(job.rulebook, criteria_text=NO_CRITERIA, as_of=job.as_of)
    return criteria_ruleset(job.rulebook, job.criteria, as_of=job.as_of)


@dataclass(frozen=True, slots=True)
class _Prepared:
    typed: list[Path]
    problems: list[Path]
    seen: tapeseen.TapeSeen
    file_facts: pl.DataFrame


def _prepare(job: Job, matched: Matched, ruleset: RuleSet) -> _Prepared:
    typed, problems, signs = [], [], []
    seen = tapeseen.TapeSeen()
    for number, batch in enumerate(matched.tape.batches(BATCH_ROWS)):
        result = cast(batch, matched.mapping)
        typed.append(_kept(result.typed, job.scratch / f"typed-{number}.arrow"))
        problems.append(_kept(result.problems, job.scratch / f"problems-{number}.arrow"))
        signs.append(filefacts.signs_of(result.typed))
        told = tapeseen.seen_in(batch, result, matched.mapping, ruleset, layout=matched.tape.layout.code)
        seen = seen.plus(told)
    facts = filefacts.file_facts(signs, as_of=job.as_of, layout=matched.tape.layout.code)
    return _Prepared(typed, problems, seen, facts)


def _kept(frame: pl.DataFrame, path: Path) -> Path:
    frame.write_ipc(path)
    return path


def _about_the_tape(matched: Matched, prepared: _Prepared, ruleset: RuleSet) -> Evaluation:
    tape = wholetape.Tape(
        prepared.seen, matched.mapping, matched.tape.notes, matched.tape.layout.code, matched.tape.encoding
    )
    return wholetape.evaluate_tape(tape, ruleset)


def _evaluations(prepared: _Prepared, matched: Matched, ruleset: RuleSet) -> Iterator[Evaluation]:
    begin = 0
    for typed, problems in zip(prepared.typed, prepared.problems, strict=True):
        loans = pl.read_ipc(typed)
        yield batches.check_batch(
            loans,
            pl.read_ipc(problems),
            ruleset,
            header_of=matched.mapping.header_of,
            file_facts=prepared.file_facts.slice(begin, loans.height),
            layout=matched.tape.layout.code,
        )
        begin += loans.height


def _all_loans(prepared: _Prepared) -> pl.LazyFrame:
    if not prepared.typed:
        return pl.LazyFrame()
    return pl.concat([summaries.prepared(pl.scan_ipc(path)) for path in prepared.typed])


class _Tally:
    """Findings handed on as they come, and what is counted of them."""

    def __init__(self, on_findings: FindingsSink) -> None:
        self.on_findings = on_findings
        self.parts: list[Evaluation] = []
        self.by_severity = dict.fromkeys(SEVERITIES, 0)
        self.worst: dict[int, int] = {}
        self.loans_with_fatal = 0
        self.noted_rows: set[int] = set()

    def add(self, evaluation: Evaluation) -> None:
        found = evaluation.findings
        self.on_findings(found)
        self.parts.append(Evaluation(findings.empty(), evaluation.counts))
        numbers = dict(found.group_by("severity").len().iter_rows())
        for word, number in SEVERITIES.items():
            self.by_severity[word] += numbers.get(number, 0)
        for number, severity in found.group_by("rule_no").agg(pl.col("severity").min()).iter_rows():
            self.worst[number] = min(severity, self.worst.get(number, severity))
        fatal = found.filter((pl.col("severity") == SEVERITIES["fatal"]) & (pl.col("row_no") > 0))
        rows = set(fatal["row_no"].unique()) - self.noted_rows
        self.loans_with_fatal += len(rows)
        if len(self.parts) == 1:  # the whole-tape part comes first and may name rows that later parts name again
            self.noted_rows = rows
