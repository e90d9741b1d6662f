import pytest

from accounts.models import Organization
from accounts.policies import NotAllowed
from accounts.services import organizations

pytestmark = pytest.mark.django_db


def test_staff_create_an_organization_with_a_free_address(superuser):
    first = organizations.create(name="Aldergate Home Loans", kind="lender", by=superuser)
    second = organizations.create(name="Aldergate, Home Loans", kind="purchaser", by=superuser)
    assert (first.slug, second.slug) == ("aldergate-home-loans", "aldergate-home-loans-2")
    assert first.events.get().pgh_context.metadata == {"user": superuser.pk, "action": "create organization"}


def test_names_are_taken_whatever_their_case(superuser, lender):
    with pytest.raises(NotAllowed, match="already"):
        organizations.create(name="northgate  MORTGAGE", kind="lender", by=superuser)


def test_a_name_without_letters_still_gets_an_address(superuser):
    assert organizations.create(name="株式会社", kind="investor", by=superuser).slug == "organization"


def test_nobody_else_creates_organizations(lender_admin):
    with pytest.raises(NotAllowed, match="Only operator staff"):
        organizations.create(name="Shadow Lender", kind="lender", by=lender_admin)
    assert Organization.objects.count() == 1


def test_the_same_form_sent_twice_at_once_is_told_to_the_second(superuser, monkeypatch):
    organizations.create(name="Aldergate", kind="lender", by=superuser)
    monkeypatch.setattr(organizations, "free_slug", lambda name: "aldergate")  # what the loser of the race read
    with pytest.raises(NotAllowed, match="named Aldergate II already"):
        organizations.create(name="Aldergate II", kind="lender", by=superuser)
    assert Organization.objects.filter(name__startswith="Aldergate").count() == 1
