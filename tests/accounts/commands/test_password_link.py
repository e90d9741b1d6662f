"""A link to a new password, handed over by the operator where no mail is sent."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db


def test_the_operator_hands_over_a_link_that_works_once_and_ends_other_sessions(client, uploader, settings):
    settings.REQUIRE_MFA = False
    elsewhere = Client()
    elsewhere.force_login(uploader)
    assert elsewhere.get(reverse("accounts:profile")).status_code == 200
    out = StringIO()
    call_command("password_link", uploader.email.upper(), base_url="http://testserver/", stdout=out)
    link = out.getvalue().strip().removeprefix("http://testserver")
    new = "quite another plumb line"
    client.post(client.get(link)["Location"], {"password1": new, "password2": new})
    client.post(reverse("account_login"), {"login": uploader.email, "password": new})
    assert client.get(reverse("accounts:profile")).status_code == 200
    assert elsewhere.get(reverse("accounts:profile")).status_code == 302
    assert "This link cannot be used" in Client().get(link).content.decode()


@pytest.mark.parametrize("change", [{"is_active": False, "inactive_reason": "Left."}, {"email": "else@example.com"}])
def test_no_link_for_who_may_not_sign_in(uploader, change):
    address = uploader.email
    User.objects.filter(pk=uploader.pk).update(**change)
    with pytest.raises(CommandError, match=address):
        call_command("password_link", address)
