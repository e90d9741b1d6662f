"""Findings have no foreign key to the run they belong to: a trigger keeps them from being orphaned."""

import pytest
from django.db import IntegrityError, connection

from diligence.models import Finding, LoanResult, Run
from tests.factories import UserFactory
from tests.loans.services.tapes_of import checked, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def run() -> Run:
    found = checked(UserFactory(), csv_of({}, {"Loan Number": "7000388104"}))
    assert Finding.objects.filter(run=found).exists()
    assert LoanResult.objects.filter(run=found).exists()
    return found


@pytest.mark.parametrize("left", [Finding, LoanResult])
def test_a_run_that_still_has_findings_cannot_be_deleted_behind_their_back(run, left):
    for table in {Finding, LoanResult} - {left}:
        table.objects.filter(run=run).delete()
    for relation in (run.chunks, run.rules, run.tallies):
        relation.all().delete()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="still has findings"):
            cursor.execute("DELETE FROM diligence_run WHERE id = %s", [run.pk])


def test_a_run_goes_with_its_findings(run):
    run.delete()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert not Finding.objects.filter(run_id=run.pk).exists()
    assert not LoanResult.objects.filter(run_id=run.pk).exists()
