from __future__ import annotations

from datetime import datetime

import pghistory
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from accounts.models.organizations import Organization
from accounts.models.people import User
from accounts.roles import Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User | AnonymousUser) -> InvitationQuerySet:
        if not isinstance(user, User) or not user.has_role(Role.ADMIN, Role.STAFF):
            return self.none()
        return self if user.is_staff else self.filter(organization_id=user.organization_id)

    def open(self) -> InvitationQuerySet:
        """Neither accepted nor revoked; may have run out."""
        return self.filter(accepted_at=None, revoked_at=None)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    exclude=["token_hash"],
    model_name="InvitationEvent",
    append_only=True,
)
class Invitation(models.Model):
    """A one-time link for one address; only the SHA-256 of its token is kept."""

    email = models.EmailField("e-mail")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="invitations")
    roles = ArrayField(models.CharField(max_length=12, choices=Role.choices), size=len(Role))
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="invitations_sent")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="invitation")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="invitations_revoked"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
                violation_error_message="This address has an open invitation.",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_lower_case"),
            models.CheckConstraint(
                condition=Q(roles__contained_by=Role.values) & Q(roles__len__gt=0), name="invitation_roles_known"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="invitation_runs_out"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(revoked_at=None), name="invitation_accepted_or_revoked"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="invitation_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Invitation of {self.email}"

    @property
    def role_labels(self) -> list[str]:
        return [role.label for role in Role if role in self.roles]

    def is_usable(self, at: datetime) -> bool:
        return self.state(at) == "open"

    def state(self, at: datetime) -> str:
        """One of "accepted", "revoked", "run out" and "open"."""
        if self.accepted_at is not None:
            return "accepted"
        if self.revoked_at is not None:
            return "revoked"
        return "open" if at < self.expires_at else "run out"


class FirstUserLink(models.Model):
    """The one-time link by which a new installation gets its operator and first superuser."""

    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.OneToOneField(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="first_user_link_runs_out"),
        ]

    def __str__(self) -> str:
        return f"First-user link of {self.created_at:%Y-%m-%d}"
