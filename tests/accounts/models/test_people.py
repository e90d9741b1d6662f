"""What the database refuses, whoever writes."""

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from accounts.models import Organization, OrganizationKind, Role, User
from tests.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_role_that_the_kind_does_not_give_is_refused(lender):
    with pytest.raises(IntegrityError, match="does not give these roles"), transaction.atomic():
        UserFactory(organization=lender, roles=[Role.APPROVER])
    assert not lender.people.exists()


def test_moving_to_an_organization_of_another_kind_is_refused(uploader, purchaser):
    with pytest.raises(IntegrityError, match="does not give these roles"), transaction.atomic():
        User.objects.filter(pk=uploader.pk).update(organization=purchaser)


@pytest.mark.parametrize("kind", OrganizationKind)
def test_every_role_of_a_kind_can_be_held(kind):
    organization = OrganizationFactory(kind=kind)
    person = UserFactory(organization=organization, roles=list(organization.possible_roles))
    assert set(User.objects.get(pk=person.pk).roles) == set(organization.possible_roles)


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"roles": []}, "user_roles_known"),
        ({"email": "Upper@example.com"}, "user_email_lower_case"),
        ({"is_active": False}, "user_inactive_has_reason"),
        ({"is_superuser": True}, "user_superuser_is_staff"),
        ({"theme": "sepia"}, "user_theme_known"),
    ],
)
def test_constraints_of_people(uploader, change, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        User.objects.filter(pk=uploader.pk).update(**change)


def test_addresses_are_unique_whatever_their_case(uploader):
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(email=uploader.email.upper())


def test_the_kind_of_an_organization_is_fixed(lender):
    with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
        Organization.objects.filter(pk=lender.pk).update(kind=OrganizationKind.PURCHASER)


def test_changes_of_roles_are_kept_and_cannot_be_altered(uploader):
    uploader.roles = [Role.MANAGER]
    uploader.save()
    kept = uploader.events.order_by("pgh_id").values_list("pgh_label", "roles")
    assert list(kept) == [("insert", ["uploader"]), ("update", ["manager"])]
    with pytest.raises(ProgrammingError, match="Cannot update or delete rows"), transaction.atomic():
        uploader.events.all().delete()


def test_signing_in_leaves_no_audit_event(uploader):
    uploader.last_login = uploader.created_at
    uploader.save(update_fields=["last_login"])
    assert uploader.events.count() == 1


class TestVisibleTo:
    def test_people_see_their_own_organization_only(self, uploader, lender_admin, approver):
        assert set(User.objects.visible_to(uploader)) == {uploader, lender_admin}

    def test_operator_staff_see_everybody(self, uploader, approver, superuser):
        assert set(User.objects.visible_to(superuser)) == {uploader, approver, superuser}

    def test_competitors_stay_hidden_and_purchasers_do_not(self, uploader, purchaser):
        OrganizationFactory(name="Competing Lender", kind=OrganizationKind.LENDER)
        OrganizationFactory(name="Closed Purchaser", kind=OrganizationKind.PURCHASER, is_active=False)
        OrganizationFactory(name="Some Investor", kind=OrganizationKind.INVESTOR)
        assert set(Organization.objects.visible_to(uploader)) == {uploader.organization, purchaser}

    def test_nobody_signed_in_sees_nothing(self, uploader):
        from django.contrib.auth.models import AnonymousUser

        assert not User.objects.visible_to(AnonymousUser()).exists()
        assert not Organization.objects.visible_to(AnonymousUser()).exists()
