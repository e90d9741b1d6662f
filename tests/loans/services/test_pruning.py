"""Files that no record names are removed, all others stay, whatever they belong to."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.management import call_command
from django.db.models import FileField
from django.utils import timezone

from loans.models import TapeVersion
from loans.services import pruning
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, csv_of

OURS = ("accounts", "loans", "diligence", "portfolios")
FILE_FIELDS = [
    field
    for app in OURS
    for model in apps.get_app_config(app).get_models()
    for field in model._meta.get_fields()
    if isinstance(field, FileField)
]


class Anything:
    """Stands for a row whose keys are not known: every attribute is another of its kind, and reads as a number."""

    def __getattr__(self, name: str) -> "Anything":
        return Anything()

    def __str__(self) -> str:
        return "7"


def age(path: Path, days: int = 2) -> None:
    long_ago = timezone.now().timestamp() - days * 86_400
    os.utime(path, (long_ago, long_ago))


def said(**options: bool) -> str:
    text = StringIO()
    call_command("prune", stdout=text, **options)
    return text.getvalue()


@pytest.mark.django_db
def test_only_old_files_without_a_record_go(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    version = checked(UserFactory(), csv_of(rows=2)).version
    folder = Path(version.original.path).parent
    old, young = folder / "old", folder / "young"
    for path in (old, young):
        path.write_text("left behind")
    age(old)
    age(Path(version.original.path))

    assert "1 file would be deleted." in said(dry_run=True)
    assert old.exists()
    said()
    assert not old.exists()
    assert young.exists()
    assert TapeVersion.objects.get().original.storage.exists(version.original.name)


@pytest.mark.django_db
def test_every_folder_of_the_project_is_looked_at(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    for folder in (*pruning.folders(), "somebody-elses"):
        for name in ("left", "at-work"):
            path = tmp_path / folder / "3" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("left behind")
        age(tmp_path / folder / "3" / "left")

    assert "9 files deleted." in said()
    assert sorted(path.parent.parent.name for path in tmp_path.rglob("at-work")) == sorted(
        [*pruning.folders(), "somebody-elses"]
    )
    assert [path.parent.parent.name for path in tmp_path.rglob("left")] == ["somebody-elses"]


@pytest.mark.parametrize("field", FILE_FIELDS, ids=str)
def test_every_column_of_files_is_known_under_its_folder(field: FileField) -> None:  # type: ignore[type-arg]
    known = {column: folder for folder, columns in pruning.folders().items() for column in columns}
    assert field.upload_to(Anything(), "a.parquet").startswith(f"{known[field.model, field.name]}/")


@pytest.mark.django_db
def test_a_statement_that_was_replaced_goes_and_the_one_in_force_stays(settings: LazySettings, tmp_path: Path) -> None:
    from tests.portfolios.closing import make_closing

    settings.MEDIA_ROOT = tmp_path
    settlement = make_closing(loans=2, kick_out_percent="100").settlement
    kept = tmp_path / "settlements" / str(settlement.pk) / "kept.parquet"
    kept.parent.mkdir(parents=True)
    replaced = kept.with_name("replaced.parquet")
    for path in (kept, replaced):
        path.write_bytes(b"lines")
        age(path)
    type(settlement).objects.update(statement=f"settlements/{settlement.pk}/kept.parquet")

    assert f"settlements/{settlement.pk}/replaced.parquet" in said()
    assert (kept.exists(), replaced.exists()) == (True, False)


@pytest.mark.django_db
def test_an_installation_without_files_has_nothing_to_prune(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path

    assert "0 files deleted." in said()
