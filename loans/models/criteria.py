"""A purchaser's criteria: one TOML text a version, validated on save, frozen when published, dated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from loans.domain.criteria import BrokenCriteria, Criteria, load_text

if TYPE_CHECKING:
    from accounts.models import User


class CriteriaVersionQuerySet(models.QuerySet["CriteriaVersion"]):
    def published(self) -> CriteriaVersionQuerySet:
        return self.exclude(published_at=None)

    def visible_to(self, user: User) -> CriteriaVersionQuerySet:
        """Published criteria are open to everybody who is signed in; drafts to their own organization."""
        return self.filter(Q(published_at__isnull=False) | Q(organization_id=user.organization_id))


class CriteriaVersion(models.Model):
    organization = models.ForeignKey(
        "accounts.Organization",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="criteria",
        help_text="The purchaser whose criteria these are; empty for those that ship with Plumbline.",
    )
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    text = models.TextField(help_text="TOML: profile, dates, parameters, own rules, concentration limits.")
    content_hash = models.CharField(max_length=64, editable=False)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = CriteriaVersionQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "criteria versions"

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    def get_absolute_url(self) -> str:
        return reverse("loans:criterion", args=[self.code])

    def parsed(self) -> Criteria:
        return load_text(self.text, name=self.code)

    def clean(self) -> None:
        try:
            self.content_hash = self.parsed().content_hash
        except BrokenCriteria as broken:
            raise ValidationError({"text": list(broken.errors)}) from broken
