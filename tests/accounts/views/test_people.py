import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Organization, Role, User
from tests.factories import OrganizationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mfa_not_required(settings):
    settings.REQUIRE_MFA = False


@pytest.fixture
def admin(client, lender_admin):
    client.force_login(lender_admin)
    return client


@pytest.fixture
def staff(client, superuser):
    client.force_login(superuser)
    return client


def test_admins_see_their_people_and_nobody_elses(admin, uploader, approver):
    text = admin.get(reverse("accounts:people")).content.decode()
    assert "Uma Uploader" in text
    assert "Alan Approver" not in text


def test_the_list_asks_few_questions_however_many_people(admin, lender, django_assert_max_num_queries):
    UserFactory.create_batch(30, organization=lender)
    with django_assert_max_num_queries(13):
        assert admin.get(reverse("accounts:people")).status_code == 200


def test_people_without_the_admin_role_are_told_why(client, uploader):
    client.force_login(uploader)
    answer = client.get(reverse("accounts:people"))
    assert answer.status_code == 403
    assert "for the role organization admin or operator staff" in answer.content.decode()


def test_inviting_shows_the_link_once(admin):
    answer = admin.post(reverse("accounts:invite"), {"email": "nia@northgate.example", "roles": ["uploader"]})
    link = re.search(r"http://testserver/invitations/[\w-]+/", answer.content.decode()).group()
    assert "no-store" in answer["Cache-Control"]
    assert "nia@northgate.example" in admin.get(reverse("accounts:people")).content.decode()
    assert link.split("/")[-2] not in admin.get(reverse("accounts:people")).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"email": "nia@northgate.example", "roles": []}, "Choose at least one role."),
        ({"email": "nia@northgate.example", "roles": ["approver"]}, "is not offered. Choose from the list."),
        ({"email": "not an address", "roles": ["uploader"]}, "is not an e-mail address"),
        ({"email": "taken@example.com", "roles": ["uploader"]}, "signs in to Plumbline already"),
    ],
)
def test_wrong_invitations_say_what_is_wrong(admin, typed, sentence):
    UserFactory(email="taken@example.com")
    answer = admin.post(reverse("accounts:invite"), typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Invitation.objects.exists()


def test_admins_revoke(admin, lender_admin):
    admin.post(reverse("accounts:invite"), {"email": "nia@northgate.example", "roles": ["uploader"]})
    invitation = Invitation.objects.get()
    assert admin.get(reverse("accounts:revoke", args=[invitation.pk])).status_code == 405
    admin.post(reverse("accounts:revoke", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert invitation.revoked_by == lender_admin
    assert not invitation.is_usable(timezone.now())


def test_admins_change_roles(admin, uploader):
    page = reverse("accounts:person", args=[uploader.pk])
    assert admin.post(page, {"roles": ["manager"]}).status_code == 302
    uploader.refresh_from_db()
    assert uploader.roles == ["manager"]
    assert "Roles changed from Uploader to Manager." in admin.get(page).content.decode()


def test_the_last_admin_is_told_why_not(admin, lender_admin):
    answer = admin.post(reverse("accounts:person", args=[lender_admin.pk]), {"roles": ["uploader"]})
    assert answer.status_code == 422
    assert "is the last organization admin" in answer.content.decode()


def test_deactivating_needs_a_reason(admin, uploader):
    page = reverse("accounts:deactivate", args=[uploader.pk])
    assert "Say why." in admin.post(page, {"reason": " "}).content.decode()
    admin.post(page, {"reason": "Left the company."})
    uploader.refresh_from_db()
    assert not uploader.is_active
    assert "Left the company." in admin.get(reverse("accounts:person", args=[uploader.pk])).content.decode()
    admin.post(reverse("accounts:reactivate", args=[uploader.pk]))
    uploader.refresh_from_db()
    assert uploader.is_active


@pytest.mark.parametrize("page", ["person", "deactivate", "reactivate"])
def test_people_of_others_are_unknown(admin, approver, page):
    assert admin.post(reverse(f"accounts:{page}", args=[approver.pk]), {"reason": "x"}).status_code == 404


def test_competitors_are_unknown_and_counterparties_shut(admin, purchaser):
    rival = OrganizationFactory(kind="lender")
    assert admin.get(reverse("accounts:organization", args=[rival.slug])).status_code == 404
    assert admin.get(reverse("accounts:organization", args=[purchaser.slug])).status_code == 403
    typed = {"email": "spy@example.com", "roles": ["reviewer"]}
    assert admin.post(reverse("accounts:organization_invite", args=[purchaser.slug]), typed).status_code == 403


def test_staff_create_an_organization_and_invite_its_admin(staff):
    answer = staff.post(reverse("accounts:organization_create"), {"name": "Aldergate", "kind": "lender"})
    aldergate = Organization.objects.get(name="Aldergate")
    assert answer["Location"] == reverse("accounts:organization_invite", args=["aldergate"])
    staff.post(answer["Location"], {"email": "ann@aldergate.example", "roles": ["admin"]})
    assert aldergate.invitations.get().email == "ann@aldergate.example"
    assert "Aldergate" in staff.get(reverse("accounts:organizations")).content.decode()


@pytest.mark.parametrize(
    "typed",
    [{"name": "", "kind": "lender"}, {"name": "A", "kind": "bank"}, {"name": "A", "kind": "lender", "lei": "x"}],
)
def test_wrong_organizations_are_refused(staff, typed):
    assert staff.post(reverse("accounts:organization_create"), typed).status_code == 422


def test_only_staff_see_all_organizations(admin):
    assert admin.get(reverse("accounts:organizations")).status_code == 403


class TestProfile:
    def test_name_and_theme(self, client, uploader):
        client.force_login(uploader)
        assert client.post(reverse("accounts:profile"), {"name": "Uma Upton", "theme": "dark"}).status_code == 302
        uploader.refresh_from_db()
        assert (uploader.name, uploader.theme) == ("Uma Upton", "dark")

    def test_nothing_else_can_be_slipped_in(self, client, uploader):
        client.force_login(uploader)
        more = {"roles": ["admin"], "is_superuser": "on", "email": "eve@example.com"}
        client.post(reverse("accounts:profile"), {"name": "Uma", "theme": "light"} | more)
        fresh = User.objects.get(pk=uploader.pk)
        assert (fresh.roles, fresh.is_superuser, fresh.email) == ([Role.UPLOADER], False, uploader.email)

    @pytest.mark.parametrize(
        ("back", "lands"),
        [("/people/?x=1", "/people/?x=1"), ("https://evil.example/", "/profile/"), ("//evil", "/profile/")],
    )
    def test_the_switch_of_the_menu_goes_back_to_where_it_was(self, client, uploader, back, lands):
        client.force_login(uploader)
        assert client.post(reverse("accounts:theme"), {"theme": "dark", "next": back})["Location"] == lands
        uploader.refresh_from_db()
        assert uploader.theme == "dark"

    def test_an_unknown_theme_changes_nothing(self, client, uploader):
        client.force_login(uploader)
        client.post(reverse("accounts:theme"), {"theme": "sepia"})
        uploader.refresh_from_db()
        assert uploader.theme == "system"
