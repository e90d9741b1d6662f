"""What holds for every answer and every request, whichever page it is."""

from datetime import UTC, datetime

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PRIVATE = {"no-store", "private"}
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def signed_in(client: Client) -> Client:
    client.force_login(UserFactory(roles=[Role.UPLOADER, Role.MANAGER]))
    return client


def directives(answer) -> set[str]:
    return set(answer.get("Cache-Control", "").split(", "))


def test_no_browser_or_proxy_keeps_a_page_of_somebody_signed_in(signed_in: Client) -> None:
    assert directives(signed_in.get(reverse("loans:tapes"))) >= PRIVATE
    assert directives(signed_in.get(reverse("loans:tape", args=[1]))) >= PRIVATE, "pages that say no are theirs too"


def test_what_everybody_gets_is_not_called_private(client: Client) -> None:
    assert "private" not in directives(client.get(reverse("loans:tapes"))), "the way to the sign-in page"


@pytest.mark.parametrize("address", ["/search/?q=%00", "/criteria/a%00b/", "/bundles/?after=1&show=%00"])
def test_a_character_that_no_text_has_is_refused_in_an_address(signed_in: Client, address: str) -> None:
    assert signed_in.get(address).status_code == 400


def test_a_character_that_no_text_has_is_refused_in_a_form(signed_in: Client) -> None:
    answer = signed_in.post(reverse("portfolios:check"), {"run": "1", "criteria": "a\x00b"})
    assert answer.status_code == 400


def test_a_character_that_no_text_has_is_refused_in_the_name_of_an_input(signed_in: Client) -> None:
    assert signed_in.post(reverse("portfolios:check"), {"code_1_\x00": "Purchase"}).status_code == 400


def test_more_digits_than_a_number_has_are_refused(signed_in: Client) -> None:
    assert signed_in.post(reverse("portfolios:check"), {"run": "9" * 5000}).status_code == 400


def test_each_middleware_stands_in_the_list_once(settings) -> None:
    assert len(settings.MIDDLEWARE) == len(set(settings.MIDDLEWARE))


def test_from_where_a_session_is_used_is_noted_once_a_minute_and_at_once_where_it_is_new(client: Client) -> None:
    person = UserFactory(roles=[Role.UPLOADER])
    client.force_login(person)
    devices = UserSession.objects.filter(user=person)
    client.get(reverse("loans:tapes"))
    devices.update(last_seen_at=LONG_AGO)
    client.get(reverse("loans:tapes"))
    assert devices.get().last_seen_at == LONG_AGO, "a page further within the minute"
    client.get(reverse("loans:tapes"), headers={"User-Agent": "Another browser"})
    assert (devices.get().user_agent, devices.get().last_seen_at > LONG_AGO) == ("Another browser", True)
    devices.update(last_seen_at=LONG_AGO)
    client.get(reverse("loans:tapes"), REMOTE_ADDR="192.0.2.7")
    assert (devices.get().ip, devices.get().last_seen_at > LONG_AGO) == ("192.0.2.7", True)
    devices.update(last_seen_at=LONG_AGO)
    cache.clear()
    client.get(reverse("loans:tapes"), REMOTE_ADDR="192.0.2.7")
    assert devices.get().last_seen_at > LONG_AGO, "a minute later"
