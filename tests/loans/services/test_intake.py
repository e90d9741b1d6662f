"""Reading uploads: what is found in good ones, and the sentence that bad ones get."""

import gzip
import io
import zipfile
from pathlib import Path
from unittest.mock import patch

import pytest
from django.conf import LazySettings

from loans.domain.lifecycles import TapeStatus
from loans.models import TapeVersion
from loans.services import intake, leases
from tests.diligence.services.pipeline import NOW, clock, uploaded
from tests.factories import TapeVersionFactory, UserFactory
from tests.loans.services.tapes_of import LOAN, csv_of

pytestmark = pytest.mark.django_db

BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;">]><MESSAGE>&c;</MESSAGE>'
)
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><MESSAGE>&a;</MESSAGE>"""


def zipped(content: bytes, *names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return out.getvalue()


def wide(columns: int) -> bytes:
    return (",".join(f"c{n}" for n in range(columns)) + "\n" + ",".join("1" for _ in range(columns)) + "\n").encode()


BAD = {
    "nothing but spaces": (b"  \n \n", "tape.csv", ""),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "tape.csv", "picture"),
    "a program": (b"\x7fELF" + bytes(range(256)), "tape.csv", "program"),
    "a document": (b"%PDF-1.7\n%...", "tape.csv", "PDF"),
    "a web page": (b"<!doctype html><html><body>no</body></html>", "tape.csv", "web page"),
    "a ZIP that breaks off": (zipped(csv_of(rows=50), "tape.csv")[:200], "tape.zip", "cut off"),
    "a GZIP that breaks off": (gzip.compress(csv_of(rows=500))[:200], "tape.csv.gz", "cut off"),
    "a ZIP of two files": (zipped(csv_of(rows=2), "a.csv", "b.csv"), "tape.zip", "2"),
    "a ZIP of nothing": (zipped(b""), "tape.zip", ""),
    "a ZIP bomb": (zipped(bytes(60_000_000), "tape.csv"), "tape.zip", "times"),
    "too many columns": (wide(10_000), "tape.csv", "10,000 columns"),
    "an XML bomb": (BOMB, "tape.xml", ""),
    "XML that points outside": (OUTSIDE, "tape.xml", ""),
    "XML of something else": (b"<?xml version='1.0'?><invoice><total>1</total></invoice>", "tape.xml", ""),
    "a register under HMDA": (b"activity_year,lei,action_taken\n2022,B4TYDEB6GKMZO031MB27,1\n", "lar.csv", "HMDA"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "tape.xls", "old Excel"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_ends_with_a_sentence(kind: str) -> None:
    content, name, part = BAD[kind]
    version = uploaded(UserFactory(), content, name)

    assert version.status == TapeStatus.UNREADABLE, kind
    assert part in version.problem
    assert version.problem.endswith(".")
    assert "Traceback" not in version.problem
    assert "/tmp" not in version.problem


def test_a_single_endless_line_is_refused(settings: LazySettings) -> None:
    version = uploaded(UserFactory(), b"a" * (settings.MAX_LINE_BYTES + 10) + b"\n")

    assert version.status == TapeStatus.UNREADABLE
    assert "longer than" in version.problem


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("doubled headers", b"Loan Number,Note Amount,Note Amount\n1,100000,100000\n"),
        ("ragged rows", b"Loan Number,Note Amount\n1,100000\n2\n3,1,2,3\n"),
        ("another encoding", "Loan Number,Note Amount,Borrower\n1,100000,Müller\n".encode("latin-1")),
        ("UTF-16", "Loan Number,Note Amount\n1,100000\n".encode("utf-16")),
        ("200 characters in a header", b"Loan Number," + b"x" * 200 + b"\n1,100000\n"),
        ("a header only", b"Loan Number,Note Amount\n"),
    ],
)
def test_an_odd_file_is_read(kind: str, content: bytes) -> None:
    version = uploaded(UserFactory(), content)

    assert version.status == TapeStatus.MAPPING, f"{kind}: {version.problem}"
    assert len(version.columns) == len(version.facts["columns"])


def test_the_first_rows_are_kept_for_the_mapping_page() -> None:
    version = uploaded(UserFactory(), csv_of(rows=100))

    rows = version.facts["first_rows"]
    assert len(rows) == intake.FIRST_ROWS
    assert rows[1][version.facts["columns"].index("Loan Number")] == str(int(LOAN["Loan Number"]) + 1)


def test_reading_twice_changes_nothing() -> None:
    version = uploaded(UserFactory(), csv_of(rows=1))

    assert intake.read(version_id=version.pk, clock=clock) is None


def test_a_file_that_the_storage_lost_is_tried_again_and_then_said(settings: LazySettings) -> None:
    version = TapeVersionFactory()
    Path(version.original.path).unlink()
    at = NOW
    for _ in range(leases.MAX_ATTEMPTS):
        at += 2 * leases.LEASE
        with pytest.raises(FileNotFoundError):
            intake.read(version_id=version.pk, clock=lambda at=at: at)  # type: ignore[misc]

    version.refresh_from_db()
    assert version.status == TapeStatus.UNREADABLE
    assert "on our side" in version.problem


def test_a_worker_killed_while_reading_delays_only() -> None:
    version = TapeVersionFactory()
    with patch.object(intake, "describe", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        intake.read(version_id=version.pk, clock=clock)

    assert leases.waiting(status=TapeStatus.READING, at=NOW + 2 * leases.LEASE) == [version.pk]
    assert intake.read(version_id=version.pk, clock=lambda: NOW + 2 * leases.LEASE)
    version.refresh_from_db()
    assert version.status == TapeStatus.MAPPING


@pytest.mark.parametrize("status", [TapeStatus.READING, TapeStatus.PREPARING])
def test_a_file_that_ends_its_worker_each_time_is_given_up(status: TapeStatus) -> None:
    version = TapeVersionFactory(status=status, attempts=intake.KILLS - 1, lease_until=NOW)
    assert intake.fail_hopeless(at=NOW + leases.LEASE) == 0
    assert leases.claim(version.pk, status=status, at=NOW + leases.LEASE)
    assert intake.fail_hopeless(at=NOW + leases.LEASE) == 0  # a worker is at it
    assert intake.fail_hopeless(at=NOW + 3 * leases.LEASE) == 1
    given_up = TapeVersion.objects.get(pk=version.pk)
    assert given_up.status == TapeStatus.UNREADABLE
    assert f"failed {intake.KILLS} times for a reason on our side" in given_up.problem
