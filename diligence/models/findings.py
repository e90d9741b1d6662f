"""Findings, one row each, and per loan what they add up to. Written by COPY, read by key."""

from __future__ import annotations

from django.db import models

from diligence.domain.lifecycles import FindingStatus, Severity

STATUS = [(s.value, s.name.lower()) for s in FindingStatus]
SEVERITY = [(s.value, s.name.lower()) for s in Severity]


class Finding(models.Model):
    pk = models.CompositePrimaryKey("run_id", "row_no", "rule_no", "seq")
    run = models.ForeignKey(
        "diligence.Run",
        on_delete=models.CASCADE,
        related_name="findings",
        db_index=False,
        db_constraint=False,  # a trigger on the run keeps it (ADR 6)
    )
    row_no = models.BigIntegerField(help_text="Data row of the tape; 0 is the tape as a whole.")
    rule_no = models.PositiveSmallIntegerField()
    seq = models.PositiveSmallIntegerField(default=0, help_text="A rule can find several fields of one loan.")
    severity = models.PositiveSmallIntegerField(choices=SEVERITY)
    status = models.PositiveSmallIntegerField(choices=STATUS, default=FindingStatus.OPEN)
    loan_id = models.TextField(null=True)
    fields = models.TextField(help_text="Canonical names, separated by semicolons.")
    columns = models.TextField(help_text="The tape's own headers, separated by semicolons.")
    message = models.TextField()
    values = models.TextField(help_text="JSON object of the values the rule saw, field to text.")
    upb = models.DecimalField(max_digits=20, decimal_places=2, null=True)

    class Meta:
        ordering = ("run_id", "row_no", "rule_no", "seq")
        indexes = [models.Index(fields=["run", "rule_no", "row_no"], name="finding_by_rule")]

    def __str__(self) -> str:
        return self.message


class LoanResult(models.Model):
    """What the findings of one loan add up to. A loan without findings has no row here."""

    pk = models.CompositePrimaryKey("run_id", "row_no")
    run = models.ForeignKey(
        "diligence.Run",
        on_delete=models.CASCADE,
        related_name="results",
        db_index=False,
        db_constraint=False,  # a trigger on the run keeps it (ADR 6)
    )
    row_no = models.BigIntegerField()
    loan_id = models.TextField(null=True)
    worst = models.PositiveSmallIntegerField(choices=SEVERITY, help_text="Worst severity found, open or not.")
    fatal = models.PositiveIntegerField(default=0)
    warning = models.PositiveIntegerField(default=0)
    informational = models.PositiveIntegerField(default=0)
    open_fatal = models.PositiveIntegerField(default=0)
    open_warning = models.PositiveIntegerField(default=0)
    upb = models.DecimalField(max_digits=20, decimal_places=2, null=True)

    class Meta:
        ordering = ("run_id", "worst", "row_no")
        indexes = [models.Index(fields=["run", "worst", "row_no"], name="result_by_worst")]

    def __str__(self) -> str:
        return f"Loan {self.loan_id or self.row_no}"
