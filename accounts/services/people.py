from collections.abc import Collection

import pghistory
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts import policies
from accounts.models import Organization, User


@transaction.atomic
def create_person(
    *,
    email: str,
    name: str,
    password: str,
    organization: Organization,
    roles: Collection[str],
    is_superuser: bool = False,
) -> User:
    """A person who can sign in at once: the address counts as proved by the link that reached it."""
    person = User.objects.create_user(
        email,
        password,
        name=" ".join(name.split()),
        organization=organization,
        roles=sorted(set(roles)),
        is_superuser=is_superuser,
    )
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@transaction.atomic
def set_roles(*, person: User, roles: Collection[str], by: User) -> None:
    """Replace the roles. Raises NotAllowed when a role does not fit or the last admin would go."""
    person = _lock(person)
    policies.check_can_set_roles(by, person, roles)
    person.roles = sorted(set(roles))
    with pghistory.context(user=by.pk, action="set roles"):
        person.save(update_fields=["roles"])


@transaction.atomic
def deactivate(*, person: User, reason: str, by: User) -> None:
    """Shut a person out at once, on every device. Raises NotAllowed for oneself and the last admin."""
    person = _lock(person)
    policies.check_can_deactivate(by, person)
    person.is_active, person.inactive_reason = False, reason
    with pghistory.context(user=by.pk, action="deactivate"):
        person.save(update_fields=["is_active", "inactive_reason"])


@transaction.atomic
def reactivate(*, person: User, by: User) -> None:
    """Let a deactivated person in again, with the roles held before."""
    person = _lock(person)
    policies.check_can_reactivate(by, person)
    person.is_active, person.inactive_reason = True, ""
    with pghistory.context(user=by.pk, action="reactivate"):
        person.save(update_fields=["is_active", "inactive_reason"])


@transaction.atomic
def remove_second_factor(*, person: User, by: User) -> None:
    """For a lost phone: delete authenticator and recovery codes and sign the person out. Operator staff only."""
    person = _lock(person)
    policies.check_can_remove_second_factor(by, person)
    Authenticator.objects.filter(user=person).delete()
    for device in UserSession.objects.filter(user=person):
        device.end()
    with pghistory.context(user=by.pk, action="remove second factor"):
        pghistory.create_event(person, label="second_factor_removed")


def save_profile(*, person: User, name: str, theme: str) -> None:
    """What people may change about themselves."""
    person.name, person.theme = " ".join(name.split()), theme
    person.save(update_fields=["name", "theme"])


def save_theme(*, person: User, theme: str) -> None:
    person.theme = theme
    person.save(update_fields=["theme"])


def _lock(person: User) -> User:
    # The organization is locked, not the person: two admins who drop each other at once would leave none.
    Organization.objects.select_for_update().get(pk=person.organization_id)
    return User.objects.select_related("organization").get(pk=person.pk)
