from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import AnonymousUser, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.models.organizations import Organization
from accounts.roles import MFA_ROLES, ROLES_OF_KIND, Role, Theme


def _roles_fit_organization() -> str:
    """PL/pgSQL body that refuses a role its organization's kind may not give (a check across two tables)."""
    allowed = " ".join(
        f"WHEN '{kind.value}' THEN ARRAY[{', '.join(repr(role.value) for role in roles)}]"
        for kind, roles in ROLES_OF_KIND.items()
    )
    # Only constants of this program enter the text.
    return f"""
        IF NOT NEW.roles::text[] <@ (
            SELECT CASE kind {allowed} END FROM accounts_organization WHERE id = NEW.organization_id
        ) THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation',
                CONSTRAINT = 'user_roles_fit_organization',
                MESSAGE = 'This kind of organization does not give these roles: ' || array_to_string(NEW.roles, ', ');
        END IF;
        RETURN NEW;
    """  # noqa: S608


class UserQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: User | AnonymousUser) -> UserQuerySet:
        """The people of one's own organization; operator staff see all."""
        if not isinstance(user, User):
            return self.none()
        return self if user.is_staff else self.filter(organization_id=user.organization_id)

    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def holding(self, role: Role) -> UserQuerySet:
        return self.filter(roles__contains=[role])


class UserManager(BaseUserManager.from_queryset(UserQuerySet)["User"]):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())

    def create_user(self, email: str, password: str | None = None, *, roles: Sequence[str], **fields: Any) -> User:
        """A person of `organization` (in `fields`) with at least one role; no password means none can be used."""
        user = self.model(email=email.strip().lower(), roles=sorted(set(roles)), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, *, organization: Organization | int, **fields: Any
    ) -> User:
        """Called by `manage.py createsuperuser`, which hands over the operator organization by its key."""
        key = organization.pk if isinstance(organization, Organization) else organization
        return self.create_user(
            email, password, organization_id=key, roles=[Role.ADMIN, Role.STAFF], is_superuser=True, **fields
        )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.ManualEvent("second_factor_removed"),
    fields=["organization", "roles", "is_active", "inactive_reason", "is_superuser"],
    model_name="UserEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class User(AbstractBaseUser, PermissionsMixin):
    """A person, of exactly one organization, who signs in with an e-mail address."""

    email = models.EmailField("e-mail", unique=True, error_messages={"unique": "Somebody signs in with this address."})
    name = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="people")
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices), size=len(Role))
    theme = models.CharField(max_length=6, choices=Theme.choices, default=Theme.SYSTEM)
    is_active = models.BooleanField("active", default=True)
    inactive_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "organization"]

    class Meta:
        ordering = ("name", "pk")
        indexes = [models.Index(fields=["organization", "name"], name="user_of_organization")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=Role.values) & Q(roles__len__gt=0),
                name="user_roles_known",
                violation_error_message="A person needs at least one of the known roles.",
            ),
            models.CheckConstraint(
                condition=Q(is_superuser=False) | Q(roles__contains=[Role.STAFF]),
                name="user_superuser_is_staff",
                violation_error_message="A superuser is operator staff.",
            ),
            models.CheckConstraint(
                condition=Q(is_active=True) | ~Q(inactive_reason=""),
                name="user_inactive_has_reason",
                violation_error_message="Say why this person may no longer sign in.",
            ),
            models.CheckConstraint(condition=Q(theme__in=Theme.values), name="user_theme_known"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="roles_fit_organization",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("roles", "organization_id"),
                func=_roles_fit_organization(),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def get_short_name(self) -> str:
        return self.name.partition(" ")[0]

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        return Role.STAFF in self.roles

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    @property
    def needs_mfa(self) -> bool:
        """Whether a role of this person asks for a second factor, on an installation that insists on it."""
        return settings.REQUIRE_MFA and not MFA_ROLES.isdisjoint(self.roles)

    def has_role(self, *roles: Role) -> bool:
        """Whether the person holds at least one of the roles."""
        return not set(roles).isdisjoint(self.roles)
