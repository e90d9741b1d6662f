"""Downloads that a worker writes: findings as CSV or XLSX, the tape with its findings appended."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from accounts.models import User


def export_path(export: Export, filename: str) -> str:
    return f"exports/{export.run_id}/{uuid.uuid4().hex}/{filename}"


class ExportKind(models.TextChoices):
    FINDINGS_CSV = "findings_csv", "Findings, CSV"
    FINDINGS_XLSX = "findings_xlsx", "Findings, Excel"
    TAPE_CSV = "tape_csv", "Tape with findings, CSV"


class ExportQuerySet(models.QuerySet["Export"]):
    def visible_to(self, user: User) -> ExportQuerySet:
        """Only the organization that asked for it: its columns were chosen for what that organization may read."""
        return self.filter(organization_id=user.organization_id)


class Export(models.Model):
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="+")
    run = models.ForeignKey("diligence.Run", on_delete=models.CASCADE, related_name="exports")
    kind = models.CharField(max_length=20, choices=ExportKind)
    filters = models.JSONField(default=dict)
    requested_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    rows_total = models.BigIntegerField(default=0)
    rows_done = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    problem = models.TextField(blank=True)
    file = models.FileField(upload_to=export_path, max_length=200, blank=True)
    filename = models.CharField(max_length=200, blank=True)

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-requested_at",)

    def __str__(self) -> str:
        return self.filename or self.get_kind_display()
