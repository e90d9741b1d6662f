"""No address is open by accident: each is tried without sign-in, by strangers and by wrong roles."""

from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests import snapshots
from tests.architecture.url_fixtures import CASES_OF_APP, FOR_EVERYBODY, PUBLIC, PUBLISHED, Case
from tests.architecture.urls import Address, addresses

pytestmark = pytest.mark.django_db

OUR_APPS = ("accounts", "loans", "diligence", "portfolios")
CLOSED = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


@pytest.fixture(autouse=True)
def _roles_alone_decide(settings):
    settings.REQUIRE_MFA = False
    cache.clear()


def private() -> list[Address]:
    return [address for address in addresses() if address.name not in PUBLIC]


def ours() -> list[Address]:
    return [address for address in private() if address.app in OUR_APPS and address.name not in FOR_EVERYBODY]


def test_the_walk_finds_the_addresses_of_every_app():
    apps = {address.app for address in addresses()}
    assert {"", "admin", *OUR_APPS} <= apps
    assert {address.name for address in addresses()} >= PUBLIC | FOR_EVERYBODY, "the lists name what does not exist"


@pytest.mark.parametrize("method", ["get", "post"])
def test_without_sign_in_every_address_leads_there(method):
    client, sign_in, wrong = Client(), reverse("account_login"), []
    for address in private():
        answer = getattr(client, method)(address.url())
        led = answer.status_code == HTTPStatus.FOUND and answer["Location"].startswith((sign_in, "/admin/login/"))
        if not led and answer.status_code not in CLOSED:
            wrong.append((address.name, answer.status_code))
    assert wrong == []


def test_public_pages_answer_without_sign_in():
    client, sign_in, led = Client(), reverse("account_login"), []
    for address in addresses():
        if address.name in PUBLIC - {"account_logout", "account_confirm_login_code", "mfa_authenticate"}:
            answer = client.get(address.url())
            led += [address.name] if answer.get("Location", "").startswith(sign_in) else []
    assert led == []


def test_every_view_of_ours_says_which_roles_it_lets_in():
    open_to_all = [address.name for address in ours() if not getattr(address.view, "allowed_roles", ())]
    assert open_to_all == []


@pytest.mark.parametrize("app", OUR_APPS)
def test_every_address_of_an_object_is_tried_by_strangers(app):
    cases = cases_of(app)
    wanted = {address.name for address in ours() if address.app == app and address.sample}
    assert wanted - PUBLISHED - {name for name, case in cases.items() if case.stranger} == set()


@pytest.mark.parametrize("app", CASES_OF_APP)
def test_to_strangers_nothing_exists_and_wrong_roles_are_told(app):
    wrong, clients = [], Clients()
    for name, case in cases_of(app).items():
        for person, expected in ((case.stranger, HTTPStatus.NOT_FOUND), (case.wrong_role, HTTPStatus.FORBIDDEN)):
            status = _status(name, case, clients[person]) if person else expected
            if status != expected:
                wrong.append((name, str(person), status, expected.value))
    assert wrong == []


def cases_of(app: str) -> dict[str, Case]:
    return snapshots.made_once(f"behind the addresses of {app}", CASES_OF_APP[app]) if app in CASES_OF_APP else {}


class Clients(dict[User, Client]):
    """Signing in takes as long as a page: each person does it once."""

    def __missing__(self, person: User) -> Client:
        self[person] = Client()
        self[person].force_login(person)
        return self[person]


def _status(name: str, case: Case, client: Client) -> int:
    return getattr(client, case.method)(reverse(name, kwargs=case.kwargs)).status_code
