"""New flags among the notifications."""

import pytest
from django.urls import reverse

from accounts.models import OrganizationKind, Role
from portfolios.queries.redflags.news import flag_entries
from portfolios.services import redflags
from tests.factories import UserFactory
from tests.portfolios.paydowns import NOW, pool

pytestmark = pytest.mark.django_db


@pytest.fixture
def security():
    made = pool([0.51] * 6 + [3.0] * 3, name="PL 2025-K07")
    redflags.watch(security=made, at=NOW)
    return made


def test_one_look_at_one_pool_is_one_line(security):
    (only,) = flag_entries(security.created_by)
    assert only.what == "raised 1 red and 1 amber flags on PL 2025-K07"
    assert only.note.startswith("Faster than the forecast: CPR of 3 months")
    assert (only.tone, only.url) == ("fatal", reverse("portfolios:pool-flags", args=[security.pk]))


def test_strangers_and_servicers_hear_nothing(security):
    lender = UserFactory(organization__kind=OrganizationKind.LENDER, roles=[Role.MANAGER])
    security.servicer = lender.organization
    security.save()
    stranger = UserFactory(organization__kind=OrganizationKind.PURCHASER, roles=[Role.ANALYST])
    assert flag_entries(lender) == flag_entries(stranger) == []


def test_the_page_of_notifications_tells_of_them(client, security):
    client.force_login(security.created_by)
    assert "raised 1 red and 1 amber flags" in client.get(reverse("portfolios:notifications")).content.decode()
