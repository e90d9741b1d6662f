"""Stored files by a path of this machine, wherever their storage is."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db.models.fields.files import FieldFile

from loans.models import TapeVersion
from loans.services.files import local_file

CONTENT = b"Loan ID,Rate\nA1,6.5\n"


class Elsewhere(FieldFile):
    """A file whose storage is no folder of this machine."""

    @property
    def path(self) -> str:
        raise NotImplementedError


@pytest.mark.parametrize("kind", [FieldFile, Elsewhere])
def test_a_stored_file_is_read_by_a_path_and_its_folder_goes_away(tmp_path: Path, kind: type[FieldFile]) -> None:
    storage = FileSystemStorage(tmp_path)
    stored = kind(TapeVersion(), TapeVersion._meta.get_field("original"), storage.save("kept", ContentFile(CONTENT)))
    stored.storage = storage

    with local_file(stored) as path:
        assert path.read_bytes() == CONTENT
        assert path.is_symlink() is (kind is FieldFile)
        path.with_name("unpacked").write_bytes(b"a scratch file of its reader")

    assert not path.parent.exists()
    assert (tmp_path / "kept").read_bytes() == CONTENT
