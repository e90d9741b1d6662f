"""What the agencies published, exactly as published: public data that belongs to no organization.

A factor is never computed over and never changed. When an agency corrects one, the correction is a new version of that
month; `latest` marks the version that counts, and the earlier ones stay.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portfolios.domain.factorfiles.layouts import layouts
from portfolios.domain.factorfiles.lifecycle import FileStatus
from portfolios.domain.securities import Program

if TYPE_CHECKING:
    from decimal import Decimal

    from accounts.models import User


def upload_path(file: FactorFile, filename: str) -> str:
    """Where an upload waits for its import; the person's file name never becomes a path."""
    return f"factor-files/{uuid.uuid4().hex}/original"


def history_path(part: LoanHistory, filename: str) -> str:
    return f"factor-files/{part.file_id}/{uuid.uuid4().hex}-{filename}"


class FactorFileQuerySet(models.QuerySet["FactorFile"]):
    def visible_to(self, user: User) -> FactorFileQuerySet:
        """What agencies publish is for everybody; a history imported for one pool is its followers' business."""
        return self.filter(Q(security=None) | Q(security__organization_id=user.organization_id))


class FactorFile(models.Model):
    """One file of an agency; the same bytes are imported once (for each pool, where they are a history of loans)."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0, help_text="Bytes.")
    status = models.CharField(max_length=12, choices=[(s, s) for s in FileStatus], default=FileStatus.IMPORTED)
    problem = models.TextField(blank=True, help_text="Why the file could not be read, in one sentence.")
    original = models.FileField(
        upload_to=upload_path, max_length=200, blank=True, help_text="The upload, until it is imported."
    )
    security = models.ForeignKey(
        "portfolios.Security",
        on_delete=models.PROTECT,
        null=True,
        related_name="factor_files",
        help_text="The pool that a history of loans without pool numbers was imported for.",
    )
    layout = models.CharField(max_length=40, blank=True, help_text="Code of the layout that was recognized.")
    month = models.DateField(null=True, help_text="The factor month, where the whole file is of one month.")
    published_on = models.DateField(null=True)
    correction = models.BooleanField(default=False, help_text="A reissue that corrects an earlier file.")
    rows = models.BigIntegerField(default=0, help_text="Factors, or loan-months, that were taken.")
    pools = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0, help_text="Months that were not known before.")
    corrected = models.BigIntegerField(default=0, help_text="Months that became a new version.")
    same = models.BigIntegerField(default=0)
    without_factor = models.BigIntegerField(default=0, help_text="Lines of pools that have no factor this month.")
    problems = models.JSONField(default=list, help_text="Lines that could not be taken: line, field, sentence.")
    problem_count = models.BigIntegerField(default=0, help_text="All of them; `problems` lists the first.")
    rounding = models.JSONField(default=dict, help_text="Factors by issuer and the rounding rule that explains them.")
    imported_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    imported_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, help_text="A worker imports it until then.")
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = FactorFileQuerySet.as_manager()

    class Meta:
        ordering = ("-imported_at", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["sha256", "security"], name="factor_file_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("portfolios:factor_file", args=[self.pk])

    @property
    def title(self) -> str:
        """The name of its layout, for people."""
        found = layouts().get(self.layout)
        return found.title if found else ""

    @property
    def holds_loans(self) -> bool:
        """Whether its lines are loans rather than factors."""
        found = layouts().get(self.layout)
        return found is not None and found.contents != "pools"


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
    correction = models.BooleanField(default=False, help_text="Its line or file says that it corrects an earlier one.")
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


class LoanHistory(models.Model):
    """A part of the loan-months of one file, kept as columns: pool_number, month and the columns of a loan frame."""

    file = models.ForeignKey(FactorFile, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(help_text="From 0.")
    loans = models.FileField(upload_to=history_path, max_length=200, help_text="Parquet, zstd.")
    rows = models.BigIntegerField()
    first_month = models.DateField(null=True)
    last_month = models.DateField(null=True)

    class Meta:
        ordering = ("file_id", "number")
        verbose_name_plural = "loan histories"
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="history_part_once")]

    def __str__(self) -> str:
        return f"{self.file} part {self.number}"
