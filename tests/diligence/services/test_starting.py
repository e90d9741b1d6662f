"""A check that is asked for twice."""

import pytest

from accounts.models import OrganizationKind, Role
from diligence.models import Run
from diligence.services import runs
from tests.diligence.services.pipeline import NOW, TODAY, completed, started, uploaded
from tests.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db

TAPE = b"Loan Number,Original UPB,Current UPB,Note Rate\n1,100000,90000,6.5\n2,200000,190000,6.25\n"


@pytest.fixture
def run() -> Run:
    lender = OrganizationFactory(kind=OrganizationKind.LENDER)
    by = UserFactory(organization=lender, roles=[Role.UPLOADER, Role.MANAGER])
    return started(by, uploaded(by, TAPE), accept_missing=True)


def again(run: Run) -> Run:
    return runs.start(version=run.version, criteria=None, as_of=TODAY, by=run.started_by, at=NOW)


def test_the_same_check_asked_for_again_while_it_is_under_way_is_that_check(run):
    assert again(run) == run
    assert Run.objects.count() == 1
    assert run.rules.count() == again(run).rules.count()


def test_a_check_that_is_done_can_be_made_again(run):
    done = completed(run)
    assert again(done) != done
