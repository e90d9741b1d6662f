"""The admin's pages on organizations and people."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role, User
from accounts.services import invitations
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mfa_not_required(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def desk(client, superuser):
    client.force_login(superuser)
    return client


@pytest.fixture
def sent(lender_admin):
    return invitations.invite(
        email="nia@northgate.example",
        organization=lender_admin.organization,
        roles=[Role.UPLOADER],
        by=lender_admin,
        at=timezone.now(),
        link_to=lambda token: token,
    )


@pytest.mark.parametrize("model", ["organization", "user", "invitation"])
def test_lists_open_and_are_searched(desk, sent, uploader, model):
    page = desk.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "northgate"})
    assert page.status_code == 200
    assert "Northgate Mortgage" in page.content.decode()


def test_people_are_filtered_by_role(desk, uploader, approver):
    page = desk.get(reverse("admin:accounts_user_changelist"), {"role": "approver"}).content.decode()
    assert "Alan Approver" in page
    assert "Uma Uploader" not in page


def test_neither_password_nor_token_is_shown(desk, uploader, sent):
    person = desk.get(reverse("admin:accounts_user_change", args=[uploader.pk])).content.decode()
    assert uploader.password not in person
    invitation = desk.get(reverse("admin:accounts_invitation_change", args=[sent.invitation.pk])).content.decode()
    assert sent.invitation.token_hash not in invitation


def test_no_page_shows_keys_of_sessions_and_second_factors(desk):
    shown = desk.get(reverse("admin:index")).content.decode()
    for model in ("mfa/authenticator", "usersessions/usersession", "account/emailaddress", "auth/group"):
        assert f"/admin/{model}/" not in shown


def save(desk, person: User, **changes):
    given = {"name": person.name, "roles": person.roles, "is_active": "on", "inactive_reason": ""}
    typed = {key: value for key, value in (given | changes).items() if value is not None}
    return desk.post(reverse("admin:accounts_user_change", args=[person.pk]), typed)


def test_roles_are_changed_under_the_same_policies(desk, uploader, lender_admin):
    assert save(desk, uploader, roles=["manager"]).status_code == 302
    uploader.refresh_from_db()
    assert uploader.roles == ["manager"]
    assert "cannot give: Approver" in save(desk, uploader, roles=["approver"]).content.decode()
    assert "last organization admin" in save(desk, lender_admin, roles=["uploader"]).content.decode()


def test_deactivating_needs_a_reason_there_too(desk, uploader):
    assert "Say why this person may no longer sign in" in save(desk, uploader, is_active=None).content.decode()
    assert save(desk, uploader, is_active=None, inactive_reason="Left.").status_code == 302
    uploader.refresh_from_db()
    assert not uploader.is_active


def test_staff_make_nobody_a_superuser(client, superuser):
    clerk = UserFactory(organization=superuser.organization, roles=[Role.STAFF])
    client.force_login(clerk)
    save(client, clerk, is_superuser="on")
    clerk.refresh_from_db()
    assert not clerk.is_superuser


def test_tenants_do_not_get_in(client, lender_admin):
    client.force_login(lender_admin)
    assert client.get(reverse("admin:index")).status_code in (302, 403)
    assert client.get(reverse("admin:accounts_user_changelist")).status_code in (302, 403)


def test_nothing_is_deleted(desk, uploader, sent):
    for model, pk in (
        ("user", uploader.pk),
        ("organization", uploader.organization_id),
        ("invitation", sent.invitation.pk),
    ):
        assert desk.post(reverse(f"admin:accounts_{model}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_invitations_are_revoked_from_the_list(desk, sent):
    typed = {"action": "revoke", "_selected_action": [sent.invitation.pk]}
    desk.post(reverse("admin:accounts_invitation_changelist"), typed)
    sent.invitation.refresh_from_db()
    assert sent.invitation.revoked_at is not None
