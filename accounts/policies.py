"""What a person may do with organizations, people and invitations; a refusal is the sentence the person sees."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied

from accounts.models import Invitation, Organization, User
from accounts.roles import Role


class NotAllowed(PermissionDenied):
    """Refused; `str()` is one sentence for the person. Left alone, it becomes a 403 page with that sentence."""


def check_can_manage(user: User, organization: Organization) -> None:
    """Inviting people and setting their roles: the organization's own admins, and operator staff."""
    own = user.organization_id == organization.pk and user.has_role(Role.ADMIN)
    if not (own or user.is_staff):
        raise NotAllowed(f"Only an organization admin of {organization} can manage its people.")


def check_can_invite(user: User, organization: Organization, roles: Collection[str]) -> None:
    """The inviter manages the organization, and the roles fit its kind."""
    check_can_manage(user, organization)
    if not organization.is_active:
        raise NotAllowed(f"{organization} is not active, so nobody can be invited to it.")
    check_roles_fit(organization, roles)
    _check_may_give(user, roles)


def check_can_revoke(user: User, invitation: Invitation) -> None:
    check_can_manage(user, invitation.organization)


def check_roles_fit(organization: Organization, roles: Collection[str]) -> None:
    """At least one role, each of them one that this kind of organization gives."""
    if not roles:
        raise NotAllowed("A person needs at least one role.")
    strange = sorted(set(roles) - set(organization.possible_roles))
    if strange:
        names = ", ".join(Role(role).label if role in Role.values else role for role in strange)
        kind = organization.get_kind_display().lower()
        raise NotAllowed(f"{organization} is a {kind} and cannot give: {names}.")


def check_can_set_roles(user: User, person: User, roles: Collection[str]) -> None:
    """Roles fit, and neither the last admin nor the last superuser loses what makes them so."""
    check_can_manage(user, person.organization)
    check_roles_fit(person.organization, roles)
    _check_may_give(user, set(roles) - set(person.roles))
    _check_may_touch(user, person)
    if person.is_superuser and Role.STAFF not in roles:
        raise NotAllowed(f"{person} is a superuser and stays operator staff.")
    if Role.ADMIN not in roles:
        _check_not_last_admin(person)


def check_can_deactivate(user: User, person: User) -> None:
    """Not oneself, and not the only admin left."""
    check_can_manage(user, person.organization)
    _check_may_touch(user, person)
    if user.pk == person.pk:
        raise NotAllowed("You cannot deactivate yourself. Ask another organization admin.")
    _check_not_last_admin(person)


def check_can_reactivate(user: User, person: User) -> None:
    check_can_manage(user, person.organization)
    _check_may_touch(user, person)


def check_can_remove_second_factor(user: User, person: User) -> None:
    """Operator staff, who have made sure who is asking; nobody for oneself."""
    if not user.is_staff or user.pk == person.pk:
        raise NotAllowed("Another person of the operator's staff has to remove a second factor.")
    _check_may_touch(user, person)


def check_can_create_organization(user: User) -> None:
    if not user.is_staff:
        raise NotAllowed("Only operator staff can create organizations.")


def can_manage(user: User, organization: Organization) -> bool:
    try:
        check_can_manage(user, organization)
    except NotAllowed:
        return False
    return True


def _check_may_give(user: User, roles: Collection[str]) -> None:
    if Role.STAFF in roles and not user.is_staff:
        raise NotAllowed("Only operator staff can make others operator staff.")


def _check_may_touch(user: User, person: User) -> None:
    if person.is_superuser and not user.is_superuser:
        raise NotAllowed(f"{person} is a superuser; only another superuser can change that.")


def _check_not_last_admin(person: User) -> None:
    if Role.ADMIN not in person.roles or not person.is_active:
        return
    others = User.objects.active().holding(Role.ADMIN).filter(organization=person.organization_id).exclude(pk=person.pk)
    if not others.exists():
        raise NotAllowed(f"{person} is the last organization admin of {person.organization}. Name another one first.")
