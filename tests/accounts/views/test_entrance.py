"""Links for people who are not in yet."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, Role, User
from accounts.services import first_user, invitations

pytestmark = pytest.mark.django_db

GOOD = {"name": "Nia New", "password": "a plumb line hangs", "again": "a plumb line hangs"}


@pytest.fixture
def sent(lender_admin):
    return invitations.invite(
        email="nia@northgate.example",
        organization=lender_admin.organization,
        roles=[Role.UPLOADER],
        by=lender_admin,
        at=timezone.now(),
        link_to=lambda token: reverse("accounts:accept", args=[token]),
    )


def test_the_page_says_who_invites_to_what(client, sent):
    page = client.get(sent.link)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Join Northgate Mortgage" in text
    assert "Ada Admin invites you to Plumbline as uploader" in text
    assert page["Cache-Control"].startswith("max-age=0")


def test_accepting_signs_in(client, sent):
    answer = client.post(sent.link, GOOD)
    assert answer.status_code == 302
    person = User.objects.get(email="nia@northgate.example")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_accepting_in_the_browser_of_somebody_else_ends_their_session(client, sent, lender_admin):
    client.force_login(lender_admin)
    client.post(sent.link, GOOD)
    assert client.session["_auth_user_id"] == str(User.objects.get(email="nia@northgate.example").pk)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"again": "another plumb line"}, "The two passwords differ."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
        ({"password": "123456789012345", "again": "123456789012345"}, "entirely numeric"),
        ({"password": "nia@northgate.example", "again": "nia@northgate.example"}, "too similar to the e-mail"),
        ({"name": ""}, "required"),
        ({"name": "x" * 121}, "at most 120"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_still_works(client, sent, change, sentence):
    answer = client.post(sent.link, GOOD | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Invitation.objects.open().count() == 1
    assert client.post(sent.link, GOOD).status_code == 302


def test_a_name_is_never_markup(client, sent):
    client.post(sent.link, GOOD | {"name": "<script>alert(1)</script>"})
    page = client.get(reverse("accounts:profile")).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("end", ["used", "revoked", "run out", "made up"])
def test_a_link_that_does_not_work_says_so(client, sent, lender_admin, end):
    link = sent.link
    if end == "used":
        client.post(link, GOOD)
        client.logout()
    elif end == "revoked":
        invitations.revoke(invitation=sent.invitation, by=lender_admin, at=timezone.now())
    elif end == "run out":
        past = timezone.now() - timedelta(days=8)
        Invitation.objects.update(created_at=past, expires_at=past + invitations.VALID_FOR)
    else:
        link = reverse("accounts:accept", args=["made-up"])
    for answer in (client.get(link), client.post(link, GOOD)):
        assert answer.status_code == 410
        assert "This invitation cannot be used" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_the_first_user_comes_in_by_the_link_once(client):
    link = reverse("accounts:first_user", args=[first_user.make_link(at=timezone.now())])
    assert "Set up Plumbline" in client.get(link).content.decode()
    answer = client.post(link, GOOD | {"organization": "Plumb Ops", "email": "Root@ops.example"})
    assert (answer.status_code, answer["Location"]) == (302, reverse("accounts:organizations"))
    assert User.objects.get().is_superuser
    assert client.get(link).status_code == 410


def test_the_first_users_password_is_compared_with_the_address_typed(client):
    link = reverse("accounts:first_user", args=[first_user.make_link(at=timezone.now())])
    same = {"password": "root@operations.example", "again": "root@operations.example"}
    answer = client.post(link, GOOD | same | {"organization": "Plumb Ops", "email": "root@operations.example"})
    assert answer.status_code == 422
    assert not User.objects.exists()
