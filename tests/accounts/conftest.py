from datetime import UTC, datetime

import pytest
from django.core.cache import cache

from accounts.models import Organization, OrganizationKind, Role, User
from tests.factories import OrganizationFactory, SuperuserFactory, UserFactory

NOW = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_limits_left_over():
    """Failed sign-ins of one test do not lock out the next."""
    cache.clear()


@pytest.fixture
def lender(db) -> Organization:
    return OrganizationFactory(name="Northgate Mortgage", slug="northgate", kind=OrganizationKind.LENDER)


@pytest.fixture
def purchaser(db) -> Organization:
    return OrganizationFactory(name="Meridian Capital", slug="meridian", kind=OrganizationKind.PURCHASER)


@pytest.fixture
def lender_admin(lender) -> User:
    return UserFactory(name="Ada Admin", organization=lender, roles=[Role.ADMIN])


@pytest.fixture
def uploader(lender) -> User:
    return UserFactory(name="Uma Uploader", organization=lender, roles=[Role.UPLOADER])


@pytest.fixture
def approver(purchaser) -> User:
    return UserFactory(name="Alan Approver", organization=purchaser, roles=[Role.APPROVER])


@pytest.fixture
def superuser(db) -> User:
    return SuperuserFactory(name="Oda Operator")
