"""`check_tape`: exit codes, the JSON object, the findings file, strictness; never a database."""

import csv
import hashlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from diligence.domain.rulebook import BrokenRulebook
from diligence.management.commands import check_tape

HEADER = "Loan ID,Note Amount,Note Rate,LTV,Property State,Property Zip,Note Date"
GOOD = "A1,250000,6.5,80,NY,10001,2026-01-05"


def tape(folder: Path, *lines: str, name: str = "tape.csv") -> Path:
    path = folder / name
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def check(path: Path, *arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("check_tape", str(path), "--as-of", "2026-11-21", *arguments, stdout=out, stderr=err)
    return int(ended.value.code or 0), out.getvalue(), err.getvalue()


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_tape_without_a_fatal_finding_ends_with_0(tmp_path):
    code, out, err = check(tape(tmp_path, GOOD))
    assert (code, err) == (0, "")
    assert "1 loan, $250,000.00" in out
    assert "0 fatal" in out


def test_a_fatal_finding_ends_with_1_and_is_named(tmp_path):
    code, out, _ = check(tape(tmp_path, GOOD, "A2,250000,25,80,NY,10001,2026-01-05"))
    assert code == 1
    assert "DV-021" in out


def test_json_is_one_object_with_every_count(tmp_path):
    path = tape(tmp_path, GOOD, "A2,-5,six,80,CA,10001,2026-01-05", "A2,1,6,,NY,,")
    code, out, _ = check(path, "--json")
    found = json.loads(out)
    assert code == 1
    assert (found["file"], found["loans"], found["layout"], found["as_of"]) == ("tape.csv", 3, "lender", "2026-11-21")
    assert found["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert {"column": "LTV", "field": "ltv"}.items() <= found["columns"]["matched"][3].items()
    by_rule = found["findings"]["by_rule"]
    assert by_rule["DV-002"] == 2
    assert by_rule["DV-005"] == by_rule["DV-024"] == by_rule["DV-044"] == 1
    assert found["findings"]["total"] == sum(by_rule.values()) == sum(found["findings"]["by_severity"].values())
    assert found["not_evaluated"]["total"] == sum(found["not_evaluated"]["by_rule"].values())
    assert found["loans_with_fatal"] == 2


def test_the_findings_file_names_row_fields_and_the_tapes_own_columns(tmp_path):
    out = tmp_path / "findings.csv"
    check(tape(tmp_path, GOOD, "A2,250000,25,80,NY,10001,2026-01-05"), "--findings", str(out))
    with out.open(encoding="utf-8") as file:
        assert file.readline() == "row,loan_id,rule,severity,fields,columns,message\n"
    (found,) = [row for row in rows_of(out) if row["rule"] == "DV-021"]
    assert (found["row"], found["loan_id"], found["severity"]) == ("2", "A2", "fatal")
    assert (found["fields"], found["columns"]) == ("note_rate", "Note Rate")
    assert "25.000%" in found["message"]


@pytest.mark.parametrize("loan_id", ["=1+1", "+A", "-5+1", "@x"])
def test_cells_that_a_spreadsheet_would_run_are_made_harmless(tmp_path, loan_id):
    out = tmp_path / "findings.csv"
    check(tape(tmp_path, f"{loan_id},250000,25,80,NY,10001,2026-01-05"), "--findings", str(out))
    assert {row["loan_id"] for row in rows_of(out) if row["row"] == "1"} <= {"'" + loan_id, ""}
    assert not [cell for row in rows_of(out) for cell in row.values() if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"", ()),
        (b"\x00\x01\x02\x03" * 100, ()),
        (b"PK\x03\x04broken", ()),
        (None, ()),
        (GOOD.encode(), ("--layout", "nine")),
    ],
)
def test_what_cannot_be_read_ends_with_2_and_one_line(tmp_path, content, arguments):
    path = tmp_path / "tape.csv"
    if content is not None:
        path.write_bytes(content)
    code, out, err = check(path, *arguments)
    assert (code, out) == (2, "")
    assert len(err.strip().splitlines()) == 1
    assert len(err) > 10


def test_a_findings_file_that_cannot_be_written_ends_with_2_and_names_it(tmp_path):
    out = tmp_path / "no folder" / "findings.csv"
    code, _, err = check(tape(tmp_path, GOOD), "--findings", str(out))
    assert (code, err.strip()) == (2, f"{out}: No such file or directory.")


def test_a_day_that_is_none_ends_with_2_and_one_line(tmp_path):
    code, _, err = check(tape(tmp_path, GOOD), "--as-of", "soon")
    assert (code, len(err.strip().splitlines())) == (2, 1)


def test_unknown_criteria_name_those_that_ship(tmp_path):
    code, _, err = check(tape(tmp_path, GOOD), "--criteria", "NOBODY")
    assert code == 2
    assert "FNMA-2026-09" in err


def test_criteria_bring_their_rules(tmp_path):
    _, plain, _ = check(tape(tmp_path, GOOD), "--json")
    _, agency, _ = check(tape(tmp_path, GOOD), "--json", "--criteria", "fnma-2026-09")
    assert json.loads(agency)["criteria"] == "FNMA-2026-09"
    assert any(rule.startswith("EL-") for rule in json.loads(agency)["not_evaluated"]["by_rule"])
    assert not any(rule.startswith("EL-") for rule in json.loads(plain)["not_evaluated"]["by_rule"])


def test_a_mapping_file_decides(tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"Loan ID": "loan_id", "Note Rate": None, "LTV": "cltv"}), encoding="utf-8")
    _, out, _ = check(tape(tmp_path, GOOD), "--json", "--mapping", str(mapping))
    columns = json.loads(out)["columns"]
    matched = {entry["column"]: entry["field"] for entry in columns["matched"]}
    assert {"Loan ID": "loan_id", "LTV": "cltv", "Note Amount": "note_amount"}.items() <= matched.items()
    assert columns["unmatched"] == ["Note Rate"]


