"""Downloads: what is in them, what they cost, and that no cell of a stranger's file runs in a spreadsheet."""

import csv
import io

import polars as pl
import pytest

from diligence.models import Export
from diligence.models.exports import ExportKind
from diligence.services import exports
from tests.diligence.conftest import HOSTILE, ROWS
from tests.diligence.services.pipeline import NOW, clock

pytestmark = pytest.mark.django_db


def asked(checked, kind: ExportKind, **filters: str) -> Export:
    lender = checked.lender
    return exports.request(
        run=checked.run, kind=kind, filters=filters, by=lender, organization=lender.organization, at=NOW
    )


def written(checked, kind: ExportKind, **filters: str) -> Export:
    export = asked(checked, kind, **filters)
    assert exports.write(export_id=export.pk, clock=clock)
    export.refresh_from_db()
    return export


def content(export: Export) -> bytes:
    with export.file.open("rb") as stored:
        return stored.read()


def rows_of(export: Export) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content(export).decode("utf-8-sig"))))


def test_the_findings_carry_values_words_and_source(checked):
    rows = rows_of(written(checked, ExportKind.FINDINGS_CSV))
    assert len(rows) == checked.run.findings.count()
    found = next(row for row in rows if row["rule"] == "XF-001")
    assert found["severity"] == "fatal"
    assert found["status"] == "open"
    assert "LTV" in found["columns"].split(";")
    assert '"ltv":"95.0"' in found["values"]
    assert found["cure"]
    assert found["source"]


def test_a_workbook_says_first_what_it_holds(checked):
    export = written(checked, ExportKind.FINDINGS_XLSX, rule="XF-001", severity="1,2", status="0,3")
    about = pl.read_excel(io.BytesIO(content(export)), sheet_name="About", has_header=False)
    said = dict(about.iter_rows())
    assert said["Findings in this file"] == (
        "rule XF-001, severity fatal and warning to fatal, status open and disputed"
    )
    assert said["SHA-256 of the tape"] == checked.run.version.sha256
    assert said["Criteria"] == "data rules only"
    rows = pl.read_excel(io.BytesIO(content(export)), sheet_name="Findings")
    assert set(rows["rule"]) == {"XF-001"}
    everything = written(checked, ExportKind.FINDINGS_XLSX)
    assert "all findings of the check" in str(pl.read_excel(io.BytesIO(content(everything)), sheet_name="About"))


def test_filters_narrow_the_file_and_stand_in_its_name(checked):
    export = written(checked, ExportKind.FINDINGS_CSV, rule="XF-001", severity="1")
    assert {row["rule"] for row in rows_of(export)} == {"XF-001"}
    assert export.filename.endswith("findings_rule-xf-001_severity-fatal.csv")
    assert export.rows_total == export.rows_done


def test_a_formula_in_a_cell_is_made_harmless_everywhere(checked):
    rows = rows_of(written(checked, ExportKind.TAPE_CSV))
    assert len(rows) == ROWS
    assert rows[7]["Property Address"] == "'" + HOSTILE
    assert rows[1]["plumbline_worst"] == "fatal"
    assert "XF-001" in rows[1]["plumbline_rules"].split(";")


def test_a_workbook_holds_the_same_findings_as_text(checked):
    export = written(checked, ExportKind.FINDINGS_XLSX)
    sheet = pl.read_excel(content(export), engine="calamine", sheet_name="Findings")
    assert sheet.height == checked.run.findings.count()
    assert not any(str(value).startswith("=") for row in sheet.iter_rows() for value in row)


def test_the_same_question_finds_the_same_file(checked):
    first = written(checked, ExportKind.FINDINGS_CSV)
    assert asked(checked, ExportKind.FINDINGS_CSV) == first
    assert asked(checked, ExportKind.FINDINGS_CSV, severity="1") != first


def test_a_file_is_written_once(checked):
    export = written(checked, ExportKind.FINDINGS_CSV)
    assert exports.write(export_id=export.pk, clock=clock) is False
    assert exports.waiting(at=NOW) == []


def test_what_cannot_be_written_says_so_and_is_not_tried_for_ever(checked, monkeypatch):
    export = asked(checked, ExportKind.FINDINGS_CSV)
    monkeypatch.setattr(exports, "write_file", broken)
    with pytest.raises(OSError, match="no space"):
        exports.write(export_id=export.pk, clock=clock)
    export.refresh_from_db()
    assert export.problem == exports.PROBLEM
    assert exports.waiting(at=NOW) == []


def broken(*args: object) -> None:
    raise OSError("no space left")


def test_an_empty_file_still_has_its_header(checked):
    export = written(checked, ExportKind.FINDINGS_CSV, status="2")
    assert rows_of(export) == []
    assert content(export).decode("utf-8-sig").startswith("row,loan_id,severity,rule")
