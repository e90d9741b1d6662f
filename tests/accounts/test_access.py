import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse

from accounts.access import allow, role_names
from accounts.models import Role
from accounts.policies import NotAllowed


@allow(Role.REVIEWER, Role.APPROVER)
def sign_page(request, pk):
    return HttpResponse(f"sign {pk}")


def request_of(rf, user):
    request = rf.get("/")
    request.user = user
    return request


def test_holders_of_one_of_the_roles_come_in(rf, approver):
    assert sign_page(request_of(rf, approver), 7).content == b"sign 7"


def test_others_are_told_which_role_opens_the_page(rf, uploader):
    with pytest.raises(NotAllowed, match=r"for the role reviewer or approver\. You hold: Uploader\."):
        sign_page(request_of(rf, uploader), 7)


def test_superusers_hold_no_role_of_a_tenant(rf, superuser):
    with pytest.raises(NotAllowed):
        sign_page(request_of(rf, superuser), 7)


def test_without_sign_in_nobody_comes_in(rf):
    with pytest.raises(NotAllowed, match="Sign in"):
        sign_page(request_of(rf, AnonymousUser()), 7)


def test_names_of_roles(approver):
    assert role_names(approver) == "Approver"
    assert role_names(AnonymousUser()) == "none"


def test_the_view_tells_which_roles_it_lets_in():
    assert sign_page.allowed_roles == (Role.REVIEWER, Role.APPROVER)
