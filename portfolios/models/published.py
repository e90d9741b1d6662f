"""What the agencies published, exactly as published: public data that belongs to no organization.

A factor is never computed over and never changed. When an agency corrects one, the correction is a new version of that
month; `latest` marks the version that counts, and the earlier ones stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from portfolios.domain.securities import Program

if TYPE_CHECKING:
    from decimal import Decimal


class FactorFile(models.Model):
    """One imported file; the same bytes are imported once."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=255)
    layout = models.CharField(max_length=40, help_text="Code of the layout that was recognized.")
    month = models.DateField(null=True, help_text="The factor month, where the whole file is of one month.")
    published_on = models.DateField(null=True)
    correction = models.BooleanField(default=False, help_text="A reissue that corrects an earlier file.")
    rows = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0, help_text="Months that were not known before.")
    corrected = models.BigIntegerField(default=0, help_text="Months that became a new version.")
    same = models.BigIntegerField(default=0)
    problems = models.JSONField(default=list, help_text="Lines that could not be taken: line, field, sentence.")
    imported_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField()

    class Meta:
        ordering = ("-imported_at",)

    def __str__(self) -> str:
        return self.name


class PublishedPool(models.Model):
    """A pool as its agency names it."""

    program = models.CharField(max_length=20, choices=[(p, p) for p in Program])
    pool_number = models.CharField(max_length=20, help_text="Ginnie Mae pool number, or the security identifier.")
    prefix = models.CharField(max_length=4, blank=True, help_text="Prefix, or Ginnie Mae pool type (SF, PL, …).")
    cusip = models.CharField(max_length=9, blank=True)
    issuer = models.CharField(max_length=200, blank=True)
    coupon = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="Pass-through rate, percent.")
    original_face = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    issued_on = models.DateField(null=True)
    matures_on = models.DateField(null=True)
    delay_days = models.PositiveSmallIntegerField(null=True, help_text="Stated delay, as the file says.")
    status = models.CharField(max_length=4, blank=True, help_text="The file's own code.")

    class Meta:
        ordering = ("program", "pool_number")
        indexes = [models.Index(fields=["cusip"], name="published_by_cusip", condition=~Q(cusip=""))]
        constraints = [models.UniqueConstraint(fields=["program", "pool_number"], name="published_pool_once")]

    def __str__(self) -> str:
        return f"{self.prefix} {self.pool_number}".strip()


class PublishedFactor(models.Model):
    """A pool's factor of one month in one version, with what the same line of the file says beside it."""

    pk = models.CompositePrimaryKey("pool_id", "month", "version")
    pool = models.ForeignKey(PublishedPool, on_delete=models.CASCADE, related_name="factors", db_index=False)
    month = models.DateField(help_text="First of the factor month.")
    version = models.PositiveSmallIntegerField(default=1)
    latest = models.BooleanField(default=True)
    factor: models.DecimalField[Decimal, Decimal] = models.DecimalField(max_digits=9, decimal_places=8)
    balance = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="RPB or investor UPB, USD.")
    wac = models.DecimalField(max_digits=9, decimal_places=6, null=True, help_text="Percent.")
    wam = models.PositiveSmallIntegerField(null=True, help_text="Months.")
    wala = models.PositiveSmallIntegerField(null=True, help_text="Months.")
    loan_count = models.PositiveIntegerField(null=True)
    removed_upb = models.DecimalField(max_digits=20, decimal_places=2, null=True, help_text="Involuntary removals.")
    removed_count = models.PositiveIntegerField(null=True)
    fields = models.JSONField(default=dict, help_text="The rest of the line, by the layout's names, as text.")
    file = models.ForeignKey(FactorFile, on_delete=models.PROTECT, related_name="factors", db_index=False)

    class Meta:
        ordering = ("pool_id", "month", "version")
        constraints = [
            models.UniqueConstraint(fields=["pool", "month"], condition=Q(latest=True), name="one_latest_factor"),
            models.CheckConstraint(name="month_begins_on_the_first", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.factor}"
