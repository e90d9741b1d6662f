"""A tape is a lender's pool over time; each upload of it is a version, kept byte for byte."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from loans.domain.lifecycles import TapeStatus
from loans.domain.purposes import TapePurpose

if TYPE_CHECKING:
    from accounts.models import User


def original_path(version: TapeVersion, filename: str) -> str:
    """Where the untouched upload is kept; the person's file name never becomes a path."""
    return f"tapes/{version.tape.organization_id}/{uuid.uuid4().hex}/original"


def part_path(chunk: TapeChunk, filename: str) -> str:
    version = chunk.version
    return f"tapes/{version.tape.organization_id}/{version.pk}/{uuid.uuid4().hex}-{filename}"


def changes_path(version: TapeVersion, filename: str) -> str:
    return f"tapes/{version.tape.organization_id}/{version.pk}/{uuid.uuid4().hex}-{filename}"


class TapeQuerySet(models.QuerySet["Tape"]):
    def visible_to(self, user: User) -> TapeQuerySet:
        """A lender sees its own tapes. Purchasers see loans only through bundles submitted to them."""
        return self.filter(organization_id=user.organization_id)

    def for_sale(self) -> TapeQuerySet:
        """Without the files of pools, which their own pages list."""
        return self.filter(purpose=TapePurpose.SALE)


class Tape(models.Model):
    organization = models.ForeignKey("accounts.Organization", on_delete=models.PROTECT, related_name="tapes")
    name = models.CharField(max_length=200)
    purpose = models.CharField(
        max_length=12,
        choices=[(p, p) for p in TapePurpose],
        default=TapePurpose.SALE,
        help_text="Loans to sell, a pool's months, or a pool's loans at issue.",
    )
    created_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = TapeQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = [models.UniqueConstraint(fields=["organization", "name"], name="tape_name_once_a_lender")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """A tape of loans to sell has a page; the files of a pool belong to the pages of their pool."""
        return reverse("loans:tape" if self.purpose == TapePurpose.SALE else "portfolios:pool-tape", args=[self.pk])


class TapeVersionQuerySet(models.QuerySet["TapeVersion"]):
    def visible_to(self, user: User) -> TapeVersionQuerySet:
        return self.filter(tape__organization_id=user.organization_id)


class TapeVersion(models.Model):
    """One upload: the original file, what was found in it, its confirmed columns and its typed snapshot."""

    tape = models.ForeignKey(Tape, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=12, choices=[(s, s) for s in TapeStatus], default=TapeStatus.READING)
    problem = models.TextField(blank=True, help_text="Why the file could not be read, in one sentence.")

    original = models.FileField(upload_to=original_path, max_length=200)
    filename = models.CharField(max_length=255)
    size = models.BigIntegerField(help_text="Bytes of the original file.")
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    layout = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict, help_text="Sheet, header row, encoding, delimiter and notes of the file.")
    columns = models.JSONField(default=list, help_text="Proposed match of every column, with samples and reasons.")
    profile = models.JSONField(default=dict, help_text="What the columns hold; a changed choice is judged by it.")
    row_count = models.BigIntegerField(null=True)
    mapping = models.JSONField(null=True, help_text="The confirmed mapping.")
    mapped_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    mapped_at = models.DateTimeField(null=True)

    rows_prepared = models.BigIntegerField(default=0, help_text="Progress of the preparing step.")
    total_upb = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    difference = models.JSONField(null=True, help_text="Loans added, dropped and changed against the version before.")
    changes = models.FileField(
        upload_to=changes_path,
        max_length=200,
        blank=True,
        help_text="Parquet: the changes, one by one.",
    )
    lease_until = models.DateTimeField(null=True, help_text="A worker holds the present step until then.")
    attempts = models.PositiveSmallIntegerField(default=0)

    objects = TapeVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at",)
        constraints = [
            models.UniqueConstraint(fields=["tape", "number"], name="version_number_once_a_tape"),
            models.UniqueConstraint(fields=["tape", "sha256"], name="same_bytes_one_version"),
        ]

    def __str__(self) -> str:
        return f"{self.tape} version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("loans:version", args=[self.pk])

    @property
    def state_note(self) -> str:
        """Where the version stands, for the second line of a list."""
        return f"Version {self.number}"


class TapeChunk(models.Model):
    """A stretch of rows: its typed values, the cells they came from and the cells that could not be read, as files.

    Its loans are copied into the loan table once, by whichever run gets there first.
    """

    version = models.ForeignKey(TapeVersion, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField(help_text="From 0.")
    first_row = models.BigIntegerField()
    row_count = models.PositiveIntegerField()
    typed = models.FileField(upload_to=part_path, max_length=200, help_text="Parquet: typed canonical columns.")
    cells = models.FileField(upload_to=part_path, max_length=200, help_text="Arrow IPC: every cell as text.")
    problems = models.FileField(upload_to=part_path, max_length=200, help_text="Parquet: cells with no typed value.")
    stored_at = models.DateTimeField(null=True, help_text="When its loans were copied into the loan table.")

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="chunk_number_once_a_version")]

    def __str__(self) -> str:
        return f"{self.version} rows {self.first_row}–{self.first_row + self.row_count - 1}"
