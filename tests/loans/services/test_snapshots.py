"""Preparing a tape by several workers, of which some die or are overtaken."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import LazySettings

from loans.domain.lifecycles import TapeStatus
from loans.domain.mapping import Mapping
from loans.models import TapeVersion
from loans.services import leases, mappings, snapshots, texts
from tests.diligence.services.pipeline import NOW, uploaded
from tests.factories import UserFactory
from tests.loans.services.tapes_of import csv_of

pytestmark = pytest.mark.django_db
PART_ROWS = 4


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch: pytest.MonkeyPatch, settings: LazySettings, tmp_path: Path) -> None:
    monkeypatch.setattr(texts, "PART_ROWS", PART_ROWS)
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def version() -> TapeVersion:
    """A tape of ten loans whose columns are confirmed."""
    user = UserFactory()
    found = uploaded(user, csv_of(rows=10))
    mapping = Mapping.from_json(found.mapping or {})
    mappings.confirm(version=found, mapping=mapping, by=user, at=NOW, accept_missing=True)
    return found


def ticking(start: datetime = NOW, step: timedelta = timedelta(seconds=1)) -> Iterator[datetime]:
    while True:
        yield start
        start += step


def files(settings: LazySettings, version: TapeVersion) -> set[str]:
    folder = Path(settings.MEDIA_ROOT) / "tapes" / str(version.tape.organization_id) / str(version.pk)
    return {path.name for path in folder.glob("*")}


def named(version: TapeVersion) -> set[str]:
    stored = [file for part in version.chunks.all() for file in (part.typed, part.cells, part.problems)]
    return {Path(file.name).name for file in stored if file}


def test_every_row_is_in_exactly_one_part(version: TapeVersion, settings: LazySettings) -> None:
    assert snapshots.prepare(version_id=version.pk, clock=ticking().__next__)

    version.refresh_from_db()
    parts = list(version.chunks.values_list("first_row", "row_count"))
    assert parts == [(1, 4), (5, 4), (9, 2)]
    assert version.row_count == 10
    assert version.total_upb == Decimal("2884102.20")
    assert version.status == TapeStatus.READY
    assert files(settings, version) == named(version)


def test_preparing_twice_changes_nothing(version: TapeVersion) -> None:
    snapshots.prepare(version_id=version.pk, clock=ticking().__next__)
    before = named(version)

    assert snapshots.prepare(version_id=version.pk, clock=ticking().__next__)
    assert named(version) == before


def test_a_second_worker_leaves_a_held_version_alone(version: TapeVersion) -> None:
    leases.claim(version.pk, status=TapeStatus.PREPARING, at=NOW)

    assert not snapshots.prepare(version_id=version.pk, clock=lambda: NOW + leases.LEASE / 2)
    assert not version.chunks.exists()


def test_the_sweep_finds_the_version_of_a_killed_worker(version: TapeVersion) -> None:
    leases.claim(version.pk, status=TapeStatus.PREPARING, at=NOW)
    later = NOW + leases.LEASE + timedelta(seconds=1)

    assert leases.waiting(status=TapeStatus.PREPARING, at=NOW) == []
    assert leases.waiting(status=TapeStatus.PREPARING, at=later) == [version.pk]
    assert snapshots.prepare(version_id=version.pk, clock=lambda: later)
    assert version.chunks.count() == 3


def test_a_worker_that_was_overtaken_keeps_neither_parts_nor_files(
    version: TapeVersion, settings: LazySettings
) -> None:
    original, overtaken = snapshots.add_part, []

    def slow(*args: object) -> None:
        original(*args)  # type: ignore[arg-type]
        if not overtaken:
            overtaken.append(True)
            later = NOW + 2 * leases.LEASE
            assert snapshots.prepare(version_id=version.pk, clock=ticking(later).__next__)

    with patch.object(snapshots, "add_part", slow):
        assert snapshots.prepare(version_id=version.pk, clock=ticking().__next__)

    assert list(version.chunks.values_list("number", flat=True)) == [0, 1, 2]
    assert files(settings, version) == named(version)


def test_a_storage_that_fails_leaves_no_files_and_is_tried_again(version: TapeVersion, settings: LazySettings) -> None:
    original, calls = snapshots.save, []

    def failing(*args: object) -> None:
        calls.append(args)
        if len(calls) == 5:
            raise OSError("no space left on device")
        original(*args)  # type: ignore[arg-type]

    with patch.object(snapshots, "save", failing), pytest.raises(OSError, match="no space"):
        snapshots.prepare(version_id=version.pk, clock=ticking().__next__)

    assert files(settings, version) == set()
    later = NOW + 2 * leases.LEASE
    assert snapshots.prepare(version_id=version.pk, clock=lambda: later)
    assert version.chunks.count() == 3


def test_after_several_failures_the_person_is_told(version: TapeVersion) -> None:
    at = NOW
    for _ in range(leases.MAX_ATTEMPTS):
        at += 2 * leases.LEASE
        with patch.object(snapshots, "cast", side_effect=RuntimeError), pytest.raises(RuntimeError):
            snapshots.prepare(version_id=version.pk, clock=lambda at=at: at)  # type: ignore[misc]

    version.refresh_from_db()
    assert version.status == TapeStatus.UNREADABLE
    assert "on our side" in version.problem
