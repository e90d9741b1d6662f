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


def test_loans_stand_in_the_order_of_their_numbers_and_are_found_by_them() -> None:
    numbers = ["C3", "A1", "B2", "A1", ""]
    run = checked(UserFactory(), csv_of(*({"Loan Number": number} for number in numbers)))

    stored = list(Loan.objects.filter(version=run.version).order_by())
    assert [loan.row_no for loan in Loan.objects.filter(loan_id="A1").order_by("row_no")] == [2, 4]
    assert {loan.row_no: loan.loan_id or "" for loan in stored} == dict(enumerate(numbers, 1))
    assert [loan.loan_id for loan in stored if loan.loan_id] == ["A1", "A1", "B2", "C3"]


def test_a_check_leaves_no_page_of_loans_for_searches_to_read_through(version: TapeVersion) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT brin_summarize_new_values('loan_by_number')")
        assert cursor.fetchone() == (0,)


def test_pages_find_loans_by_columns_that_have_statistics() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'loans_loan'::regclass AND attnum > 0 "
            "AND NOT attisdropped AND coalesce(attstattarget, -1) <> 0"
        )
        assert {name for (name,) in cursor.fetchall()} == {"version_id", "row_no", "loan_id"}
