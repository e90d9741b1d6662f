"""The loan table, which has no foreign key to the version its loans belong to."""

import pytest
from django.db import IntegrityError, connection

from diligence.models import Run
from loans.models import Loan, TapeVersion
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def version() -> TapeVersion:
    """A tape of three loans that was checked, so that its loans are in the table."""
    run: Run = checked(UserFactory(), csv_of(rows=3))
    assert Loan.objects.filter(version=run.version).count() == 3
    return run.version


def test_a_version_that_still_has_loans_cannot_be_deleted_behind_their_back(version: TapeVersion) -> None:
    Run.objects.filter(version=version).delete()
    version.chunks.all().delete()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="still has loans"):
            cursor.execute("DELETE FROM loans_tapeversion WHERE id = %s", [version.pk])


def test_a_version_goes_with_its_loans(version: TapeVersion) -> None:
    Run.objects.filter(version=version).delete()
    version.delete()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Loan.objects.filter(version_id=version.pk).exists()


def test_pages_find_loans_by_columns_that_have_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'loans_loan'::regclass AND attnum > 0 "
            "AND NOT attisdropped AND coalesce(attstattarget, -1) <> 0"
        )
        assert {name for (name,) in cursor.fetchall()} == {"version_id", "row_no", "loan_id"}
