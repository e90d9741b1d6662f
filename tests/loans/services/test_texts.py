"""The cells of a prepared tape, from the original or from the copy of a part."""

import gzip
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings

from loans.domain.formats import open_tape
from loans.domain.mapping import Mapping
from loans.models import TapeVersion
from loans.services import mappings, snapshots, texts
from tests.diligence.services.pipeline import NOW, uploaded
from tests.factories import UserFactory
from tests.loans.services.tapes_of import csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setattr(texts, "PART_ROWS", 4)
    settings.MEDIA_ROOT = tmp_path


def prepared(content: bytes, name: str = "tape.csv") -> TapeVersion:
    user = UserFactory()
    version = uploaded(user, content, name)
    mapping = Mapping.from_json(version.mapping or {})
    mappings.confirm(version=version, mapping=mapping, by=user, at=NOW, accept_missing=True)
    assert snapshots.prepare(version_id=version.pk, clock=lambda: NOW + timedelta(seconds=1))
    version.refresh_from_db()
    return version


@pytest.mark.parametrize(
    ("content", "name", "is_copied"),
    [
        pytest.param(csv_of(rows=10), "tape.csv", False, id="a plain file"),
        pytest.param(gzip.compress(csv_of(rows=10)), "tape.csv.gz", True, id="an archive"),
        pytest.param(csv_of(rows=10) + b'7000388114,"1,2,3\n', "tape.csv", True, id="a file to be put right"),
    ],
)
def test_every_cell_is_found_again(content: bytes, name: str, is_copied: bool) -> None:
    version = prepared(content, name)
    parts = list(version.chunks.all())

    assert [bool(part.cells) for part in parts] == [is_copied] * 3
    for part in parts:
        batch = texts.batch_of(part)
        assert batch["row_no"].to_list() == list(range(part.first_row, part.first_row + part.row_count))
        for row in batch.iter_rows(named=True):
            found = texts.row_of(part, row.pop("row_no"))
            assert {column: found[column] for column in row} == row
    assert texts.row_of(parts[1], 6)["Loan Number"] == "7000388109"
    assert texts.row_of(parts[-1], 99) == {}


def test_what_columns_hold_is_told_of_the_whole_tape() -> None:
    seen = snapshots.text_seen(prepared(csv_of({}, {"DTI": ""}, {}, {}, {}, {"DTI": ""})))

    assert (seen.columns["DTI"].filled, seen.columns["Loan Number"].filled) == (4, 6)
    assert seen.columns["Note Rate"].least == seen.columns["Note Rate"].greatest == "6.625"


@pytest.mark.parametrize(("columns", "expected"), [(60, 100_000), (120, 100_000), (240, 50_000), (20_000, 1_000)])
def test_wide_tapes_are_cut_into_smaller_parts(monkeypatch, tmp_path, columns, expected):
    monkeypatch.undo()
    path = tmp_path / "tape.csv"
    path.write_bytes(csv_of(rows=1))
    tape = open_tape(path, name="tape.csv", unpack_dir=tmp_path)
    assert texts.part_rows(replace(tape, columns=tuple(map(str, range(columns))))) == expected
