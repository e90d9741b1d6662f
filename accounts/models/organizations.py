from __future__ import annotations

from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.roles import COUNTERPARTIES, ROLES_OF_KIND, OrganizationKind, Role

if TYPE_CHECKING:
    from accounts.models.people import User

LEI = RegexValidator(r"^[A-Z0-9]{18}[0-9]{2}$", "An LEI has 18 capital letters or digits and two check digits.")


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: User | AnonymousUser) -> OrganizationQuerySet:
        """One's own organization and the possible counterparties; operator staff see all."""
        if isinstance(user, AnonymousUser):
            return self.none()
        if user.is_staff:
            return self
        counterparties = COUNTERPARTIES.get(OrganizationKind(user.organization.kind), ())
        return self.filter(Q(pk=user.organization_id) | Q(kind__in=counterparties, is_active=True))

    def active(self) -> OrganizationQuerySet:
        return self.filter(is_active=True)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["name", "kind", "is_active"],
    model_name="OrganizationEvent",
    obj_field=pghistory.ObjForeignKey(related_name="events"),
    append_only=True,
)
class Organization(models.Model):
    """A tenant: a company on either side of a sale, or the operator of this installation."""

    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=12, choices=OrganizationKind.choices)
    lei = models.CharField("LEI", max_length=20, blank=True, validators=[LEI])
    seller_number = models.CharField(max_length=20, blank=True, help_text="Seller/servicer number at the purchaser.")
    created_at = models.DateTimeField(auto_now_add=True)
    is_active = models.BooleanField(
        "active", default=True, help_text="People of an organization that is not active cannot sign in."
    )

    objects = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                Lower("name"), name="organization_name_once", violation_error_message="There is one of this name."
            ),
            models.CheckConstraint(condition=Q(kind__in=OrganizationKind.values), name="organization_kind_known"),
            models.UniqueConstraint(
                fields=["lei"],
                condition=~Q(lei=""),
                name="organization_lei_once",
                violation_error_message="Another organization has this LEI.",
            ),
        ]
        triggers = [pgtrigger.ReadOnly(name="kind_is_fixed", fields=["kind"])]

    def __str__(self) -> str:
        return self.name

    @property
    def possible_roles(self) -> tuple[Role, ...]:
        return ROLES_OF_KIND[OrganizationKind(self.kind)]
