from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

import pghistory
from django.conf import settings
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string

from accounts import mail, policies
from accounts.models import Invitation, InvitationQuerySet, Organization, User
from accounts.policies import NotAllowed
from accounts.services.people import create_person
from accounts.tokens import new_token, token_hash

VALID_FOR = timedelta(days=7)
NOT_USABLE = "This invitation cannot be used: it was used or revoked, or it has run out. Ask for a new one."


@dataclass(frozen=True, slots=True)
class SentInvitation:
    """The invitation and its link, which exists only here and in the e-mail."""

    invitation: Invitation
    link: str


@transaction.atomic
def invite(
    *,
    email: str,
    organization: Organization,
    roles: Collection[str],
    by: User,
    at: datetime,
    link_to: Callable[[str], str],
) -> SentInvitation:
    """Invite an address and e-mail it the link; an older open invitation of the same organization is revoked.

    `link_to` turns the token into the address of the page that accepts it.
    Raises NotAllowed when `by` may not invite, a role does not fit, or the address is taken.
    """
    policies.check_can_invite(by, organization, roles)
    email = email.strip().lower()
    _check_free(email, organization)
    token, hashed = new_token()
    with pghistory.context(user=by.pk, action="invite"):
        _revoke_all(Invitation.objects.open().filter(email=email), by=by, at=at)
        invitation = _create(
            Invitation(
                email=email,
                organization=organization,
                roles=sorted(set(roles)),
                token_hash=hashed,
                invited_by=by,
                created_at=at,
                expires_at=at + VALID_FOR,
            )
        )
    sent = SentInvitation(invitation, link_to(token))
    # Robust: the inviter still has the link to hand over when the mail server is away.
    transaction.on_commit(lambda: _send(sent), robust=True)
    return sent


@transaction.atomic
def accept(*, token: str, name: str, password: str, at: datetime) -> User:
    """Make the invited person. Raises NotAllowed when the link is used, revoked, out of time or unknown."""
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(token_hash=token_hash(token)).first()
    if invitation is None or not invitation.is_usable(at) or not invitation.organization.is_active:
        raise NotAllowed(NOT_USABLE)
    _check_no_account(invitation.email)
    with pghistory.context(action="accept invitation", invitation=invitation.pk):
        person = create_person(
            email=invitation.email,
            name=name,
            password=password,
            organization=invitation.organization,
            roles=invitation.roles,
        )
        invitation.accepted_at, invitation.accepted_by = at, person
        invitation.save(update_fields=["accepted_at", "accepted_by"])
    return person


@transaction.atomic
def revoke(*, invitation: Invitation, by: User, at: datetime) -> None:
    """Make the link worthless. Raises NotAllowed when it was accepted or revoked already."""
    policies.check_can_revoke(by, invitation)
    with pghistory.context(user=by.pk, action="revoke invitation"):
        if not _revoke_all(Invitation.objects.open().filter(pk=invitation.pk), by=by, at=at):
            raise NotAllowed(f"The invitation of {invitation.email} was accepted or revoked already.")


def _create(invitation: Invitation) -> Invitation:
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as lost_race:  # the same form sent twice at once
        raise NotAllowed(f"{invitation.email} was invited a moment ago. Load the list of people again.") from lost_race
    return invitation


def _revoke_all(invitations: InvitationQuerySet, *, by: User, at: datetime) -> int:
    return invitations.update(revoked_at=at, revoked_by=by)


def _check_free(email: str, organization: Organization) -> None:
    _check_no_account(email)
    if Invitation.objects.open().filter(email=email).exclude(organization=organization).exists():
        raise NotAllowed(f"{email} has an open invitation elsewhere, and a person belongs to one organization.")


def _check_no_account(email: str) -> None:
    if User.objects.filter(email=email).exists():
        raise NotAllowed(f"{email} signs in to Plumbline already, and a person belongs to one organization.")


def _send(sent: SentInvitation) -> None:
    """By mail, where there is a mail server; the inviter's page shows the link in any case."""
    if not mail.is_sent():
        return
    context = {"invitation": sent.invitation, "link": sent.link}
    send_mail(
        subject=f"{settings.ACCOUNT_EMAIL_SUBJECT_PREFIX}Invitation to {sent.invitation.organization}",
        message=render_to_string("accounts/email/invitation.txt", context),
        from_email=None,
        recipient_list=[sent.invitation.email],
    )
