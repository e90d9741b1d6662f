"""Which pools the clock has looked at again: changed ones, and those whose factor is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import OrganizationKind
from portfolios.queries.redflags.stale import to_look_at
from portfolios.services import redflags
from tests.factories import SecurityFactory, UserFactory
from tests.portfolios.paydowns import NOW, figures, pool, record

pytestmark = pytest.mark.django_db
SLOW = [0.51] * 9


def test_a_pool_without_months_is_left_alone():
    SecurityFactory()
    assert to_look_at(at=NOW) == []


def test_each_change_is_looked_at_once():
    security = pool(SLOW)
    assert to_look_at(at=NOW) == [security.pk]
    redflags.watch(security=security, at=NOW)
    assert to_look_at(at=NOW) == []
    redflags.watch(security=security, at=NOW - timedelta(seconds=1))  # a month came while the last look ran
    assert to_look_at(at=NOW) == [security.pk]


def test_a_pool_that_is_no_longer_followed_is_left_alone():
    security = pool(SLOW)
    security.archived_at = NOW
    security.save()
    assert to_look_at(at=NOW) == []


def test_a_missing_factor_is_noticed_on_business_day_5_once():
    lender = UserFactory(organization__kind=OrganizationKind.LENDER).organization
    security = pool(SLOW, issued_on=date(2025, 5, 1), servicer=lender)
    redflags.watch(security=security, at=NOW)
    fourth, fifth = (datetime(2026, 3, day, 12, tzinfo=UTC) for day in (5, 6))
    assert to_look_at(at=fourth) == []
    assert to_look_at(at=fifth) == [security.pk]
    redflags.watch(security=security, at=fifth)
    assert to_look_at(at=fifth) == []
    record(security, figures(security, [*SLOW, 0.5]))
    redflags.watch(security=security, at=fifth)
    assert security.flags.filter(code="missing", withdrawn_at=None).count() == 0
