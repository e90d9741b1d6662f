"""Whose files are received at all."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
URL = "/accounts/login/"


def received(user: object) -> list[str]:
    request = RequestFactory().post(URL, {"login": "x", "file": SimpleUploadedFile("tape.csv", b"loan_id\n1\n")})
    if user is not None:
        request.user = user  # type: ignore[assignment]
    names = list(request.FILES)
    request.close()
    return names


def test_files_of_somebody_signed_in_are_received() -> None:
    assert received(UserFactory(roles=[Role.UPLOADER])) == ["file"]


@pytest.mark.parametrize("user", [None, AnonymousUser()])
def test_files_of_nobody_are_not(user: object) -> None:
    assert received(user) == []


def test_a_stranger_with_a_file_is_led_to_the_sign_in_page_and_leaves_nothing() -> None:
    address = reverse("loans:upload")
    answer = Client().post(address, {"file": SimpleUploadedFile("tape.csv", b"loan_id\n1\n")})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))
