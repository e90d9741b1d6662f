"""What a new version of a tape changed against the one before."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from accounts.models import User
from loans.models import TapeVersion
from loans.queries.differences import changes_csv, difference_of
from loans.services import differences, files, leases
from tests.diligence.services.pipeline import NOW, clock
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, checked_again, csv_of, next_version

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_files(settings: LazySettings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def dana() -> User:
    return UserFactory()


def second_version(by: User, before: bytes, after: bytes) -> TapeVersion:
    """The second of two checked versions, not compared yet."""
    version = next_version(checked(by, before).version.tape, by, after)
    checked_again(by, version)
    version.refresh_from_db()
    return version


def test_loans_added_dropped_and_changed_are_counted_by_field(dana: User) -> None:
    before = csv_of({}, {}, {"Credit Score": "700"}, {"LTV": "60"})
    after = csv_of({}, {"Loan Number": "99"}, {"Credit Score": "701", "LTV": ""}, {"LTV": "60.0"})
    version = second_version(dana, before, after)

    assert differences.compare(version_id=version.pk, clock=clock)
    version.refresh_from_db()
    found = version.difference
    assert found is not None
    assert (found["added"], found["dropped"], found["changed"], found["same"]) == (1, 1, 1, 2)
    assert {one["field"]: one["count"] for one in found["fields"]} == {"credit_score": 1, "ltv": 1}
    assert found["added_upb"] == found["dropped_upb"] == 288_410.22
    shown = difference_of(version)
    assert shown is not None
    scores = next(one for one in shown.examples if one.field.name == "credit_score")
    assert (scores.row, scores.loan, scores.before, scores.after) == (3, "7000388106", "700", "701")


def test_the_order_of_rows_is_no_change(dana: User) -> None:
    loans = [{"Loan Number": str(number)} for number in range(5)]
    version = second_version(dana, csv_of(*loans), csv_of(*reversed(loans)))
    differences.compare(version_id=version.pk, clock=clock)

    shown = difference_of(TapeVersion.objects.get(pk=version.pk))
    assert shown is not None
    assert shown.nothing


def test_a_field_that_one_version_lacks_is_named_and_not_counted(dana: User) -> None:
    before, after = csv_of(rows=3), csv_of(rows=3).replace(b"Credit Score", b"Unknown thing")
    version = second_version(dana, before, after)
    differences.compare(version_id=version.pk, clock=clock)

    version.refresh_from_db()
    assert version.difference is not None
    assert version.difference["lost_fields"] == ["credit_score"]
    assert version.difference["changed"] == 0


def test_rows_without_a_number_and_repeated_numbers_are_told_apart(dana: User) -> None:
    after = csv_of({}, {"Loan Number": ""}, {"Loan Number": "7000388104"})
    version = second_version(dana, csv_of(rows=1), after)
    differences.compare(version_id=version.pk, clock=clock)

    version.refresh_from_db()
    assert version.difference is not None
    assert version.difference["unnumbered"] == 2
    assert version.difference["added"] == 0


def test_the_download_has_every_change_and_runs_nothing(dana: User) -> None:
    version = second_version(dana, csv_of({"Occupancy": "PrimaryResidence"}), csv_of({"Loan Number": "=1+1"}))
    differences.compare(version_id=version.pk, clock=clock)
    version.refresh_from_db()
    lines = b"".join(changes_csv(files.read_parquet(version.changes))).decode().splitlines()

    assert lines[0] == "change,loan_number,row_before,row,field,before,after"
    assert sorted(lines[1:]) == ["added,'=1+1,,1,,,", "dropped,7000388104,1,,,,"]


def test_comparing_twice_changes_nothing(dana: User) -> None:
    version = second_version(dana, csv_of(rows=1), csv_of(rows=2))

    assert differences.compare(version_id=version.pk, clock=clock)
    assert not differences.compare(version_id=version.pk, clock=clock)


def test_the_sweep_finds_what_was_lost(dana: User) -> None:
    version = second_version(dana, csv_of(rows=1), csv_of(rows=2))

    assert leases.free(differences.lacking(), at=NOW) == [version.pk]
    differences.compare(version_id=version.pk, clock=clock)
    assert leases.free(differences.lacking(), at=NOW) == []


def test_a_first_version_that_was_never_checked_is_no_comparison(dana: User) -> None:
    version = second_version(dana, csv_of(rows=1), csv_of(rows=2))
    TapeVersion.objects.filter(tape=version.tape, number=1).update(status="unreadable")
    differences.compare(version_id=version.pk, clock=clock)

    version.refresh_from_db()
    assert version.difference == {"against": None}
    assert difference_of(version) is None
