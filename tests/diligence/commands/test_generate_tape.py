"""`manage.py generate_tape` from outside: files, options, refusals."""

from io import StringIO
from pathlib import Path

import polars as pl
import pytest
from django.core.management import CommandError, call_command

from loans.domain.formats import open_tape

DAY = "2026-09-15"


def generate(*arguments: object) -> str:
    said = StringIO()
    call_command("generate_tape", *map(str, arguments), "--as-of", DAY, stdout=said)
    return said.getvalue()


def test_writes_a_tape_and_its_answers(tmp_path: Path) -> None:
    tape, answers = tmp_path / "tape.csv", tmp_path / "tape.answers.csv"
    said = generate(tape, "--loans", "1,200", "--seed", 3, "--defects", 0.2, "--answers", answers)
    assert said == f"1,200 loans as of {DAY} in tape.csv\n"
    rows = pl.read_csv(tape, infer_schema=False)
    assert rows.height == 1200
    assert rows.width > 60
    listed = pl.read_csv(answers, infer_schema=False)
    assert listed.columns == ["row", "loan_id", "rule", "field", "original", "defective", "also"]
    assert listed.height > 150


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (tmp_path / f"{name}.csv" for name in ("first", "again", "other"))
    generate(first, "--loans", 500, "--seed", 3, "--defects", 0.1)
    generate(again, "--loans", 500, "--seed", 3, "--defects", 0.1)
    generate(other, "--loans", 500, "--seed", 4, "--defects", 0.1)
    assert first.read_bytes() == again.read_bytes()
    assert first.read_bytes() != other.read_bytes()


def test_a_workbook_and_a_delivery_stand_beside_the_tape(tmp_path: Path) -> None:
    generate(tmp_path / "tape.csv", "--loans", 40, "--xlsx", "--uldd")
    for name, container in (("tape.csv", "csv"), ("tape.xlsx", "xlsx"), ("tape.xml", "uldd")):
        tape = open_tape(tmp_path / name, name=name, unpack_dir=tmp_path)
        assert tape.container == container
        assert sum(batch.height for batch in tape.batches()) == 40


def test_a_workbook_holds_numbers_days_and_percents(tmp_path: Path) -> None:
    generate(tmp_path / "tape.csv", "--loans", 25, "--xlsx")
    typed = pl.read_excel(tmp_path / "tape.xlsx")
    assert typed["Loan Amount"].dtype.is_numeric()
    assert typed["Note Date"].dtype == pl.Date
    assert typed["Orig LTV"].dtype.is_float()
    highest = typed["Orig LTV"].max()
    assert isinstance(highest, float)
    assert 0.3 < highest < 1


@pytest.mark.parametrize("columns", ["lean", "standard", "full"])
def test_sets_of_columns(tmp_path: Path, columns: str) -> None:
    generate(tmp_path / "tape.csv", "--loans", 5, "--columns", columns)
    width = pl.read_csv(tmp_path / "tape.csv", infer_schema=False).width
    assert {"lean": width == 60, "standard": 70 < width < 90, "full": width > 150}[columns]


def test_criteria_bring_their_own_defects(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    generate(
        tmp_path / "tape.csv", "--loans", 2000, "--defects", 0.8, "--columns", "full", "--criteria", "FNMA-2026-09",
        "--answers", answers,
    )  # fmt: skip
    rules = set(pl.read_csv(answers, infer_schema=False)["rule"])
    assert {"EL-009", "PRC-002", "XF-079", "CMP-001"} <= rules


def test_criteria_that_leave_rules_out_bring_no_defects_of_those(tmp_path: Path) -> None:
    answers = tmp_path / "answers.csv"
    generate(tmp_path / "tape.csv", "--loans", 400, "--defects", 1, "--criteria", "data", "--answers", answers)
    assert {rule[:2] for rule in pl.read_csv(answers, infer_schema=False)["rule"]} == {"DV", "XF"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--loans", 0], "at least one loan"),
        (["--loans", 10, "--defects", 1.5], "a share between 0 and 1"),
        (["--loans", 10, "--criteria", "NOBODY"], "There are no defects for criteria NOBODY"),
        (["--loans", 1_100_000, "--xlsx"], "A sheet holds at most 1,048,575 loans."),
    ],
)
def test_refuses_what_cannot_be_made(tmp_path: Path, arguments: list[object], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        generate(tmp_path / "tape.csv", *arguments)
