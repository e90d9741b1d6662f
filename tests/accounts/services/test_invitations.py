from datetime import timedelta

import pytest
from django.contrib.auth import authenticate

from accounts.models import Invitation, Role, User
from accounts.policies import NotAllowed
from accounts.services import invitations
from accounts.tokens import token_hash
from tests.accounts.conftest import NOW

pytestmark = pytest.mark.django_db


def link_to(token: str) -> str:
    return f"https://plumbline.example/invitations/{token}/"


def token_of(sent: invitations.SentInvitation) -> str:
    return sent.link.rstrip("/").rpartition("/")[2]


def invite(by: User, **changes) -> invitations.SentInvitation:
    given = {"email": "Nia@Northgate.example", "organization": by.organization, "roles": [Role.UPLOADER]}
    return invitations.invite(**(given | changes), by=by, at=NOW, link_to=link_to)


def accept(sent: invitations.SentInvitation, at=NOW) -> User:
    return invitations.accept(token=token_of(sent), name=" Nia  New ", password="long enough to hold", at=at)


def test_inviting_keeps_a_hash_and_an_audit_event(lender_admin):
    sent = invite(lender_admin, roles=[Role.UPLOADER, Role.MANAGER, Role.UPLOADER])
    kept = Invitation.objects.get()
    assert kept.email == "nia@northgate.example"
    assert kept.roles == ["manager", "uploader"]
    assert kept.expires_at == NOW + timedelta(days=7)
    assert kept.token_hash == token_hash(token_of(sent)) != token_of(sent)
    event = kept.events.get()
    assert (event.pgh_label, event.pgh_context.metadata) == ("insert", {"user": lender_admin.pk, "action": "invite"})
    assert not hasattr(event, "token_hash")


def test_the_link_is_mailed_after_the_commit(lender_admin, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = invite(lender_admin)
        assert mailoutbox == []
    (mail,) = mailoutbox
    assert mail.to == ["nia@northgate.example"]
    assert sent.link in mail.body
    assert "Ada Admin invites you to Plumbline for Northgate Mortgage" in mail.body


def test_accepting_makes_the_person_who_can_sign_in(lender_admin, rf):
    sent = invite(lender_admin)
    person = accept(sent, at=NOW + timedelta(days=1))
    assert (person.name, person.roles, person.organization) == ("Nia New", ["uploader"], lender_admin.organization)
    assert authenticate(rf.post("/"), email="NIA@northgate.example", password="long enough to hold") == person
    sent.invitation.refresh_from_db()
    assert (sent.invitation.accepted_by, sent.invitation.accepted_at) == (person, NOW + timedelta(days=1))
    assert person.events.get().pgh_context.metadata["action"] == "accept invitation"


def test_a_link_works_once(lender_admin):
    sent = invite(lender_admin)
    accept(sent)
    with pytest.raises(NotAllowed, match="was used or revoked, or it has run out"):
        accept(sent)
    assert User.objects.filter(email="nia@northgate.example").count() == 1


def test_a_link_runs_out(lender_admin):
    sent = invite(lender_admin)
    with pytest.raises(NotAllowed):
        accept(sent, at=NOW + timedelta(days=7))
    assert not User.objects.filter(email="nia@northgate.example").exists()


def test_a_revoked_link_is_worthless(lender_admin):
    sent = invite(lender_admin)
    invitations.revoke(invitation=sent.invitation, by=lender_admin, at=NOW)
    with pytest.raises(NotAllowed):
        accept(sent)
    labels = sent.invitation.events.order_by("pgh_id").values_list("pgh_label", "revoked_by")
    assert list(labels) == [("insert", None), ("update", lender_admin.pk)]


def test_an_accepted_invitation_cannot_be_revoked(lender_admin):
    sent = invite(lender_admin)
    accept(sent)
    with pytest.raises(NotAllowed, match="accepted or revoked already"):
        invitations.revoke(invitation=sent.invitation, by=lender_admin, at=NOW)


def test_inviting_again_replaces_the_link(lender_admin):
    first, second = invite(lender_admin), invite(lender_admin)
    with pytest.raises(NotAllowed):
        accept(first)
    assert accept(second).email == "nia@northgate.example"


def test_the_organization_turned_inactive_meanwhile(lender_admin):
    sent = invite(lender_admin)
    lender_admin.organization.is_active = False
    lender_admin.organization.save()
    with pytest.raises(NotAllowed):
        accept(sent)


@pytest.mark.parametrize("token", ["", "x", "'; DROP TABLE accounts_user; --", "\u0000", "a" * 10_000])
def test_made_up_tokens_are_refused(token, db):
    with pytest.raises(NotAllowed):
        invitations.accept(token=token, name="Eve", password="long enough to hold", at=NOW)


class TestRefusals:
    def test_a_person_without_the_admin_role(self, uploader):
        with pytest.raises(NotAllowed, match="Only an organization admin of Northgate Mortgage"):
            invite(uploader)

    def test_an_admin_of_another_organization(self, lender_admin, purchaser):
        with pytest.raises(NotAllowed, match="Meridian Capital"):
            invite(lender_admin, organization=purchaser, roles=[Role.REVIEWER])

    def test_a_role_that_does_not_fit(self, lender_admin):
        with pytest.raises(NotAllowed, match=r"is a lender and cannot give: Approver\."):
            invite(lender_admin, roles=[Role.UPLOADER, Role.APPROVER])

    def test_an_unknown_role(self, lender_admin):
        with pytest.raises(NotAllowed, match="cannot give: emperor"):
            invite(lender_admin, roles=["emperor"])

    def test_no_role(self, lender_admin):
        with pytest.raises(NotAllowed, match="at least one role"):
            invite(lender_admin, roles=[])

    def test_somebody_who_is_in(self, lender_admin, approver):
        with pytest.raises(NotAllowed, match="signs in to Plumbline already"):
            invite(lender_admin, email=approver.email.upper())

    def test_somebody_invited_elsewhere(self, lender_admin, superuser, purchaser):
        invite(superuser, organization=purchaser, roles=[Role.REVIEWER])
        with pytest.raises(NotAllowed, match="open invitation elsewhere"):
            invite(lender_admin)

    def test_operator_admins_who_are_not_staff_make_no_staff(self, superuser):
        from tests.factories import UserFactory

        clerk = UserFactory(organization=superuser.organization, roles=[Role.ADMIN])
        with pytest.raises(NotAllowed, match="Only operator staff"):
            invite(clerk, roles=[Role.STAFF])

    def test_the_same_form_sent_twice_at_once(self, lender_admin, monkeypatch):
        invite(lender_admin)
        monkeypatch.setattr(invitations, "_revoke_all", lambda *args, **kwargs: 0)  # the loser saw no open one
        with pytest.raises(NotAllowed, match="invited a moment ago"):
            invite(lender_admin)
        assert Invitation.objects.count() == 1
