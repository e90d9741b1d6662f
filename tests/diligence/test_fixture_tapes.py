"""Small synthetic tapes in every format, through the engine: exactly the findings written down in `expected.json`."""

import json
from pathlib import Path

import polars as pl
import pytest

from diligence.domain import pipeline
from diligence.domain.rule import SEVERITIES
from diligence.domain.rulebook import shipped_rulebook
from tests.diligence.write_fixture_tapes import AS_OF, DATA

WORDS = {number: word for word, number in SEVERITIES.items()}
TAPES = sorted(
    path for folder in ("should_pass", "should_fail") for path in (DATA / folder).iterdir() if path.suffix != ".json"
)
Findings = set[tuple[int, str, str]]


def findings_of(tape: Path, scratch: Path) -> Findings:
    """(row, rule, severity) of every finding; row 0 is the whole tape."""
    found: list[pl.DataFrame] = []
    job = pipeline.Job(tape, tape.name, scratch, shipped_rulebook(), AS_OF)
    pipeline.check(job, pipeline.match(job), on_findings=found.append)
    rules = job.rulebook.numbered()
    rows = pl.concat(found).select("row_no", "rule_no", "severity").rows()
    return {(row, rules[number].code, WORDS[severity]) for row, number, severity in rows}


def expected_of(tape: Path) -> Findings:
    listed = json.loads((tape.parent / "expected.json").read_text(encoding="utf-8"))
    return {(row, rule, severity) for row, rule, severity in listed[tape.name]}


def name_of(tape: Path) -> str:
    return f"{tape.parent.name}/{tape.name}"


@pytest.mark.parametrize("tape", TAPES, ids=name_of)
def test_finds_what_is_written_down(tape: Path, tmp_path: Path) -> None:
    assert findings_of(tape, tmp_path) == expected_of(tape)


@pytest.mark.parametrize("tape", [tape for tape in TAPES if tape.parent.name == "should_pass"], ids=name_of)
def test_a_tape_that_should_pass_expects_nothing_fatal(tape: Path) -> None:
    assert {(row, rule) for row, rule, severity in expected_of(tape) if severity == "fatal"} == set()


@pytest.mark.parametrize("tape", [tape for tape in TAPES if tape.parent.name == "should_fail"], ids=name_of)
def test_a_tape_that_should_fail_expects_something_fatal(tape: Path) -> None:
    assert any(severity == "fatal" for _, _, severity in expected_of(tape))


def test_every_format_is_there_twice() -> None:
    passing, failing = (
        {tape.name for tape in TAPES if tape.parent.name == name} for name in ("should_pass", "should_fail")
    )
    assert passing == failing
    assert len(passing) == 16
