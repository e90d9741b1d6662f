"""A run checks one tape version against one rulebook and one set of criteria, part by part."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.urls import reverse

from diligence.domain.lifecycles import RunStatus, Severity

if TYPE_CHECKING:
    from accounts.models import User


def facts_path(run: Run, filename: str) -> str:
    return f"runs/{uuid.uuid4().hex}-{filename}"


class RulebookVersion(models.Model):
    """Rules and criteria exactly as a run used them, so that it can be repeated years later with the same findings."""

    content_hash = models.CharField(max_length=64, unique=True)
    texts = models.JSONField(help_text="The rule files as they were, as pairs of name and TOML text.")
    criteria = models.TextField(blank=True, help_text="The criteria's TOML text as it was.")
    reference = models.JSONField(default=dict, help_text="Fingerprints of the reference tables: name to SHA-256.")
    frozen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Rulebook {self.content_hash[:8]}"


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> RunQuerySet:
        """A lender sees the runs of its tapes. A purchaser reads results through the bundle submitted to it."""
        return self.filter(version__tape__organization_id=user.organization_id)


class Run(models.Model):
    version = models.ForeignKey("loans.TapeVersion", on_delete=models.PROTECT, related_name="runs")
    criteria = models.ForeignKey("loans.CriteriaVersion", on_delete=models.PROTECT, null=True, related_name="runs")
    status = models.CharField(max_length=10, choices=[(s, s) for s in RunStatus], default=RunStatus.PREPARING)
    problem = models.TextField(blank=True)
    as_of = models.DateField(help_text="The date the rules take as today.")
    rulebook = models.ForeignKey(RulebookVersion, on_delete=models.PROTECT, related_name="runs")

    started_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    checking_at = models.DateTimeField(null=True, help_text="When the first part could be checked.")
    finished_at = models.DateTimeField(null=True)
    file_facts = models.FileField(
        upload_to=facts_path,
        max_length=200,
        blank=True,
        help_text="Parquet: what only the whole tape can say of a row.",
    )
    lease_until = models.DateTimeField(
        null=True, help_text="A worker holds the preparing or finishing step until then."
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="Tries of the finishing step.")

    loan_count = models.BigIntegerField(default=0)
    loans_done = models.BigIntegerField(default=0)
    chunk_count = models.PositiveIntegerField(default=0)
    chunks_done = models.PositiveIntegerField(default=0)
    fatal = models.BigIntegerField(default=0, help_text="Fatal findings so far.")
    warning = models.BigIntegerField(default=0)
    informational = models.BigIntegerField(default=0)
    loans_with_fatal = models.BigIntegerField(default=0, help_text="Loans with at least one open fatal finding.")
    fatal_upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    total_upb = models.DecimalField(max_digits=20, decimal_places=2, default=0)
    summary = models.JSONField(
        default=dict, help_text="Totals, strata and layered risk, written when the run finishes."
    )

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ("-started_at",)
        indexes = [models.Index(fields=["status"], name="run_by_status")]

    def __str__(self) -> str:
        return f"Check of {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("diligence:run", args=[self.pk])


class RunChunk(models.Model):
    """One part of a run. A worker claims it by one conditional UPDATE and holds it for the length of a lease."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first_row = models.BigIntegerField()
    row_count = models.PositiveIntegerField()
    sent_at = models.DateTimeField(null=True, help_text="When a message for it was last sent.")
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=120, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    seen = models.JSONField(default=dict, help_text="What this part tells about the tape as a whole.")
    fatal = models.PositiveIntegerField(default=0)
    warning = models.PositiveIntegerField(default=0)
    informational = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("number",)
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="part_number_once_a_run")]

    def __str__(self) -> str:
        return f"{self.run} part {self.number + 1}"


class RunRule(models.Model):
    """A rule as this run used it, with its three outcomes counted. Pages take their totals from here."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="rules")
    rule_no = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    severity = models.PositiveSmallIntegerField(choices=[(s.value, s.name.lower()) for s in Severity])
    component = models.CharField(max_length=20)
    waivable = models.CharField(max_length=20)
    findings = models.BigIntegerField(default=0)
    open = models.BigIntegerField(default=0, help_text="Findings that are still open.")
    fired = models.BigIntegerField(default=0, help_text="Loans on which the rule fired.")
    clear = models.BigIntegerField(default=0)
    not_evaluated = models.BigIntegerField(default=0)
    upb = models.DecimalField(max_digits=20, decimal_places=2, default=0, help_text="UPB of the loans it fired on.")

    class Meta:
        ordering = ("severity", "-fired", "code")
        constraints = [
            models.UniqueConstraint(fields=["run", "rule_no"], name="rule_number_once_a_run"),
            models.UniqueConstraint(fields=["run", "code"], name="rule_once_a_run"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class RuleTally(models.Model):
    """The findings of a rule of one severity. A rule can find lighter things than its own severity says."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tallies")
    rule_no = models.PositiveSmallIntegerField()
    severity = models.PositiveSmallIntegerField(choices=[(s.value, s.name.lower()) for s in Severity])
    findings = models.BigIntegerField(default=0)
    open = models.BigIntegerField(default=0)
    upb = models.DecimalField(max_digits=20, decimal_places=2, default=0, help_text="UPB of the loans with one.")

    class Meta:
        ordering = ("severity", "-open", "rule_no")
        constraints = [
            models.UniqueConstraint(fields=["run", "rule_no", "severity"], name="tally_once_a_rule_and_severity")
        ]

    def __str__(self) -> str:
        return f"Rule {self.rule_no} of run {self.run_id}"