def test_a_mapping_file_may_name_one_column_and_takes_its_field_from_another(tmp_path):
    path = tmp_path / "tape.csv"
    path.write_text("Loan ID,LTV,Ratio\nA1,80,0.75\nA2,70,0.65\n", encoding="utf-8")
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"Ratio": "ltv"}), encoding="utf-8")
    _, out, _ = check(path, "--json", "--mapping", str(mapping), "--strict")
    columns = json.loads(out)["columns"]
    assert {entry["column"]: entry["field"] for entry in columns["matched"]} == {"Loan ID": "loan_id", "Ratio": "ltv"}
    assert columns["unmatched"] == ["LTV"]


def test_a_mapping_of_another_tape_is_refused_by_its_column(tmp_path):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"Rata": "note_rate"}), encoding="utf-8")
    code, _, err = check(tape(tmp_path, GOOD), "--mapping", str(mapping))
    assert (code, "no column Rata" in err) == (2, True)


@pytest.mark.parametrize("text", ["[1, 2]", "not json", '{"Loan ID": 7}', '{"Loan ID": "loan_nr"}'])
def test_a_broken_mapping_file_is_refused(tmp_path, text):
    mapping = tmp_path / "mapping.json"
    mapping.write_text(text, encoding="utf-8")
    code, _, err = check(tape(tmp_path, GOOD), "--mapping", str(mapping))
    assert (code, "is no mapping" in err) == (2, True)


def test_what_json_printed_is_a_mapping_of_the_same_tape(tmp_path):
    mapping = tmp_path / "report.json"
    _, out, _ = check(tape(tmp_path, GOOD), "--json")
    mapping.write_text(out, encoding="utf-8")
    _, again, _ = check(tape(tmp_path, GOOD), "--json", "--mapping", str(mapping), "--strict")
    before, after = json.loads(out), json.loads(again)
    assert after["findings"] == before["findings"]
    assert {entry["column"]: entry["field"] for entry in after["columns"]["matched"]} == {
        entry["column"]: entry["field"] for entry in before["columns"]["matched"]
    }


def test_a_table_of_something_else_is_no_tape(tmp_path):
    path = tmp_path / "tape.csv"
    path.write_text("Branch,Phone,Opened\nNorth,555-0100,Monday\nSouth,555-0101,Tuesday\n", encoding="utf-8")
    code, out, err = check(path)
    assert (code, out) == (2, "")
    assert "Branch, Phone, Opened" in err
    assert "--mapping" in err


def test_a_tape_without_names_of_columns_is_refused_as_such(tmp_path):
    path = tmp_path / "tape.psv"
    path.write_text("\n".join(f"70001{n}|25000{n}.00|6.125|OH|43215" for n in range(5)) + "\n", encoding="utf-8")
    code, out, err = check(path)
    assert (code, out) == (2, "")
    assert err.startswith("No line with names of columns was found. No column was taken for a loan number")


def test_a_folder_and_the_tape_itself_as_findings_file_are_refused(tmp_path):
    code, _, err = check(tmp_path)
    assert (code, "is a folder" in err) == (2, True)
    path = tape(tmp_path, GOOD)
    code, _, err = check(path, "--findings", str(path))
    assert (code, "is the tape itself" in err) == (2, True)
    assert path.read_text(encoding="utf-8").startswith(HEADER)


def test_a_tape_may_come_through_a_pipe(tmp_path):
    content = tape(tmp_path, GOOD).read_bytes()
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_bytes, args=(content,))
    writer.start()
    code, out, err = check(pipe, "--json")
    writer.join()
    assert (code, err) == (0, "")
    assert json.loads(out)["sha256"] == hashlib.sha256(content).hexdigest()


def test_a_dash_is_standard_input(tmp_path, monkeypatch):
    content = tape(tmp_path, GOOD).read_bytes()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    code, out, _ = check(Path("-"))
    assert (code, out.startswith("standard input: 1 loan")) == (0, True)


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tape(tmp_path, GOOD)
    real = check_tape.pipeline.check

    def grown(*arguments, **named):
        with path.open("a", encoding="utf-8") as more:
            more.write(GOOD.replace("A1", "A2") + "\n")
        return real(*arguments, **named)

    monkeypatch.setattr(check_tape.pipeline, "check", grown)
    code, out, err = check(path)
    assert (code, out) == (2, "")
    assert "was written to while it was read" in err


def test_strict_refuses_guessed_columns_by_name(tmp_path):
    path = tmp_path / "tape.csv"
    path.write_text("Loan ID,zz\n" + "".join(f"A{n},{500 + n}\n" for n in range(300)), encoding="utf-8")
    _, out, _ = check(path, "--json")
    guesses = [entry["column"] for entry in json.loads(out)["columns"]["matched"] if entry["confidence"] < 0.9]
    code, _, err = check(path, "--strict")
    assert (code == 2) == bool(guesses)
    assert all(column in err for column in guesses)


def test_no_database_is_needed(tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9",
    }
    command = [sys.executable, "manage.py", "check_tape", str(tape(tmp_path, GOOD)), "--json"]
    result = subprocess.run(
        command, cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["loans"] == 1


def test_broken_rules_are_told_and_nothing_is_checked(tmp_path, monkeypatch):
    def broken():
        raise BrokenRulebook(["a.toml: A-1: fires: unknown name x"])

    monkeypatch.setattr(check_tape, "shipped_rulebook", broken)
    with pytest.raises(CommandError, match="unknown name x") as refused:
        call_command("check_tape", str(tape(tmp_path, GOOD)))
    assert refused.value.returncode == 3
