"""django-allauth as this installation runs it: sign-in, lock-out, second factor, devices, passwords."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from accounts import mail
from accounts.models import Role
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def set_up_factor(user) -> str:
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.fixture
def mfa_required(settings):
    settings.REQUIRE_MFA = True


@pytest.fixture(autouse=True)
def _mfa_not_required(settings):
    settings.REQUIRE_MFA = False


class TestPassword:
    def test_the_case_of_the_address_does_not_matter(self, client, uploader):
        sign_in(client, uploader.email.upper())
        assert is_in(client)

    def test_staff_begin_with_the_organizations(self, client, superuser):
        assert sign_in(client, superuser.email)["Location"] == reverse("accounts:organizations")

    @pytest.mark.parametrize(
        ("email", "password"),
        [("nobody@example.com", PASSWORD), ("", PASSWORD), ("' OR 1=1 --", "x"), ("a" * 5000 + "@example.com", "x")],
    )
    def test_nobody_else_comes_in(self, client, uploader, email, password):
        answer = sign_in(client, email, password)
        assert answer.status_code == 200
        assert not is_in(client)

    def test_unknown_address_and_wrong_password_read_alike(self, client, uploader):
        words = [
            re.sub(r"value=\"[^\"]*\"", "", sign_in(client, email, "wrong password").content.decode())
            for email in (uploader.email, "nobody@example.com")
        ]
        assert "do not belong together" in words[0]
        assert re.findall(r"<strong>.*?</strong>", words[0]) == re.findall(r"<strong>.*?</strong>", words[1])

    def test_a_deactivated_person_is_told_only_after_the_right_password(self, client, uploader):
        uploader.is_active, uploader.inactive_reason = False, "left"
        uploader.save()
        assert "do not belong together" in sign_in(client, uploader.email, "wrong password").content.decode()
        assert sign_in(client, uploader.email)["Location"] == reverse("account_inactive")
        assert not is_in(client)

    def test_deactivating_ends_sessions_at_once(self, client, uploader):
        client.force_login(uploader)
        assert client.get(reverse("accounts:profile")).status_code == 200
        uploader.is_active, uploader.inactive_reason = False, "left"
        uploader.save()
        assert client.get(reverse("accounts:profile")).status_code == 302

    def test_people_of_an_inactive_organization_are_out(self, client, uploader):
        client.force_login(uploader)
        uploader.organization.is_active = False
        uploader.organization.save()
        assert client.get(reverse("accounts:profile")).status_code == 302
        assert sign_in(Client(), uploader.email)["Location"] == reverse("account_inactive")

    def test_five_failures_shut_the_address_even_for_the_right_password(self, client, uploader):
        for _ in range(5):
            sign_in(client, uploader.email, "wrong password")
        answer = sign_in(client, uploader.email)
        assert not is_in(client)
        assert "shut for 15 minutes" in answer.content.decode()

    def test_other_people_still_come_in_meanwhile(self, client, uploader, lender_admin):
        for _ in range(5):
            sign_in(client, uploader.email, "wrong password")
        sign_in(client, lender_admin.email)
        assert is_in(client)

    @pytest.mark.parametrize(
        "elsewhere",
        ["https://evil.example/", "//evil.example", "/\\evil.example", "https:evil.example", "javascript:alert(1)"],
    )
    def test_the_way_on_never_leads_elsewhere(self, client, uploader, elsewhere):
        fields = {"login": uploader.email, "password": PASSWORD, "next": elsewhere}
        came_in = client.post(reverse("account_login", query={"next": elsewhere}), fields)
        assert is_in(client)
        assert came_in["Location"] == "/"
        went_out = client.post(reverse("account_logout", query={"next": elsewhere}), {"next": elsewhere})
        assert went_out["Location"] == "/"

    @pytest.mark.parametrize("https", [False, True])
    def test_cookies_are_closed_to_scripts_and_other_sites(self, client, uploader, settings, https):
        settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = https
        client.get(reverse("account_login"))
        sign_in(client, uploader.email)
        session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
        assert (session["httponly"], session["samesite"], bool(session["secure"])) == (True, "Lax", https)
        assert session["max-age"] == ""  # it ends with the browser
        assert (token["samesite"], bool(token["secure"])) == ("Lax", https)

    def test_sign_up_is_closed(self, client):
        page = client.get(reverse("account_signup"))
        assert "People come in by invitation" in page.content.decode()
        client.post(
            reverse("account_signup"), {"email": "eve@example.com", "password1": PASSWORD, "password2": PASSWORD}
        )
        assert not is_in(client)

    def test_adding_addresses_is_shut(self, client, uploader):
        client.force_login(uploader)
        answer = client.post("/accounts/email/", {"email": "eve@example.com", "action_add": ""})
        assert answer["Location"] == reverse("accounts:profile")
        assert list(uploader.emailaddress_set.values_list("email", flat=True)) == [uploader.email]

    def test_a_forgotten_password_is_replaced_by_a_link(self, client, uploader, mailoutbox):
        client.post(reverse("account_reset_password"), {"email": uploader.email})
        (mail,) = mailoutbox
        assert mail.subject == "[Plumbline] Choose a new password"
        link = re.search(r"http://testserver(\S+)", mail.body).group(1)
        form = client.get(link)["Location"]
        new = "quite another plumb line"
        client.post(form, {"password1": new, "password2": new})
        sign_in(client, uploader.email, new)
        assert is_in(client)
        assert "This link cannot be used" in Client().get(link).content.decode()

    def test_without_a_mail_server_no_link_is_logged_and_the_page_says_whom_to_ask(
        self, client, uploader, settings, capfd, caplog
    ):
        settings.EMAIL_BACKEND = mail.CONSOLE
        done = client.post(reverse("account_reset_password"), {"email": uploader.email}, follow=True)
        assert "This installation sends no mail." in done.content.decode()
        assert "no mail server is set" in caplog.text
        said = f"{caplog.text} {''.join(capfd.readouterr())}"
        assert "/password/reset/key/" not in said
        assert uploader.email not in said

    def test_an_unknown_address_gets_the_same_answer(self, client, uploader):
        known = client.post(reverse("account_reset_password"), {"email": uploader.email})
        unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})
        assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


class TestSecondFactor:
    def test_who_has_one_is_asked_for_it(self, client, approver):
        secret = set_up_factor(approver)
        assert sign_in(client, approver.email)["Location"] == reverse("mfa_authenticate")
        assert not is_in(client)
        client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
        assert is_in(client)

    def test_a_code_does_not_work_twice(self, client, approver):
        secret = set_up_factor(approver)
        code = code_of(secret)
        sign_in(client, approver.email)
        client.post(reverse("mfa_authenticate"), {"code": code})
        other = Client()
        sign_in(other, approver.email)
        other.post(reverse("mfa_authenticate"), {"code": code})
        assert not is_in(other)

    def test_a_recovery_code_works_once(self, client, approver):
        set_up_factor(approver)
        codes = Authenticator.objects.get(user=approver, type="recovery_codes").wrap().get_unused_codes()
        for expected in (True, False):
            browser = Client()
            sign_in(browser, approver.email)
            browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
            assert is_in(browser) is expected

    def test_secrets_are_encrypted_in_the_database(self, approver):
        secret = set_up_factor(approver)
        stored = Authenticator.objects.get(user=approver, type="totp")
        assert secret not in str(stored.data)
        assert stored.wrap().validate_code(code_of(secret))

    def test_the_admin_does_not_go_around_it(self, client, superuser):
        set_up_factor(superuser)
        answer = client.post("/admin/login/", {"username": superuser.email, "password": PASSWORD})
        assert answer.status_code == 302
        assert not is_in(client)


@pytest.mark.usefixtures("mfa_required")
class TestRequired:
    @pytest.mark.parametrize(
        "page", ["accounts:people", "accounts:profile", "usersessions_list", "account_change_password"]
    )
    def test_whose_role_needs_one_is_led_to_set_it_up(self, client, lender_admin, page):
        client.force_login(lender_admin)
        answer = client.get(reverse(page))
        assert (answer.status_code, answer["Location"]) == (302, reverse("mfa_index"))

    def test_the_way_there_is_open(self, client, approver):
        sign_in(client, approver.email)
        assert "Your role needs a second factor" in client.get(reverse("mfa_index")).content.decode()
        page = client.get(reverse("mfa_activate_totp"))
        secret = page.context["form"].secret
        answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
        assert answer["Location"] == reverse("mfa_view_recovery_codes")
        assert client.get(answer["Location"]).status_code == 200
        assert client.get(reverse("accounts:profile")).status_code == 200

    def test_leaving_is_open(self, client, approver):
        client.force_login(approver)
        client.post(reverse("account_logout"))
        assert not is_in(client)

    def test_htmx_is_sent_there_as_a_whole_page(self, client, approver):
        client.force_login(approver)
        answer = client.get(reverse("accounts:profile"), headers={"hx-request": "true"})
        assert answer["HX-Redirect"] == reverse("mfa_index")

    def test_recovery_codes_alone_do_not_do(self, client, approver):
        RecoveryCodes.activate(approver)
        client.force_login(approver)
        assert client.get(reverse("accounts:profile")).status_code == 302

    def test_other_roles_go_on_without(self, client, uploader):
        client.force_login(uploader)
        assert client.get(reverse("accounts:profile")).status_code == 200


def test_people_end_their_other_devices(client, uploader):
    other = Client()
    sign_in(client, uploader.email)
    sign_in(other, uploader.email)
    assert "Sign out 1 other device" in client.get(reverse("usersessions_list")).content.decode()
    client.post(reverse("usersessions_list"))
    assert other.get(reverse("accounts:profile")).status_code == 302
    assert client.get(reverse("accounts:profile")).status_code == 200


def test_every_page_of_signing_in_is_ours(client):
    """No page falls back to the look of django-allauth."""
    person = UserFactory(roles=[Role.UPLOADER])
    for name in ("account_login", "account_reset_password", "account_reset_password_done", "account_inactive"):
        assert "tokens.css" in client.get(reverse(name)).content.decode(), name
    sign_in(client, person.email)
    set_up_factor(person)
    for name in (
        "account_logout",
        "account_reauthenticate",
        "account_change_password",
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "usersessions_list",
    ):
        page = client.get(reverse(name))
        assert (page.status_code, "tokens.css" in page.content.decode()) == (200, True), name
