from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import FirstUserLink, OrganizationKind, User
from accounts.policies import NotAllowed
from accounts.services import first_user
from tests.accounts.conftest import NOW

pytestmark = pytest.mark.django_db


def claim(token: str, at=NOW) -> User:
    return first_user.claim(
        token=token,
        organization="Plumb Ops",
        email="Root@ops.example",
        name="Rae Root",
        password="hold the line!",
        at=at,
    )


def test_the_link_makes_operator_and_superuser():
    token = first_user.make_link(at=NOW)
    person = claim(token, at=NOW + timedelta(hours=23))
    assert person.is_superuser
    assert person.roles == ["admin", "staff"]
    assert (person.organization.name, person.organization.kind) == ("Plumb Ops", OrganizationKind.OPERATOR)
    link = FirstUserLink.objects.get()
    assert link.used_by == person
    assert token not in link.token_hash


def test_it_works_once():
    token = first_user.make_link(at=NOW)
    claim(token)
    with pytest.raises(NotAllowed, match="used or replaced"):
        claim(token)


def test_it_runs_out_after_a_day():
    token = first_user.make_link(at=NOW)
    with pytest.raises(NotAllowed):
        claim(token, at=NOW + timedelta(hours=24))
    assert not User.objects.exists()


def test_a_newer_link_replaces_an_older_one():
    old = first_user.make_link(at=NOW)
    first_user.make_link(at=NOW)
    with pytest.raises(NotAllowed):
        claim(old)


class TestCommand:
    def test_prints_one_line_with_the_address(self):
        out = StringIO()
        call_command("first_user_link", "--base-url", "https://plumbline.example/", stdout=out)
        (line,) = out.getvalue().splitlines()
        assert line.startswith("https://plumbline.example/start/")
        assert FirstUserLink.objects.count() == 1

    def test_says_nothing_if_there_is_one_and_none_was_wished(self, superuser):
        out = StringIO()
        call_command("first_user_link", "--if-none", stdout=out)
        assert out.getvalue() == ""
        assert not FirstUserLink.objects.exists()

    def test_refuses_otherwise(self, superuser):
        with pytest.raises(CommandError, match="There is a superuser already"):
            call_command("first_user_link")
