"""Uploads become versions: once for the same bytes, however many arrive together."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from accounts.models import OrganizationKind, Role, User
from accounts.policies import NotAllowed
from loans.models import Tape, TapeVersion
from loans.services import tapes
from tests.diligence.services.pipeline import NOW
from tests.factories import UserFactory
from tests.loans.services.tapes_of import csv_of


def receive(by: User, content: bytes, name: str = "tape.csv") -> tapes.Received:
    return tapes.receive(upload=SimpleUploadedFile(name, content), by=by, at=NOW)


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_uploaded_at_once_are_one_version(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    dana = UserFactory()

    def upload(_: int) -> bool:
        try:
            return receive(dana, csv_of(rows=2)).is_new
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(upload, range(8))) == [False] * 7 + [True]
    assert TapeVersion.objects.count() == 1
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db
def test_another_lender_may_upload_the_same_bytes() -> None:
    assert receive(UserFactory(), csv_of(rows=1)).is_new
    assert receive(UserFactory(), csv_of(rows=1)).is_new


@pytest.mark.django_db
def test_a_name_that_is_taken_gets_a_number() -> None:
    dana = UserFactory()
    receive(dana, csv_of(rows=1))
    receive(dana, csv_of(rows=2))

    assert sorted(Tape.objects.values_list("name", flat=True)) == ["tape", "tape (2)"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 300 + ".csv", "C:\\tapes\\june.csv", ".csv"])
def test_a_file_name_never_becomes_a_path(name: str, settings: LazySettings) -> None:
    version = receive(UserFactory(), csv_of(rows=1), name).version

    assert Path(version.original.path).name == "original"
    assert Path(version.original.path).is_relative_to(settings.MEDIA_ROOT)
    assert len(version.filename) <= 255


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "roles"), [(OrganizationKind.PURCHASER, [Role.REVIEWER]), (OrganizationKind.LENDER, [Role.ADMIN])]
)
def test_only_uploaders_of_a_lender_upload(kind: OrganizationKind, roles: list[Role]) -> None:
    with pytest.raises(NotAllowed):
        receive(UserFactory(organization__kind=kind, roles=roles), csv_of(rows=1))
    assert not TapeVersion.objects.exists()


@pytest.mark.django_db
def test_files_without_bytes_and_over_the_bound_are_refused(settings: LazySettings) -> None:
    settings.MAX_UPLOAD_MB = 1
    for content, sentence in ((b"", "empty"), (b"a" * 1_100_000, "at most 1 MB")):
        with pytest.raises(tapes.Refused, match=sentence):
            receive(UserFactory(), content)
