"""How an installation without people gets its first: a one-time link, never a default password."""

from datetime import datetime, timedelta

import pghistory
from django.db import transaction

from accounts import queries
from accounts.models import FirstUserLink, Organization, OrganizationKind, Role, User
from accounts.policies import NotAllowed
from accounts.services.organizations import free_slug
from accounts.services.people import create_person
from accounts.tokens import new_token

VALID_FOR = timedelta(hours=24)
NOT_USABLE = (
    "This link cannot be used: it was used or replaced, or its 24 hours are over. "
    "Run first_user_link on the server to make a new one."
)


@transaction.atomic
def make_link(*, at: datetime) -> str:
    """The token of a fresh link; earlier unused links stop working. Raises NotAllowed once there is a superuser."""
    if queries.has_superuser():
        raise NotAllowed("There is a superuser already, who can invite others.")
    FirstUserLink.objects.filter(used_at=None).delete()
    token, hashed = new_token()
    FirstUserLink.objects.create(token_hash=hashed, created_at=at, expires_at=at + VALID_FOR)
    return token


@transaction.atomic
def claim(*, token: str, organization: str, email: str, name: str, password: str, at: datetime) -> User:
    """Use the link: make the operator organization, unless there is one, and its first superuser."""
    link = queries.usable_first_user_links(token, at=at).select_for_update().first()
    if link is None or queries.has_superuser():
        raise NotAllowed(NOT_USABLE)
    if User.objects.filter(email=email.strip().lower()).exists():
        raise NotAllowed(f"{email} signs in to Plumbline already, and a person belongs to one organization.")
    with pghistory.context(action="claim first user link"):
        person = create_person(
            email=email,
            name=name,
            password=password,
            organization=_operator(organization),
            roles=[Role.ADMIN, Role.STAFF],
            is_superuser=True,
        )
    link.used_at, link.used_by = at, person
    link.save(update_fields=["used_at", "used_by"])
    return person


def _operator(name: str) -> Organization:
    existing = Organization.objects.active().filter(kind=OrganizationKind.OPERATOR).order_by("pk").first()
    if existing is not None:
        return existing
    name = " ".join(name.split())
    if Organization.objects.filter(name__iexact=name).exists():
        raise NotAllowed(f"There is an organization named {name} already.")
    return Organization.objects.create(name=name, slug=free_slug(name), kind=OrganizationKind.OPERATOR)
