import pytest
from allauth.mfa.models import Authenticator

from accounts.models import Role, User
from accounts.policies import NotAllowed
from accounts.queries import history_of
from accounts.services import people
from tests.factories import SuperuserFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_setting_roles_is_kept_with_the_actor(lender_admin, uploader):
    people.set_roles(person=uploader, roles=["manager", "uploader"], by=lender_admin)
    uploader.refresh_from_db()
    assert uploader.roles == ["manager", "uploader"]
    event = uploader.events.latest("pgh_id")
    assert event.pgh_context.metadata == {"user": lender_admin.pk, "action": "set roles"}
    sentences = [(change.sentence, change.by) for change in history_of(uploader)]
    assert sentences == [
        ("Roles changed from Uploader to Manager, Uploader.", "Ada Admin"),
        ("Came in as Uploader.", "the system"),
    ]


def test_the_last_admin_keeps_the_role(lender_admin):
    with pytest.raises(NotAllowed, match="Ada Admin is the last organization admin of Northgate Mortgage"):
        people.set_roles(person=lender_admin, roles=["uploader"], by=lender_admin)
    lender_admin.refresh_from_db()
    assert lender_admin.roles == ["admin"]


def test_a_deactivated_admin_does_not_count_as_another(lender_admin, lender):
    UserFactory(organization=lender, roles=[Role.ADMIN], is_active=False, inactive_reason="left")
    with pytest.raises(NotAllowed, match="last organization admin"):
        people.set_roles(person=lender_admin, roles=["uploader"], by=lender_admin)


def test_with_a_second_admin_the_first_may_go(lender_admin, lender):
    UserFactory(organization=lender, roles=[Role.ADMIN])
    people.set_roles(person=lender_admin, roles=["uploader"], by=lender_admin)
    lender_admin.refresh_from_db()
    assert lender_admin.roles == ["uploader"]


def test_deactivating_and_back(lender_admin, uploader):
    people.deactivate(person=uploader, reason="Left the company.", by=lender_admin)
    uploader.refresh_from_db()
    assert (uploader.is_active, uploader.inactive_reason) == (False, "Left the company.")
    people.reactivate(person=uploader, by=lender_admin)
    uploader.refresh_from_db()
    assert (uploader.is_active, uploader.inactive_reason) == (True, "")
    assert [change.sentence for change in history_of(uploader)] == [
        "Reactivated.",
        "Deactivated: Left the company.",
        "Came in as Uploader.",
    ]


def test_nobody_deactivates_themselves(lender_admin, lender):
    UserFactory(organization=lender, roles=[Role.ADMIN])
    with pytest.raises(NotAllowed, match="cannot deactivate yourself"):
        people.deactivate(person=lender_admin, reason="Tired.", by=lender_admin)


def test_staff_cannot_deactivate_the_last_admin_either(superuser, lender_admin):
    with pytest.raises(NotAllowed, match="last organization admin"):
        people.deactivate(person=lender_admin, reason="Why not.", by=superuser)


@pytest.mark.parametrize("act", ["set_roles", "deactivate", "reactivate"])
def test_strangers_change_nothing(act, approver, uploader):
    given = {"set_roles": {"roles": ["manager"]}, "deactivate": {"reason": "x"}, "reactivate": {}}[act]
    with pytest.raises(NotAllowed, match="Only an organization admin of Northgate Mortgage"):
        getattr(people, act)(person=uploader, by=approver, **given)
    assert uploader.events.count() == 1


def test_staff_who_are_no_superusers_leave_superusers_alone(superuser):
    clerk = UserFactory(organization=superuser.organization, roles=[Role.STAFF, Role.ADMIN])
    with pytest.raises(NotAllowed, match="only another superuser"):
        people.deactivate(person=superuser, reason="Coup.", by=clerk)
    with pytest.raises(NotAllowed, match="only another superuser"):
        people.remove_second_factor(person=superuser, by=clerk)


def test_a_superuser_stays_staff(superuser):
    SuperuserFactory(organization=superuser.organization)
    with pytest.raises(NotAllowed, match="stays operator staff"):
        people.set_roles(person=superuser, roles=["admin"], by=superuser)


def test_removing_a_second_factor_is_for_staff_and_kept(superuser, approver, lender_admin):
    Authenticator.objects.create(user=approver, type=Authenticator.Type.TOTP, data={"secret": "x"})
    with pytest.raises(NotAllowed):
        people.remove_second_factor(person=approver, by=lender_admin)
    people.remove_second_factor(person=approver, by=superuser)
    assert not Authenticator.objects.filter(user=approver).exists()
    assert history_of(approver)[0].sentence == "Second factor removed."
    assert history_of(approver)[0].by == "Oda Operator"


def test_the_profile_keeps_name_and_theme_only(uploader):
    people.save_profile(person=uploader, name="  Uma   Upton ", theme="dark")
    fresh = User.objects.get(pk=uploader.pk)
    assert (fresh.name, fresh.theme, fresh.roles) == ("Uma Upton", "dark", ["uploader"])
