"""A lender's saved column mappings, found again by the header they were made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


class SavedMappingQuerySet(models.QuerySet["SavedMapping"]):
    def visible_to(self, user: User) -> SavedMappingQuerySet:
        return self.filter(organization_id=user.organization_id)


class SavedMapping(models.Model):
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="mappings")
    name = models.CharField(max_length=120)
    header_signature = models.CharField(max_length=64)
    mapping = models.JSONField()
    saved_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField()

    objects = SavedMappingQuerySet.as_manager()

    class Meta:
        ordering = ("-saved_at",)
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="mapping_name_once_a_lender")]
        indexes = [models.Index(fields=["organization", "header_signature"], name="mapping_by_header")]

    def __str__(self) -> str:
        return self.name
