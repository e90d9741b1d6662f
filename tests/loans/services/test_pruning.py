"""Files that no record names are removed, all others stay."""

import os
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.utils import timezone

from loans.models import TapeVersion
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, csv_of

pytestmark = pytest.mark.django_db


def test_only_old_files_without_a_record_go(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    version = checked(UserFactory(), csv_of(rows=2)).version
    folder = Path(version.original.path).parent
    old, young = folder / "old", folder / "young"
    for path in (old, young):
        path.write_text("left behind")
    long_ago = timezone.now().timestamp() - 2 * 86_400
    for path in (old, Path(version.original.path)):
        os.utime(path, (long_ago, long_ago))
    said = StringIO()

    call_command("prune", dry_run=True, stdout=said)
    assert old.exists()
    assert "1 files would be deleted." in said.getvalue()
    call_command("prune", stdout=said)
    assert not old.exists()
    assert young.exists()
    assert TapeVersion.objects.get().original.storage.exists(version.original.name)


def test_an_installation_without_tapes_has_nothing_to_prune(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    said = StringIO()
    call_command("prune", stdout=said)

    assert "0 files deleted." in said.getvalue()
