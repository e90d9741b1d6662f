"""What the pages about people show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import FirstUserLink, Invitation, InvitationQuerySet, Organization, Role, User, UserQuerySet
from accounts.tokens import token_hash

SHOWN_CHANGES = 50


@dataclass(frozen=True, slots=True)
class Change:
    """One step in a person's history, as a sentence."""

    at: datetime
    sentence: str
    by: str


def organization_named(slug: str) -> Organization:
    """The organization of a slug, as commands name it; LookupError names those that there are."""
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        known = ", ".join(Organization.objects.order_by("slug").values_list("slug", flat=True)) or "none yet"
        raise LookupError(f"There is no organization {slug}. There are: {known}.")
    return found


def people_of(organization: Organization) -> UserQuerySet:
    """The people of an organization, each with `has_mfa`; active ones first."""
    return with_mfa(User.objects.filter(organization=organization)).order_by("-is_active", "name", "pk")


def with_mfa(people: UserQuerySet) -> UserQuerySet:
    """Annotate `has_mfa`: whether a second factor is set up; recovery codes alone do not count."""
    return people.annotate(has_mfa=Exists(_factors().filter(user=OuterRef("pk"))))


def has_second_factor(user: User) -> bool:
    return _factors().filter(user=user).exists()


def _factors() -> QuerySet[Authenticator]:
    return Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)


def open_invitations(organization: Organization) -> InvitationQuerySet:
    """Invitations that nobody accepted or revoked, with the person who sent them."""
    return Invitation.objects.open().filter(organization=organization).select_related("invited_by")


def usable_invitation(token: str, *, at: datetime) -> Invitation | None:
    """The invitation behind a link, unless it was used or revoked or has run out."""
    invitation = (
        Invitation.objects.select_related("organization", "invited_by").filter(token_hash=token_hash(token)).first()
    )
    usable = invitation is not None and invitation.is_usable(at) and invitation.organization.is_active
    return invitation if usable else None


def organizations() -> QuerySet[Organization]:
    """All organizations, each with `active_people`."""
    return Organization.objects.annotate(active_people=Count("people", filter=Q(people__is_active=True)))


def has_superuser() -> bool:
    return User.objects.active().filter(is_superuser=True).exists()


def usable_first_user_links(token: str, *, at: datetime) -> QuerySet[FirstUserLink]:
    """The link behind a token, or none when it was used or has run out."""
    return FirstUserLink.objects.filter(token_hash=token_hash(token), used_at=None, expires_at__gt=at)


def is_first_user_link_usable(token: str, *, at: datetime) -> bool:
    return not has_superuser() and usable_first_user_links(token, at=at).exists()


def history_of(person: User) -> list[Change]:
    """What was changed about a person, newest first, and by whom."""
    events = list(person.events.select_related("pgh_context").order_by("-pgh_id")[: SHOWN_CHANGES + 1])  # type: ignore[attr-defined]
    actors = _names({_actor(event) for event in events})
    pairs = zip(events, [*events[1:], None], strict=True)
    changes = [
        Change(event.pgh_created_at, _sentence(event, earlier), actors.get(_actor(event), "the system"))
        for event, earlier in pairs
    ]
    return changes[:SHOWN_CHANGES]


def _actor(event: Any) -> int | None:
    context = event.pgh_context
    return (context.metadata or {}).get("user") if context else None


def _names(keys: set[int | None]) -> dict[int | None, str]:
    return dict(User.objects.filter(pk__in=keys - {None}).values_list("pk", "name"))


def _sentence(event: Any, earlier: Any) -> str:
    if earlier is None:
        return f"Came in as {_roles(event.roles)}."
    if event.pgh_label == "second_factor_removed":
        return "Second factor removed."
    if event.is_active != earlier.is_active:
        return "Reactivated." if event.is_active else f"Deactivated: {event.inactive_reason}"
    if event.roles != earlier.roles:
        return f"Roles changed from {_roles(earlier.roles)} to {_roles(event.roles)}."
    if event.is_superuser != earlier.is_superuser:
        return "Made a superuser." if event.is_superuser else "No longer a superuser."
    return "Moved to another organization."


def _roles(roles: list[str]) -> str:
    return ", ".join(Role(role).label for role in roles)
