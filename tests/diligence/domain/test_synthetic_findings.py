"""The engine against tapes whose defects are known: it finds every one, and nothing on the other loans."""

from collections import defaultdict
from collections.abc import Set
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from diligence.domain import pipeline
from diligence.domain.rule import SEVERITIES
from diligence.domain.rulebook import shipped_rulebook
from diligence.domain.synthetic import Plan, batches, catalogue_programs
from diligence.domain.synthetic import tape as tape_module
from diligence.domain.synthetic.files import as_deliveries_write, write_csv, write_xlsx
from loans.domain.criteria import shipped
from loans.domain.formats.uldd_write import write_uldd

AS_OF = date(2026, 9, 15)
FANNIE_MAE = "FNMA-2026-09"
LIST_OF_BLANKS = {"DV-003", "XF-076", "XF-077", "XF-078"}
"""A delivery has no element for a blank, and in a published layout a blank says that a field does not apply."""


def written(plan: Plan, folder: Path, kind: str) -> tuple[Path, pl.DataFrame]:
    """The tape as a file of a kind, and its answers."""
    tape, answers = folder / f"tape.{kind}", folder / "answers.csv"
    with (folder / "tape.csv").open("wb") as out, answers.open("wb") as listed:
        write_csv(batches(plan), out, listed)
    if kind == "xlsx":
        write_xlsx((batch.cells for batch in batches(plan)), tape)
    if kind == "xml":
        write_uldd(as_deliveries_write(pl.concat(batch.cells for batch in batches(plan))), tape)
    return tape, pl.read_csv(answers, infer_schema=False)


def checked(tape: Path, *, criteria: str | None = None) -> dict[int, set[str]]:
    """Row → rules with a fatal or a warning finding; row 0 is the whole tape."""
    scratch = tape.parent / f"scratch-{criteria}"
    scratch.mkdir()
    found: list[pl.DataFrame] = []
    chosen = shipped()[criteria] if criteria else None
    job = pipeline.Job(tape, tape.name, scratch, shipped_rulebook(), AS_OF, criteria=chosen)
    pipeline.check(job, pipeline.match(job), on_findings=found.append)
    rules = job.rulebook.numbered()
    serious = pl.concat(found).filter(pl.col("severity") < SEVERITIES["informational"])
    by_row: dict[int, set[str]] = defaultdict(set)
    for row, number in serious.select("row_no", "rule_no").rows():
        by_row[row].add(rules[number].code)
    return by_row


Findings = list[tuple[int, str]]


def compare(
    answers: pl.DataFrame, found: dict[int, set[str]], *, passed_over: Set[str] = frozenset()
) -> tuple[Findings, Findings]:
    """(defects that were not found, findings that no defect explains), as (row, rule)."""
    listed: dict[int, set[str]] = defaultdict(set)
    explained: dict[int, set[str]] = defaultdict(set)
    for row, rule, also in answers.select("row", "rule", "also").rows():
        listed[int(row)].add(rule)
        explained[int(row)] |= {rule, *(also or "").split(";")}
    informational = {rule.code for rule in shipped_rulebook().rules if rule.severity == "informational"}
    missed = [(row, rule) for row, rules in listed.items() for rule in rules - found[row] - informational - passed_over]
    unexplained = [(row, rule) for row, rules in found.items() if row for rule in rules - explained[row]]
    return missed, unexplained


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("columns", ["lean", "standard", "full"])
def test_every_defect_is_found_and_nothing_else(tmp_path: Path, columns: str, seed: int) -> None:
    tape, answers = written(Plan(1500, seed, AS_OF, 0.4, columns), tmp_path, "csv")
    assert compare(answers, checked(tape)) == ([], [])


@pytest.mark.parametrize("seed", [1, 2])
def test_against_a_purchasers_criteria_too(tmp_path: Path, seed: int) -> None:
    tape, answers = written(Plan(2500, seed, AS_OF, 0.4, "full", "agency_mbs"), tmp_path, "csv")
    assert compare(answers, checked(tape, criteria=FANNIE_MAE)) == ([], [])


@pytest.mark.parametrize(("profile", "criteria"), [("all", None), ("agency", FANNIE_MAE)])
def test_loans_of_other_programs_and_kinds_of_homes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str, criteria: str | None
) -> None:
    monkeypatch.setattr(tape_module, "CATALOGUE", catalogue_programs.DEFECTS)
    tape, answers = written(Plan(2500, 7, AS_OF, 0.5, "full", profile), tmp_path, "csv")
    assert set(answers["rule"]) == {one.rule for one in tape_module.defects_of(profile)}
    assert compare(answers, checked(tape, criteria=criteria)) == ([], [])


def test_in_a_workbook(tmp_path: Path) -> None:
    tape, answers = written(Plan(800, 4, AS_OF, 0.4, "full"), tmp_path, "xlsx")
    assert compare(answers, checked(tape)) == ([], [])


def test_in_a_delivery(tmp_path: Path) -> None:
    tape, answers = written(Plan(800, 5, AS_OF, 0.4, "full"), tmp_path, "xml")
    assert compare(answers, checked(tape), passed_over=LIST_OF_BLANKS) == ([], [])


@pytest.fixture(scope="module")
def without_defects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tape, _ = written(Plan(2000, 6, AS_OF, columns="full"), tmp_path_factory.mktemp("clean"), "csv")
    return tape


@pytest.mark.parametrize("criteria", [None, FANNIE_MAE, "FHLMC-2026-09", "PRIVATE-2026-09"])
def test_a_tape_without_defects_passes_whoever_buys(without_defects: Path, criteria: str | None) -> None:
    assert checked(without_defects, criteria=criteria) == {}
